"""Programs that have conversations: whether the key that one acts with works, and what it had when it does no more.

Keys themselves are kept by `keys.py`. Called by `desk`, by `keys` where one is revoked, and by `app.catching_up`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
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
        ORDER BY id FOR NO KEY UPDATE)""")
# What a former release gave to a program has no moment at which the desk looks at it. A row that somebody holds is being
# written, by this release with its moment, and by another one so that it is found the next time.
_LOOK_AT_UNSEEN = """
    WITH unseen AS MATERIALIZED (
        SELECT c.id, CASE WHEN k.revoked_at IS NULL THEN k.expires_at END AS ends_at
        FROM conversations c LEFT JOIN api_keys k ON k.workspace_id = c.workspace_id AND k.id = c.assignee_id
        WHERE c.workspace_id = $1 AND c.owner = 'human' AND c.assignee_id IS NOT NULL AND c.assignee_id NOT LIKE 'acct\\_%'
          AND (k.id IS NULL OR k.revoked_at IS NOT NULL OR k.expires_at IS NOT NULL)
          AND coalesce(c.desk_due_at, 'infinity') > greatest(CASE WHEN k.revoked_at IS NULL THEN k.expires_at END, now())
        FOR NO KEY UPDATE OF c SKIP LOCKED)
    UPDATE conversations c SET desk_due_at = coalesce(u.ends_at, now())
    FROM unseen u WHERE c.workspace_id = $1 AND c.id = u.id"""


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


async def look_at_unseen(workspace: WorkspaceId, store: Store) -> int:
    """The desk looks at what programs have at the end of their keys, and at once where that is over; how many it would not
    have looked at by then."""
    async with store.turn_work(workspace) as connection:
        return int((await connection.execute(_LOOK_AT_UNSEEN, workspace)).rpartition(" ")[2])
