"""Links that work once: invitations, and resets of a password, as rows. Called by `access`."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, text

from frontdesk.core.actor import NOWHERE
from frontdesk.core.ids import LinkId, WorkspaceId
from frontdesk.store.connect import Store, across_workspaces
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

Kind = Literal["invitation", "reset"]


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to be kept; an invitation has an address and a role, a reset an account."""

    kind: Kind
    hash: bytes
    created_by: str
    created_at: datetime
    expires_at: datetime
    email: str = ""
    name: str = ""
    role: str = ""
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class AccessLink:
    """A link as people see it in a list; neither the link nor its hash is here."""

    id: LinkId
    kind: Kind
    email: str
    name: str
    role: str
    account_id: str | None
    created_by: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link that somebody followed belongs."""

    workspace: WorkspaceId
    id: LinkId
    kind: Kind


_COLUMNS = "id, kind, email, name, role, account_id, created_by, created_at, expires_at"
_OPEN = "used_at IS NULL AND revoked_at IS NULL AND expires_at > :now"
_INSERT = text(f"""
    INSERT INTO access_links (workspace_id, id, kind, hash, email, name, role, account_id, created_by, created_at, expires_at)
    VALUES (:workspace, :id, :kind, :hash, :email, :name, :role, :account_id, :created_by, :created_at, :expires_at)
    RETURNING {_COLUMNS}""")
_READ = text(f"SELECT {_COLUMNS} FROM access_links WHERE workspace_id = :workspace AND {_OPEN} AND id = :id")
_LIST = text(f"""
    SELECT {_COLUMNS} FROM access_links
    WHERE workspace_id = :workspace AND {_OPEN} AND kind = 'invitation'
      AND (CAST(:email AS text) IS NULL OR lower(email) = lower(:email))
      AND (CAST(:created_by AS text) IS NULL OR created_by = :created_by)
    ORDER BY id""")
_USE = text(
    f"UPDATE access_links SET used_at = :now WHERE workspace_id = :workspace AND {_OPEN} AND id = :id"
)
_REVOKE = text("""
    UPDATE access_links SET revoked_at = :now
    WHERE workspace_id = :workspace AND kind = :kind AND used_at IS NULL AND revoked_at IS NULL
      AND (id = :id OR lower(email) = lower(:email) OR account_id = :account_id)""")
_TRIM = text("DELETE FROM access_links WHERE workspace_id = :workspace AND expires_at < :before")


@across_workspaces("a link says by its token which workspace it opens")
async def find_access_link(store: Store, token_hash: bytes) -> Place | None:
    async with store.turn_work(NOWHERE) as connection:
        row = await connection.fetchrow("SELECT * FROM find_access_link($1)", token_hash)
    return None if row is None else Place(row["workspace_id"], row["id"], row["kind"])


async def create_link(workspace: WorkspaceId, tx: Tx, new: NewLink) -> AccessLink:
    row = (await tx.execute(_INSERT, {"workspace": workspace, "id": mint("link"), **asdict(new)})).one()
    return _link(row)


async def read_link(workspace: WorkspaceId, tx: Tx, link_id: str, now: datetime) -> AccessLink | None:
    """None when it was used or revoked, or has run out."""
    row = (await tx.execute(_READ, {"workspace": workspace, "id": link_id, "now": now})).first()
    return None if row is None else _link(row)


async def use_link(workspace: WorkspaceId, tx: Tx, link_id: str, now: datetime) -> bool:
    """Whether it worked until now, and works no more; of two at a time one is told so."""
    return (await tx.execute(_USE, {"workspace": workspace, "id": link_id, "now": now})).rowcount == 1


async def list_invitations(
    workspace: WorkspaceId, tx: Tx, now: datetime, *, email: str | None = None, created_by: str | None = None
) -> list[AccessLink]:
    """Those that still work: to one address or to all, made by one actor or by all."""
    values = {"workspace": workspace, "now": now, "email": email, "created_by": created_by}
    rows = await tx.execute(_LIST, values)
    return [_link(row) for row in rows]


async def revoke_links(
    workspace: WorkspaceId,
    tx: Tx,
    kind: Kind,
    now: datetime,
    *,
    link_id: str = "",
    email: str | None = None,
    account_id: str | None = None,
) -> int:
    """Those of this id, this address or this account; how many worked until now."""
    values = {"workspace": workspace, "kind": kind, "now": now, "id": link_id}
    found = await tx.execute(_REVOKE, {**values, "email": email, "account_id": account_id})
    return found.rowcount


async def trim_links(workspace: WorkspaceId, tx: Tx, *, before: datetime) -> None:
    await tx.execute(_TRIM, {"workspace": workspace, "before": before})


def _link(row: Row[Any]) -> AccessLink:
    return AccessLink(
        row.id,
        row.kind,
        row.email,
        row.name,
        row.role,
        row.account_id,
        row.created_by,
        row.created_at,
        row.expires_at,
    )
