"""Programs that have conversations: whether the key that one acts with works, and what it had when it does no more.

Keys themselves are kept by `keys.py`. Called by `desk`, and by `keys` where one is revoked.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.tx import Tx

_READ = "SELECT expires_at FROM api_keys WHERE workspace_id = :w AND id = :key AND revoked_at IS NULL"
_FIND = text(_READ)
# Kept until the commit from being revoked; that it is used may be noted a moment later.
_HOLD = text(_READ + " FOR SHARE")
# In the order in which others hold several.
_LOOK = text("""
    UPDATE conversations SET desk_due_at = now()
    WHERE workspace_id = :w AND id IN (
        SELECT id FROM conversations WHERE workspace_id = :w AND assignee_id = :key AND owner = 'human'
        ORDER BY id FOR UPDATE)""")


@dataclass(frozen=True, slots=True)
class Working:
    """A key that nobody has revoked; `ends_at` is None for one that has no end."""

    ends_at: datetime | None

    def works(self, now: datetime) -> bool:
        return self.ends_at is None or self.ends_at > now


async def find(workspace: WorkspaceId, tx: Tx, key_id: str, *, hold: bool = False) -> Working | None:
    """None where it is revoked or gone; `hold` keeps it from being revoked until the transaction ends."""
    row = (await tx.execute(_HOLD if hold else _FIND, {"w": workspace, "key": key_id})).first()
    return None if row is None else Working(row.expires_at)


async def look_at_held(workspace: WorkspaceId, tx: Tx, key_id: str) -> None:
    """The desk looks at what the key has as soon as this is committed."""
    await tx.execute(_LOOK, {"w": workspace, "key": key_id})
