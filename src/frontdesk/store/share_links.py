"""Links at which whoever has them reads a conversation: made, shown again, ended. Called by `web`.

`turn` makes those of webhooks, in `marks`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from frontdesk.core.actor import NOWHERE
from frontdesk.core.ids import ConversationId, ShareId, WorkspaceId
from frontdesk.store.connect import Store, across_workspaces
from frontdesk.store.tx import Tx

_INSERT = text("""
    INSERT INTO share_links (workspace_id, id, conversation_id, hash, made_by, expires_at)
    VALUES (:workspace, :id, :conversation_id, :hash, :made_by, :expires_at)""")
_LATEST = text("""
    SELECT id, expires_at FROM share_links
    WHERE workspace_id = :workspace AND conversation_id = :conversation_id AND revoked_at IS NULL
      AND expires_at > now()
    ORDER BY made_by = 'webhook', created_at DESC LIMIT 1""")
_REVOKE = text("""
    UPDATE share_links SET revoked_at = now()
    WHERE workspace_id = :workspace AND conversation_id = :conversation_id AND revoked_at IS NULL""")
_FORGET = text("""
    UPDATE conversations SET share_link = NULL, share_until = NULL
    WHERE workspace_id = :workspace AND id = :conversation_id AND share_link IS NOT NULL""")


@dataclass(frozen=True, slots=True)
class Shared:
    """Where a link leads."""

    workspace: WorkspaceId
    id: ShareId
    conversation_id: ConversationId
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A link and its end."""

    id: ShareId
    expires_at: datetime


@across_workspaces("whoever follows a link says nothing but what is in it")
async def find_share(store: Store, hash_: bytes) -> Shared | None:
    """None when there is no such link, or it is over."""
    async with store.turn_work(NOWHERE) as connection:
        row = await connection.fetchrow("SELECT * FROM find_share($1)", hash_)
    return None if row is None else Shared(*row)


async def add_link(
    workspace: WorkspaceId, tx: Tx, conversation_id: str, link: Link, *, hash_: bytes, made_by: str
) -> None:
    values = {"id": link.id, "hash": hash_, "made_by": made_by, "expires_at": link.expires_at}
    await tx.execute(_INSERT, {"workspace": workspace, "conversation_id": conversation_id, **values})


async def latest_link(workspace: WorkspaceId, tx: Tx, conversation_id: str) -> Link | None:
    """The last one that a person made and that is not over; without one, that of the webhooks."""
    values = {"workspace": workspace, "conversation_id": conversation_id}
    row = (await tx.execute(_LATEST, values)).first()
    return None if row is None else Link(*row)


async def end_links(workspace: WorkspaceId, tx: Tx, conversation_id: str) -> int:
    """End every link of the conversation, those in webhooks too; how many there were."""
    values = {"workspace": workspace, "conversation_id": conversation_id}
    await tx.execute(_FORGET, values)
    return (await tx.execute(_REVOKE, values)).rowcount
