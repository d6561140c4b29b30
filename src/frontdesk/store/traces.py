"""How turns came to what they said: written with the turn (`turns`), read here by whoever asks why."""

from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.store.connect import Store


async def latest(workspace: WorkspaceId, store: Store, conversation_id: ConversationId) -> str | None:
    """The trace of a conversation's last turn as JSON: `bot`, the version, and `steps`, the facts in order."""
    async with store.turn_work(workspace) as connection:
        found: str | None = await connection.fetchval(
            """SELECT t.trace FROM inbound i
               JOIN traces t ON t.workspace_id = i.workspace_id AND t.inbound_id = i.id
               WHERE i.workspace_id = $1 AND i.conversation_id = $2
               ORDER BY i.lane_seq DESC LIMIT 1""",
            workspace,
            conversation_id,
        )
    return found
