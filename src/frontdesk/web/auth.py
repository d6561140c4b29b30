"""Who is asking: a key's holder or a signed-in person. Reads the key, finds its row, judges it; sessions are
`session_ring`'s. Called by the registrar alone.

A request without a key costs no query. A row is remembered for at most a second, and forgotten at once when a process
says that the key changed, so a revoked key is dead within a second in every process. When a key was used, and from
where, is written down in the background, once a minute at most.
"""

import asyncio
import hmac
import time
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

import structlog
from starlette.types import Scope

from frontdesk.core.actor import ANONYMOUS, Actor
from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.ids import KeyId, WorkspaceId
from frontdesk.core.network_address import read_address
from frontdesk.core.permission import KIND_SCOPES, PERMISSIONS, scope_for
from frontdesk.ports.clock import Clock
from frontdesk.store import words
from frontdesk.store.alerts import Faults
from frontdesk.store.connect import Store
from frontdesk.store.directory import KeyRow, find_key
from frontdesk.store.keys import hash_of, note_key_use, prefix_of
from frontdesk.web.cross_origin import BELOW, Headers, read_by
from frontdesk.web.pace import Pace
from frontdesk.web.session_ring import Session, SessionRing, address_of

REMEMBER_S = 0.8
NOTE_EVERY_S = 60.0
WRITE_NOTES_EVERY_S = 2.0
MOST_REMEMBERED = 10_000

_WHOSE = {"key": "The key", "session": "Your account"}

log = structlog.get_logger("frontdesk.web")


