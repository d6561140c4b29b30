"""Conversations that the desk has to look at. Called by `desk`."""

from datetime import datetime

from sqlalchemy import text

from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.store.connect import Store, across_workspaces
from frontdesk.store.tx import Tx


@across_workspaces("finds conversations whose moment has come; each is looked at inside its workspace")
async def due(store: Store, *, limit: int = 1000) -> list[tuple[WorkspaceId, ConversationId]]:
    """The longest due first."""
    async with store.claim_work() as connection:
        rows = await connection.fetch("SELECT * FROM due_at_desk($1)", limit)
    return [(WorkspaceId(row[0]), ConversationId(row[1])) for row in rows]


async def queued_for(workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId) -> str | None:
    """The team in whose queue it waits; None when it is in none or needs nothing just now."""
    found: str | None = await tx.scalar(
        text("""SELECT team FROM conversations
                WHERE workspace_id = :w AND id = :id AND owner = 'queued' AND desk_due_at <= now()"""),
        {"w": workspace, "id": conversation_id},
    )
    return found


async def put_off(
    workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, until: datetime | None
) -> None:
    """Nothing is to be done before this moment."""
    await tx.execute(
        text("UPDATE conversations SET desk_due_at = :until WHERE workspace_id = :w AND id = :id"),
        {"w": workspace, "id": conversation_id, "until": until},
    )
