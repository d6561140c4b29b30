"""The figures about a period, beside those of the days before it. Called by the API and by the panel.

What each figure counts stands in `store.insight`; here they are put side by side and turned into shares. A share of
nothing is None, never 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.insight.periods import Period
from frontdesk.ports.clock import Clock
from frontdesk.store import insight, insight_times, tallies
from frontdesk.store.connect import Store
from frontdesk.store.insight import Counted, Listed, Parts, Spent
from frontdesk.store.insight_span import Span
from frontdesk.store.insight_times import Times
from frontdesk.store.tx import Tx

ENOUGH = 20
"""Conversations from which on figures say something."""
STARS = 5
MOST_AT_ONCE = 1_000
"""New messages and conversations that whoever asks for figures has counted on the way; more are left to the job."""
AGAIN_S = 5.0


class NotCounted(Unavailable):
    """The conversations are gone through for the first time, or after a change of the time zone."""

    def __init__(self) -> None:
        super().__init__("Conversations are being counted; ask again in a moment.", retry_after_s=AGAIN_S)


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty: of every channel, of every team, of every assistant that the reader may see."""

    channel_id: str = ""
    assistant_id: str = ""
    team: str = ""
    within: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """`spent` and `spent_before` are None where a filter is set: what models cost is not told apart by channel.

    `is_whole`: whether everything is counted; otherwise changes of the last seconds or minutes are left to the job.
    """

    period: Period
    now: Parts
    before: Counted
    times: Times
    times_before: Times
    listed: Listed
    spent: Spent | None
    spent_before: Spent | None
    promise_s: float
    is_whole: bool = True


async def count_on(workspace: WorkspaceId, store: Store, zone: str) -> bool:
    """Count what changed since the job was at it, so that figures are those of this moment; whether all of it is.

    Each step is committed before any figure is read: whoever reads keeps nobody from counting. So much that it would
    have to be waited for is left to the job, and figures are those of a while ago.

    Raises:
        NotCounted: The job is still going through all conversations.
    """
    for _ in range(3):
        async with store.unit_of_work(workspace) as tx:
            is_built = await tallies.is_built(workspace, tx, zone=zone)
            if is_built is False:
                break
            if await tallies.is_current(workspace, tx, zone=zone):
                return True
            step = await tallies.step(workspace, tx, zone=zone, most=MOST_AT_ONCE)
        # Not asked for again: in a busy workspace something is new at each look.
        if is_built or step == "done":
            return step == "done"
    raise NotCounted


async def of_period(
    workspace: WorkspaceId,
    tx: Tx,
    clock: Clock,
    period: Period,
    filters: Filters,
    *,
    promise_s: float = 0.0,
    is_whole: bool = True,
) -> Figures:
    """The figures of what is counted; `count_on` comes first, and says `is_whole`."""
    span = span_of(period, filters, clock, promise_s)
    earlier = span_of(period.before, filters, clock, promise_s)
    whole = not (filters.channel_id or filters.assistant_id or filters.team or filters.within)
    before, times_before = await insight.total(workspace, tx, earlier)
    return Figures(
        period,
        await insight.parts(workspace, tx, span),
        before,
        await insight_times.times(workspace, tx, span),
        times_before,
        await insight.lists(workspace, tx, span),
        await _spent(workspace, tx, period) if whole else None,
        await _spent(workspace, tx, period.before) if whole else None,
        promise_s,
        is_whole,
    )


def span_of(period: Period, filters: Filters, clock: Clock, promise_s: float = 0.0) -> Span:
    return Span(
        period.first,
        period.last,
        clock.now(),
        filters.channel_id,
        filters.assistant_id,
        filters.team,
        tuple(filters.within),
        promise_s,
    )


async def _spent(workspace: WorkspaceId, tx: Tx, period: Period) -> Spent:
    return await insight.spent(workspace, tx, period.since.date(), period.until.date())


def ended(counted: Counted) -> int:
    """Conversations that are not open any more."""
    return counted.conversations - counted.open


def share(part: int, whole: int) -> float | None:
    """From 0 to 1."""
    return part / whole if whole else None


def stars(counted: Counted) -> float | None:
    """The mean rating as points of five, whatever there was to give."""
    return None if counted.score is None else STARS * counted.score
