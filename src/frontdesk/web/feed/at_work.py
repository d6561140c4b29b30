"""What a workspace's streams are told of its people: who looks at what, who types (customers too), who is online.

One of these a workspace and process. Its open inboxes are noted for all at once, every `NOTE_EVERY_S`.
"""

import time
from collections.abc import Callable, Collection, Iterable

import msgspec

from frontdesk.core.ids import WorkspaceId
from frontdesk.ports.clock import Clock
from frontdesk.store import desk_teams, presence
from frontdesk.store.connect import Store
from frontdesk.store.words import At, Changed, Writes
from frontdesk.web.feed.frames import Event
from frontdesk.web.feed.viewers import Viewers

OF_ALL_ASSISTANTS = "*"
"""Whose event it is that is for readers without a limit alone."""
NAMES_S = 60.0
CUSTOMER = "visit_"
"""How the id of somebody begins who is none of a workspace's people."""


class _Who(msgspec.Struct):
    id: str
    name: str


class _Viewers(msgspec.Struct):
    conversation_id: str
    viewers: list[_Who]


class _Typing(msgspec.Struct, omit_defaults=True):
    """`author`: `contact` of the customer, whose name is the conversation's."""

    conversation_id: str
    person: _Who
    typing: bool
    author: str = ""


class _Presence(msgspec.Struct):
    state: str
    capacity: int | None


class _Person(msgspec.Struct):
    id: str
    name: str
    presence: _Presence


class AtWork:
    """`tell` hands words to all processes, this one included."""

    def __init__(
        self, workspace: WorkspaceId, store: Store, clock: Clock, tell: Callable[[str], None]
    ) -> None:
        self._workspace = workspace
        self._store = store
        self._clock = clock
        self._tell = tell
        self._viewers = Viewers()
        self._names: dict[str, str] = {}
        self._names_at = 0.0
        self._noted: set[str] = set()
        self._noted_at = 0.0
        self._changed: set[str] = set()

    def heard(self, word: At | Changed | Writes) -> None:
        if isinstance(word, At):
            self._viewers.heard(word)
        elif isinstance(word, Writes):
            place = (word.workspace, word.conversation_id, word.visitor_id)
            self._viewers.heard(At(*place, viewing=False, typing=True, stamp=word.stamp))
        else:
            self._changed.add(word.account_id)

    async def note(self, accounts: Collection[str]) -> None:
        """An inbox of these is open; new ones are noted at once, the others now and then."""
        now = time.monotonic()
        is_time = now - self._noted_at >= presence.NOTE_EVERY_S
        if not is_time and self._noted.issuperset(accounts):
            return
        at = self._clock.now()
        changed = [*await presence.note_open(self._workspace, self._store, accounts, at)] if accounts else []
        if changed:
            async with self._store.unit_of_work(self._workspace) as tx:
                await desk_teams.somebody_came(self._workspace, tx, changed)
        if is_time:
            changed += await presence.note_gone(self._workspace, self._store, at)
            self._noted_at = now
        self._noted = set(accounts)
        for account in changed:
            self._tell(Changed(self._workspace, account).word)

    async def everything(self) -> list[Event]:
        """Where everybody is: for a stream that begins."""
        return await self._viewer_events(self._viewers.viewing())

    async def news(self) -> list[Event]:
        """What is different since this was last asked."""
        viewers, typing = self._viewers.news()
        changed, self._changed = self._changed, set()
        if not (viewers or typing or changed):
            return []
        if changed:
            self._names_at = 0.0
        events = await self._viewer_events(viewers)
        names = await self._known({who for _, who, _ in typing if not who.startswith(CUSTOMER)})
        for conversation, who, is_typing in typing:
            author = "contact" if who.startswith(CUSTOMER) else ""
            data = _Typing(conversation, _Who(who, names.get(who, "")), is_typing, author)
            events.append(Event("typing", msgspec.json.encode(data), OF_ALL_ASSISTANTS))
        return events + (await self._person_events(changed) if changed else [])

    async def _viewer_events(self, viewing: dict[str, tuple[str, ...]]) -> list[Event]:
        names = await self._known({account for accounts in viewing.values() for account in accounts})
        return [
            Event(
                "presence",
                msgspec.json.encode(
                    _Viewers(conversation, [_Who(account, names.get(account, "")) for account in accounts])
                ),
                OF_ALL_ASSISTANTS,
            )
            for conversation, accounts in viewing.items()
        ]

    async def _person_events(self, accounts: Iterable[str]) -> list[Event]:
        async with self._store.unit_of_work(self._workspace) as tx:
            found = await presence.people(self._workspace, tx, self._clock.now(), list(accounts))
        people = (_Person(one.id, one.name, _Presence(one.state, one.capacity)) for one in found)
        return [Event("person", msgspec.json.encode(person), OF_ALL_ASSISTANTS) for person in people]

    async def _known(self, accounts: set[str]) -> dict[str, str]:
        is_old = time.monotonic() - self._names_at > NAMES_S
        if accounts and (is_old or not accounts <= self._names.keys()):
            async with self._store.unit_of_work(self._workspace) as tx:
                found = await presence.people(self._workspace, tx, self._clock.now())
            self._names = {one.id: one.name for one in found}
            self._names_at = time.monotonic()
        return self._names