def presented_key(scope: Scope, *, token_in_query: bool) -> str | None:
    """The key that came with a request, readable or not; None when none did."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            return token.strip() if scheme.lower() == "bearer" else ""
    if token_in_query:
        tokens = parse_qs(scope["query_string"].decode("latin-1")).get("token")
        return tokens[0] if tokens else None
    return None


@dataclass(frozen=True, slots=True)
class _Use:
    workspace: WorkspaceId
    key_id: KeyId
    at: datetime
    address: str


def is_taken_from(row: KeyRow, address: str) -> bool:
    """Whether the key may be used from this network address; one that is not known is on no list."""
    if not row.addresses:
        return True
    caller = read_address(address)
    return caller is not None and any(caller in network for network in row.addresses)


def hold_to(actor: Actor, permission: str) -> None:
    """Refuse who may not do what `permission` says."""
    if not actor.may(permission):
        raise _lacking(actor, permission)


def _lacking(actor: Actor, permission: str) -> Refused:
    """What a key lacks is said by the name of the scope, which is what people tick."""
    said = f"{_WHOSE[actor.kind]} has no permission {permission}"
    details = {"permission": permission}
    if actor.kind == "key" and (scope := scope_for(permission)):
        return Refused(
            "forbidden",
            f"{said}: it needs the scope {scope}.",
            details=details | {"scope": scope},
        )
    if actor.kind == "key" and PERMISSIONS[permission].scopes & {"own", "self"}:
        said += ": this is for people who are signed in, and no key can have it"
    return Refused("forbidden", f"{said}.", details=details)


class KeyRing:
    """Knows keys, and asks `sessions` where none came. One a process; `write_notes` runs beside the server."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sessions: SessionRing,
        public_url: str = "",
        faults: Faults | None = None,
    ) -> None:
        self._faults = faults or Faults()
        self.sessions = sessions
        self._public_url = public_url
        self._pace = Pace(store)
        self._store = store
        self._clock = clock
        self._rows: dict[str, tuple[float, KeyRow | None]] = {}
        self._used: dict[str, _Use] = {}
        self._noted: dict[str, float] = {}

    async def identify(
        self, scope: Scope, *, token_in_query: bool = False, beside: Headers | None = None
    ) -> Actor:
        """Who sent this request; a key that is wrong, expired or revoked is refused, none is `ANONYMOUS`.

        `beside` is given the headers that go along with the answer, whatever it will be.
        """
        presented = presented_key(scope, token_in_query=token_in_query)
        if presented is None:
            return ANONYMOUS
        prefix = prefix_of(presented)
        row = await self._row(prefix) if prefix is not None else None
        if row is None or not hmac.compare_digest(row.hash, hash_of(presented)):
            self._count(row)
            raise Refused("unauthenticated", "The key is wrong, has expired or was revoked.")
        if beside is not None:
            beside.extend(read_by(scope, row, self._public_url))
        if self._is_over(row):
            self._count(row)
            raise Refused("unauthenticated", "The key is wrong, has expired or was revoked.")
        address = address_of(scope)
        if not is_taken_from(row, address):
            self._count(row)
            raise Refused("forbidden", f"The key is not taken from your address, {address}.")
        self._note(row, address)
        if beside is not None and scope["path"].startswith(BELOW):
            await self._pace.count(row, beside)
        return Actor(
            "key",
            row.workspace,
            row.id,
            KIND_SCOPES.get(row.kind, frozenset()) | row.scopes,
            row.assistant_ids,
        )

    async def known(
        self, scope: Scope, *, token_in_query: bool = False, beside: Headers | None = None
    ) -> tuple[Actor, Session | None]:
        """Who sent this request, and the session they did it in; nobody is refused.

        A key counts before a session: whoever sends one means it.
        """
        actor = await self.identify(scope, token_in_query=token_in_query, beside=beside)
        session = None
        if actor.kind == "anonymous":
            session = await self.sessions.identify(scope)
            if session is None:
                raise Refused("unauthenticated", "Send a key: Authorization: Bearer fd_...")
            actor = session.actor
        return actor, session

    def heard(self, word: str) -> None:
        """A process changed a key: what is remembered of it is no longer so."""
        changed = words.key_in(word)
        if changed:
            known = [
                prefix for prefix, (_, row) in self._rows.items() if row is not None and row.id == changed
            ]
            for prefix in known:
                del self._rows[prefix]

    async def _row(self, prefix: str) -> KeyRow | None:
        # Stamped before the query: what it reads may be as old as that.
        asked_at = time.monotonic()
        remembered = self._rows.get(prefix)
        if remembered is not None and asked_at - remembered[0] < REMEMBER_S:
            return remembered[1]
        row = await find_key(self._store, prefix)
        if len(self._rows) >= MOST_REMEMBERED:
            self._rows.clear()
        self._rows[prefix] = (asked_at, row)
        return row

    def _is_over(self, row: KeyRow) -> bool:
        ends = [at for at in (row.expires_at, row.secret_until) if at is not None]
        return row.revoked_at is not None or (bool(ends) and min(ends) <= self._clock.now())

    def _count(self, row: KeyRow | None) -> None:
        """A key that is not taken."""
        if row is not None:
            self._faults.count("keys", row.workspace)
        else:
            self._faults.count_nobodys("keys")

    def _note(self, row: KeyRow, address: str) -> None:
        now = time.monotonic()
        if now - self._noted.get(row.id, -NOTE_EVERY_S) >= NOTE_EVERY_S:
            if len(self._noted) >= MOST_REMEMBERED:
                self._noted.clear()
            self._noted[row.id] = now
            self._used[row.id] = _Use(row.workspace, KeyId(row.id), self._clock.now(), address)

    async def write_notes(self) -> None:
        """Write down when keys were used, for as long as the server runs."""
        while True:
            await asyncio.sleep(WRITE_NOTES_EVERY_S)
            await self.write_notes_once()

    async def write_notes_once(self) -> None:
        await self.sessions.write_notes_once()
        await self._faults.write(self._store)
        used, self._used = self._used, {}
        for use in used.values():
            try:
                async with self._store.unit_of_work(use.workspace) as tx:
                    await note_key_use(use.workspace, tx, use.key_id, use.at, use.address)
            except Unavailable:
                # A time of use is worth no second try; the next use is noted at once instead.
                self._noted.pop(use.key_id, None)
                log.warning("key.use_not_noted", key=use.key_id)
