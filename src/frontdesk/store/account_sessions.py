"""Sessions of signed-in people, as rows: found by the hash of what a browser shows, renewed, listed, ended.

What a browser holds is renewed in two steps, so that a lost answer signs nobody out:
current --`offer`--> next is known, current counts --next is shown, `promote`--> next is current, current is former
Called by `access`; the way in is `find_session`.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.actor import NOWHERE
from frontdesk.core.ids import AccountId, SessionId, WorkspaceId
from frontdesk.core.permission import Role
from frontdesk.store.connect import Store, across_workspaces
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session with what is needed of its account.

    Attributes:
        shown: Which of its secrets was presented: `current`, `next` or `former`.
        stage: `open`, or `code` while only the password was right.
    """

    workspace: WorkspaceId
    id: SessionId
    account_id: AccountId
    shown: str
    stage: str
    renewed_at: datetime
    seen_at: datetime
    expires_at: datetime
    role: Role
    status: str
    name: str
    email: str
    language: str
    theme: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its owner sees it in a list."""

    id: SessionId
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime


_INSERT = text("""
    INSERT INTO account_sessions (workspace_id, id, account_id, hash, renewed_at, stage, browser, address, created_at,
                                  seen_at, expires_at)
    VALUES (:workspace, :id, :account_id, :hash, :now, :stage, :browser, :address, :now, :now, :expires_at)""")
_OFFER = text("""
    UPDATE account_sessions SET next_hash = :next_hash
    WHERE workspace_id = :workspace AND id = :id AND hash = :hash AND next_hash IS DISTINCT FROM :next_hash""")
_PROMOTE = text("""
    UPDATE account_sessions SET hash = next_hash, former_hash = hash, next_hash = NULL, renewed_at = :now
    WHERE workspace_id = :workspace AND id = :id AND next_hash = :next_hash""")
# Whoever switches an account off holds that, then ends its sessions: an account that is held is not waited for here, where
# its session is held. It is seen again a moment later.
_SEEN = text("""
    WITH seen AS (
        UPDATE account_sessions SET seen_at = :at, address = :address
        WHERE workspace_id = :workspace AND id = :id AND seen_at < :at RETURNING account_id)
    UPDATE accounts SET last_seen_at = :at
    WHERE workspace_id = :workspace AND id = ANY (ARRAY(
        SELECT a.id FROM accounts a JOIN seen ON seen.account_id = a.id
        WHERE a.workspace_id = :workspace AND (a.last_seen_at IS NULL OR a.last_seen_at < :at)
        FOR NO KEY UPDATE OF a SKIP LOCKED))""")
_LIST = text("""
    SELECT id, browser, address, created_at, seen_at FROM account_sessions
    WHERE workspace_id = :workspace AND account_id = :account_id AND stage = 'open'
      AND expires_at > :now AND seen_at > :seen_since
    ORDER BY seen_at DESC, id""")
_END = text("""
    DELETE FROM account_sessions WHERE workspace_id = :workspace AND account_id = :account_id AND id = :id""")
_END_ALL = text("""
    DELETE FROM account_sessions
    WHERE workspace_id = :workspace AND account_id = :account_id AND id <> :kept""")
# Its former secret is forgotten as well: it was renewed long ago now, and showing it would look like theft.
_HASTEN = text("""
    UPDATE account_sessions SET renewed_at = :long_ago, former_hash = NULL
    WHERE workspace_id = :workspace AND account_id = :account_id""")
_TRIM = text("""
    DELETE FROM account_sessions
    WHERE workspace_id = :workspace AND (expires_at <= :now OR seen_at <= :seen_since)""")


@across_workspaces("what a browser shows says which workspace it opens")
async def find_session(store: Store, shown_hash: bytes) -> SessionRow | None:
    async with store.turn_work(NOWHERE) as connection:
        row = await connection.fetchrow("SELECT * FROM find_session($1)", shown_hash)
    if row is None:
        return None
    return SessionRow(
        workspace=row["workspace_id"],
        id=row["id"],
        account_id=row["account_id"],
        shown=row["shown"],
        stage=row["stage"],
        renewed_at=row["renewed_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
        role=row["role"],
        status=row["status"],
        name=row["name"],
        email=row["email"],
        language=row["language"],
        theme=row["theme"],
        time_zone=row["time_zone"],
    )


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to be kept; `hash` is of the secret that its browser gets."""

    account_id: AccountId
    hash: bytes
    stage: str
    now: datetime
    expires_at: datetime
    browser: str
    address: str


async def create_session(workspace: WorkspaceId, tx: Tx, new: NewSession) -> SessionId:
    made = SessionId(mint("sess"))
    await tx.execute(_INSERT, {"workspace": workspace, "id": made, **asdict(new)})
    return made


async def offer(
    workspace: WorkspaceId, tx: Tx, session_id: SessionId, secret_hash: bytes, next_hash: bytes
) -> None:
    """What the browser is to show next is known from now on; what it shows today counts until then."""
    values = {"workspace": workspace, "id": session_id, "hash": secret_hash, "next_hash": next_hash}
    await tx.execute(_OFFER, values)


async def promote(
    workspace: WorkspaceId, tx: Tx, session_id: SessionId, next_hash: bytes, now: datetime
) -> None:
    """The browser has shown what it was handed; what it had before counts for a moment more."""
    values = {"workspace": workspace, "id": session_id, "next_hash": next_hash, "now": now}
    await tx.execute(_PROMOTE, values)


async def note_seen(
    workspace: WorkspaceId, tx: Tx, session_id: SessionId, at: datetime, address: str
) -> None:
    values = {"workspace": workspace, "id": session_id, "at": at, "address": address}
    await tx.execute(_SEEN, values)


async def list_sessions(
    workspace: WorkspaceId, tx: Tx, account_id: str, *, now: datetime, seen_since: datetime
) -> list[OpenSession]:
    """Those that still open something, the last used first."""
    values = {"workspace": workspace, "account_id": account_id, "now": now, "seen_since": seen_since}
    return [_open(row) for row in await tx.execute(_LIST, values)]


async def end_session(workspace: WorkspaceId, tx: Tx, account_id: str, session_id: str) -> bool:
    """Whether there was such a session of that account."""
    values = {"workspace": workspace, "account_id": account_id, "id": session_id}
    return (await tx.execute(_END, values)).rowcount == 1


async def end_sessions(workspace: WorkspaceId, tx: Tx, account_id: str, *, kept: str = "") -> int:
    """Every session of an account, `kept` excepted; how many there were."""
    values = {"workspace": workspace, "account_id": account_id, "kept": kept}
    return (await tx.execute(_END_ALL, values)).rowcount


async def hasten_renewal(workspace: WorkspaceId, tx: Tx, account_id: str, long_ago: datetime) -> None:
    """Every session of an account gets another secret at its next request."""
    values = {"workspace": workspace, "account_id": account_id, "long_ago": long_ago}
    await tx.execute(_HASTEN, values)


async def trim_sessions(workspace: WorkspaceId, tx: Tx, *, now: datetime, seen_since: datetime) -> None:
    """Without those that have run out."""
    await tx.execute(_TRIM, {"workspace": workspace, "now": now, "seen_since": seen_since})


def _open(row: Row[Any]) -> OpenSession:
    return OpenSession(row.id, row.browser, row.address, row.created_at, row.seen_at)
