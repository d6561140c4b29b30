"""Browsers that people have turned notices on in, as rows. Called by `desk` and `turn.pushes`.

A row goes with its session and with its account, by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, text

from frontdesk.core.ids import PushId, WorkspaceId
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

MOST = 20
"""Devices of one person."""
IS_TOLD: Final = True
SHOWS_TEXT: Final = False
IS_QUIET: Final = True
"""What holds for an account that says nothing of a wish, of showing what was written, and of quiet while it is away."""

_OWN = """
    SELECT id, endpoint, p256dh, auth, browser, session_id, created_at, last_ok_at, failures FROM push_subscriptions
    WHERE workspace_id = :w AND account_id = :account"""
_LIST = text(f"{_OWN} ORDER BY created_at, id")
_READ = text(f"{_OWN} AND id = :id")
# Whoever is signed in in a browser is who its notices are for from now on.
_PUT = text("""
    INSERT INTO push_subscriptions (workspace_id, id, account_id, session_id, endpoint, p256dh, auth, browser)
    SELECT :w, :id, s.account_id, s.id, :endpoint, :p256dh, :auth, s.browser
    FROM account_sessions s WHERE s.workspace_id = :w AND s.account_id = :account AND s.id = :session
    ON CONFLICT (workspace_id, endpoint) DO UPDATE
    SET account_id = excluded.account_id, session_id = excluded.session_id, p256dh = excluded.p256dh,
        auth = excluded.auth, browser = excluded.browser,
        failures = CASE WHEN push_subscriptions.auth = excluded.auth THEN push_subscriptions.failures ELSE 0 END
    RETURNING id""")
_OTHERS = text("""
    SELECT count(*) FROM push_subscriptions
    WHERE workspace_id = :w AND account_id = :account AND endpoint <> :endpoint""")
_DELETE = text("""
    WITH gone AS (
        DELETE FROM push_subscriptions WHERE workspace_id = :w AND account_id = :account AND id = :id
        RETURNING id, account_id)
    INSERT INTO push_removed (workspace_id, id, account_id) SELECT :w, id, account_id FROM gone
    ON CONFLICT (workspace_id, id) DO NOTHING""")
_IS_REMOVED = text("SELECT EXISTS (SELECT FROM push_removed WHERE workspace_id = :w AND id = :id)")
_FORGET = text("DELETE FROM push_subscriptions WHERE workspace_id = :w")
_GONE = text("DELETE FROM push_subscriptions WHERE workspace_id = :w AND id = :id AND endpoint = :endpoint")
_OK = text("""
    UPDATE push_subscriptions SET last_ok_at = :now, failures = 0 WHERE workspace_id = :w AND id = :id""")
_FAILED = text("UPDATE push_subscriptions SET failures = failures + 1 WHERE workspace_id = :w AND id = :id")
_FITS = f"""
    a.status = 'active' AND s.expires_at > :now AND s.seen_at > :seen_since
    AND coalesce((a.settings ->> :wish)::boolean, {IS_TOLD})
    AND NOT (coalesce((a.settings ->> 'push_quiet')::boolean, {IS_QUIET}) AND coalesce(p.state, 'online') <> 'online')"""
_FROM = """
    FROM push_subscriptions d
    JOIN accounts a ON a.workspace_id = d.workspace_id AND a.id = d.account_id
    JOIN account_sessions s ON s.workspace_id = d.workspace_id AND s.id = d.session_id
    LEFT JOIN presence p ON p.workspace_id = d.workspace_id AND p.account_id = d.account_id"""
_WANTING = text(f"""
    SELECT d.id, d.account_id, d.endpoint {_FROM}
    WHERE d.workspace_id = :w AND d.account_id = ANY (CAST(:accounts AS text[])) AND {_FITS}
    ORDER BY d.id""")
_ANY = text("SELECT EXISTS (SELECT FROM push_subscriptions WHERE workspace_id = :w)")
_ADDRESSED = text(f"""
    SELECT d.endpoint, d.p256dh, d.auth, a.role, coalesce(nullif(a.language, ''), w.language) AS language, w.name AS workspace_name,
           coalesce((a.settings ->> 'push_text')::boolean, {SHOWS_TEXT}) AS shows_text, {_FITS} AS fits
    {_FROM}
    JOIN workspaces w ON w.workspace_id = d.workspace_id
    WHERE d.workspace_id = :w AND d.id = :id AND d.account_id = :account""")


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A browser as it introduces itself, in a session."""

    account_id: str
    session_id: str
    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A device of somebody, as its owner sees it; `failures` since the last notice that it took."""

    id: PushId
    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)
    browser: str
    session_id: str
    created_at: datetime
    last_ok_at: datetime | None
    failures: int


@dataclass(frozen=True, slots=True)
class Wanting:
    """A device whose owner wants to hear of something."""

    id: PushId
    account_id: str
    endpoint: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Addressed:
    """A device at the moment of sending; `fits`: its owner may and wants to hear of this, and is signed in there."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)
    role: str
    language: str
    workspace_name: str
    shows_text: bool
    fits: bool


