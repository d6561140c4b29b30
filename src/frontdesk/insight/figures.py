"""The figures about a period, beside those of the days before it. Called by the API and by the panel.

What each figure counts stands in `store.insight`; here they are put side by side and turned into shares. A share of
nothing is None, never 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.core.ids import WorkspaceId
from frontdesk.insight.periods import Period
from frontdesk.ports.clock import Clock
from frontdesk.store import insight
from frontdesk.store.insight import Counted, Span, Spent, Summary, Topic
from frontdesk.store.tx import Tx

ENOUGH = 20
"""Conversations from which on figures say something."""
MOST_TOPICS = 12
STARS = 5


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty: of every channel, of every assistant that the reader may see."""

    channel_id: str = ""
    assistant_id: str = ""
    within: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """`spent` and `spent_before` are None where a filter is set: what models cost is not told apart by channel."""

    period: Period
    now: Summary
    before: Counted
    topics: list[Topic]
    spent: Spent | None
    spent_before: Spent | None
    promise_s: float


async def of_period(
    workspace: WorkspaceId, tx: Tx, clock: Clock, period: Period, filters: Filters, *, promise_s: float = 0.0
) -> Figures:
    span = span_of(period, filters, clock, promise_s)
    earlier = span_of(period.before, filters, clock, promise_s)
    whole = not (filters.channel_id or filters.assistant_id or filters.within)
    return Figures(
        period,
        await insight.summary(workspace, tx, span),
        await insight.total(workspace, tx, earlier),
        await insight.topics(workspace, tx, span, most=MOST_TOPICS),
        await _spent(workspace, tx, period) if whole else None,
        await _spent(workspace, tx, period.before) if whole else None,
        promise_s,
    )


def span_of(period: Period, filters: Filters, clock: Clock, promise_s: float = 0.0) -> Span:
    return Span(
        period.since,
        period.until,
        period.zone.key,
        clock.now(),
        filters.channel_id,
        filters.assistant_id,
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
