"""Who a browser's cookie says is asking: finds the session, judges it, has it renewed. Called by `auth`.

A request without the cookie costs no query. A session is remembered for at most a second, so what ends it (signing
out, a new password, a role taken away) holds within that in every process. When one was used is written down in the
background, once a minute at most.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime

import structlog
from starlette.requests import HTTPConnection
from starlette.types import Scope

from frontdesk.access import sessions
from frontdesk.access.door import Door, hash_of
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.permission import ROLE_SCOPES
from frontdesk.store.account_sessions import SessionRow, end_session, find_session, note_seen
from frontdesk.web.cookies import cookie_in

COOKIE = "__Host-frontdesk"
"""Browsers take it from https and from this machine only, for this host alone and every path."""
REMEMBER_S = 0.8
NOTE_EVERY_S = 60.0
MOST_REMEMBERED = 10_000
_LONGEST = 200

log = structlog.get_logger("frontdesk.web")


@dataclass(frozen=True, slots=True)
class Session:
    """A session that a request came with.

    Attributes:
        csrf: What the request has to bring along besides, where it changes anything.
        cookie: The header that hands the browser its next secret; empty nearly always.
    """

    row: SessionRow
    csrf: str
    cookie: str = ""

    @property
    def actor(self) -> Actor:
        return Actor("session", self.row.workspace, self.row.account_id, ROLE_SCOPES[self.row.role])


@dataclass(frozen=True, slots=True)
class _Use:
    row: SessionRow
    at: datetime
    address: str


def shown_secret(scope: Scope) -> str | None:
    """What the browser shows; None when it shows nothing that could be a session."""
    found = cookie_in(scope, COOKIE)
    return found if 0 < len(found) <= _LONGEST else None


def cookie_with(secret: str) -> str:
    """The header's value that gives a browser its session."""
    max_age = int(sessions.ABSOLUTE.total_seconds())
    return f"{COOKIE}={secret}; Path=/; Max-Age={max_age}; Secure; HttpOnly; SameSite=Lax"


def cookie_gone() -> str:
    return f"{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"


def address_of(scope: Scope) -> str:
    client = HTTPConnection(scope).client
    return client.host if client is not None else ""


class SessionRing:
    """Knows sessions. One a process; `write_notes_once` is called beside the server."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._rows: dict[bytes, tuple[float, SessionRow | None]] = {}
        self._used: dict[str, _Use] = {}
        self._noted: dict[str, float] = {}

    async def identify(self, scope: Scope, *, stage: str = "open") -> Session | None:
        """The session of this request; None when it came with none.

        Raises:
            Refused: With one that is over, or is not at this stage.
        """
        secret = shown_secret(scope)
        if secret is None:
            return None
        row, now = await self._row(hash_of(secret)), self.door.clock.now()
        if row is None or row.stage != stage or sessions.is_over(row, now):
            if row is not None and sessions.is_stolen(row, now):
                await self._end(row)
            raise Refused("unauthenticated", "The session is over: sign in again.")
        cookie = ""
        if row.shown == "next":
            await sessions.take_up(self.door, row, secret)
            self._rows.pop(hash_of(secret), None)
        elif sessions.wants_renewal(row, now):
            cookie = cookie_with(await sessions.renewed(self.door, row, secret))
        self._note(row, now, address_of(scope))
        return Session(row, sessions.csrf_of(self.door, row.id), cookie)

    def forget(self, scope: Scope) -> None:
        """What this process remembers of the request's session is no longer so."""
        secret = shown_secret(scope)
        if secret is not None:
            self._rows.pop(hash_of(secret), None)

    async def _row(self, shown: bytes) -> SessionRow | None:
        # Stamped before the query: what it reads may be as old as that.
        asked_at = time.monotonic()
        remembered = self._rows.get(shown)
        if remembered is not None and asked_at - remembered[0] < REMEMBER_S:
            return remembered[1]
        row = await find_session(self.door.store, shown)
        if len(self._rows) >= MOST_REMEMBERED:
            self._rows.clear()
        self._rows[shown] = (asked_at, row)
        return row

    async def _end(self, row: SessionRow) -> None:
        """A secret of long ago came back: whoever has it, and whoever has the new one, signs in again."""
        log.warning("session.old_secret_shown", session=row.id, account=row.account_id)
        async with self.door.store.unit_of_work(row.workspace) as tx:
            await end_session(row.workspace, tx, row.account_id, row.id)

    def _note(self, row: SessionRow, at: datetime, address: str) -> None:
        now = time.monotonic()
        if now - self._noted.get(row.id, -NOTE_EVERY_S) >= NOTE_EVERY_S:
            if len(self._noted) >= MOST_REMEMBERED:
                self._noted.clear()
            self._noted[row.id] = now
            self._used[row.id] = _Use(row, at, address)

    async def write_notes_once(self) -> None:
        used, self._used = self._used, {}
        for use in used.values():
            row = use.row
            try:
                async with self.door.store.unit_of_work(row.workspace) as tx:
                    await note_seen(row.workspace, tx, row.id, use.at, use.address)
            except Unavailable:
                # A time of use is worth no second try; the next use is noted at once instead.
                self._noted.pop(row.id, None)
                log.warning("session.use_not_noted", session=row.id)
            await asyncio.sleep(0)