async def own(workspace: WorkspaceId, tx: Tx, account_id: str) -> list[Subscribed]:
    """In the order in which they were turned on."""
    return [_read(row) for row in await tx.execute(_LIST, {"w": workspace, "account": account_id})]


async def one(workspace: WorkspaceId, tx: Tx, account_id: str, push_id: str) -> Subscribed | None:
    row = (await tx.execute(_READ, {"w": workspace, "account": account_id, "id": push_id})).first()
    return None if row is None else _read(row)


async def put(workspace: WorkspaceId, tx: Tx, new: NewDevice) -> PushId | None:
    """Keep a device; one that is there is its new owner's. None when the session is over."""
    values = {
        "w": workspace,
        "id": mint("push"),
        "account": new.account_id,
        "session": new.session_id,
        "endpoint": new.endpoint,
        "p256dh": new.p256dh,
        "auth": new.auth,
    }
    made = await tx.scalar(_PUT, values)
    return None if made is None else PushId(str(made))


async def others(workspace: WorkspaceId, tx: Tx, account_id: str, endpoint: str) -> int:
    """How many devices a person has besides this one."""
    values = {"w": workspace, "account": account_id, "endpoint": endpoint}
    return int(await tx.scalar(_OTHERS, values) or 0)


async def remove(workspace: WorkspaceId, tx: Tx, account_id: str, push_id: str) -> bool:
    """Whether there was such a device of that account; it is remembered that it was removed."""
    values = {"w": workspace, "account": account_id, "id": push_id}
    return (await tx.execute(_DELETE, values)).rowcount == 1


async def is_removed(workspace: WorkspaceId, tx: Tx, push_id: str) -> bool:
    """Whether somebody removed this device, rather than that its session ended."""
    return bool(await tx.scalar(_IS_REMOVED, {"w": workspace, "id": push_id}))


async def forget_all(workspace: WorkspaceId, tx: Tx) -> int:
    """Nobody's browser knows the workspace's key any more; how many did."""
    return int((await tx.execute(_FORGET, {"w": workspace})).rowcount)


async def gone(workspace: WorkspaceId, tx: Tx, push_id: str, endpoint: str) -> None:
    """The browser wants no more, unless it has another address meanwhile."""
    await tx.execute(_GONE, {"w": workspace, "id": push_id, "endpoint": endpoint})


async def note(workspace: WorkspaceId, tx: Tx, push_id: str, *, ok: bool, now: datetime) -> None:
    """How the last try ended."""
    if ok:
        await tx.execute(_OK, {"w": workspace, "id": push_id, "now": now})
    else:
        await tx.execute(_FAILED, {"w": workspace, "id": push_id})


async def is_any(workspace: WorkspaceId, tx: Tx) -> bool:
    """Whether anybody has turned notices on."""
    return bool(await tx.scalar(_ANY, {"w": workspace}))


async def wanting(
    workspace: WorkspaceId, tx: Tx, accounts: Iterable[str], *, wish: str, now: datetime, seen_since: datetime
) -> list[Wanting]:
    """The devices of those accounts that want to hear of something; `wish` is their setting of it."""
    values = {
        "w": workspace,
        "accounts": sorted(set(accounts)),
        "wish": wish,
        "now": now,
        "seen_since": seen_since,
    }
    return [Wanting(row.id, row.account_id, row.endpoint) for row in await tx.execute(_WANTING, values)]


async def addressed(
    workspace: WorkspaceId,
    tx: Tx,
    push_id: str,
    account_id: str,
    *,
    wish: str,
    now: datetime,
    seen_since: datetime,
) -> Addressed | None:
    """None when the device is gone, or somebody else's by now."""
    values = {
        "w": workspace,
        "id": push_id,
        "account": account_id,
        "wish": wish,
        "now": now,
        "seen_since": seen_since,
    }
    row = (await tx.execute(_ADDRESSED, values)).first()
    return None if row is None else Addressed(*row)


def _read(row: Row[Any]) -> Subscribed:
    return Subscribed(*tuple(row))
