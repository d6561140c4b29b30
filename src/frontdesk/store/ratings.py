"""What customers say of a rating they gave. Called by `desk`; the rating itself is written with its turn."""

from dataclasses import dataclass

from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.store.connect import raw
from frontdesk.store.tx import Tx

MAY_COMMENT = """(c.owner = 'closed' AND c.rating IS NOT NULL AND c.rating_comment IS NULL
                  AND c.closed_at > now() - interval '24 hours')"""
"""Whether something may still be said of the rating of a conversation `c`."""
_COMMENT = f"""
    UPDATE conversations c SET rating_comment = $3, version = version + 1, updated_at = now()
    WHERE c.workspace_id = $1 AND c.id = $2 AND {MAY_COMMENT}
    RETURNING c.rating, c.rating_max
"""


@dataclass(frozen=True, slots=True)
class Points:
    points: int
    most: int


async def comment(
    workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, text: str
) -> Points | None:
    """The rating that `text` goes with; None when none waits for words."""
    row = await (await raw(tx)).fetchrow(_COMMENT, workspace, conversation_id, text)
    return None if row is None else Points(*row)
