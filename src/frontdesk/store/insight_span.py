"""Which sums and rows of figures a question is about. Used by `store.insight` and `store.insight_times`."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.tallies import EVERY


@dataclass(frozen=True, slots=True)
class Span:
    """Conversations begun from the first day to the last; empty: of every channel, assistant or team.

    `within`: the assistants that the reader may see; empty: all.
    """

    first: date
    last: date
    now: datetime
    channel_id: str = ""
    assistant_id: str = ""
    team: str = ""
    within: tuple[str, ...] = ()
    promise_s: float = 0.0


IN_SPAN = """
    f.day >= CAST(:first AS date) AND f.day <= CAST(:last AS date)
    AND (:channel_id = '' OR f.channel_id = :channel_id)
    AND (:assistant_id = '' OR f.assistant_id = :assistant_id)
    AND (:team = '' OR f.team = :team)
    AND (cardinality(CAST(:within AS text[])) = 0 OR f.assistant_id = ANY (CAST(:within AS text[])))"""


def given_by(workspace: WorkspaceId, span: Span) -> dict[str, object]:
    """`level`: which sums are enough; those of every channel, assistant and team at once are fewer."""
    is_part = span.channel_id or span.assistant_id or span.team or span.within
    return {"w": workspace, **asdict(span), "within": list(span.within), "level": "" if is_part else EVERY}
