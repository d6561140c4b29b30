"""Sends one notice to one device: the `Outlet` of deliveries that `turn.pushes` writes. Also a test, at once.

body (who, about what) --still wanted, still to be seen, still news--> text in the reader's language --> push service
                                  `--otherwise--> left out, which is an outcome like another
Nothing is held while a push service is waited for. One that says the browser is gone has the device removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import msgspec
import structlog

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.message import Part, plain
from frontdesk.core.permission import PERMISSIONS, ROLE_SCOPES, Role
from frontdesk.desk import push_words
from frontdesk.desk.devices import private_key
from frontdesk.desk.looking import Looking
from frontdesk.desk.push_words import Catalogue, Wording
from frontdesk.ports.clock import Clock
from frontdesk.ports.outlet import Outgoing, Sent
from frontdesk.ports.pusher import Device, Push, Pushed
from frontdesk.store import push_notices, push_subscriptions
from frontdesk.store.connect import Store
from frontdesk.store.push_notices import About
from frontdesk.store.push_subscriptions import Addressed, Subscribed
from frontdesk.store.tx import Tx
from frontdesk.turn.pushes import MANNERS, Notice, Pushing, read

log = structlog.get_logger()

TEXT_CHARS = 100
_NAME_CHARS = 80
_TEST_TTL_S: Final = 60
OVER = Sent(ok=False, detail="given up: it is no news any more")
NO_KEY = Sent(ok=False, detail="the workspace's key cannot be read: turn the device on again")
GONE = Sent(ok=True, detail="left out: the device was removed")
UNWANTED = Sent(
    ok=True, detail="left out: its reader does not want it, may not see it, or is signed out there"
)
SETTLED = Sent(ok=True, detail="left out: seen, answered or given on meanwhile")


class Shown(msgspec.Struct, frozen=True, rename="camel"):
    """What a device is sent; `static/push_worker.js` shows it."""

    title: str
    body: str
    tag: str
    path: str
    lang: str
    at: int


@dataclass(frozen=True, slots=True)
class _Ready:
    push: Push
    endpoint: str


class PushSending:
    """`looking`: who sees what is told without a notice."""

    def __init__(self, pushing: Pushing, store: Store, clock: Clock, looking: Looking) -> None:
        self.pushing = self._pushing = pushing
        self._store = store
        self._clock = clock
        self.looking = looking

    async def send(self, outgoing: Outgoing) -> Sent:
        workspace = WorkspaceId(str(outgoing.settings["workspace"]))
        notice, now = read(outgoing.body), self._clock.now()
        if now.timestamp() >= notice.until:
            return OVER
        async with self._store.unit_of_work(workspace) as tx:
            ready = await self._ready(workspace, tx, notice, now)
        if isinstance(ready, Sent):
            return ready
        return (await self._hand_over(workspace, notice.device, ready)).sent

    async def try_out(self, workspace: WorkspaceId, account_id: str, push_id: str) -> Pushed | None:
        """Send a test now, once; None when there is no such device of that account."""
        now = self._clock.now()
        async with self._store.unit_of_work(workspace) as tx:
            device = await push_subscriptions.one(workspace, tx, account_id, push_id)
            found = await self._addressed(workspace, tx, push_id, account_id, wish="push_test", now=now)
            key = await private_key(workspace, tx, self._pushing)
        if device is None or found is None:
            return None
        if key is None:
            return Pushed(NO_KEY)
        language, words = push_words.catalogue(found.language)
        shown = _shown(words.test, {"workspace": found.workspace_name}, language, now)
        push = Push(
            _device(device),
            msgspec.json.encode(shown),
            key,
            self._pushing.subject,
            _TEST_TTL_S,
            "high",
            "test",
        )
        return await self._hand_over(workspace, push_id, _Ready(push, device.endpoint))

    async def _ready(self, workspace: WorkspaceId, tx: Tx, notice: Notice, now: datetime) -> _Ready | Sent:
        manner = MANNERS[notice.kind]
        found = await self._addressed(workspace, tx, notice.device, notice.account, wish=manner.wish, now=now)
        if found is None:
            return GONE
        if not found.fits or not _may_see(found.role):
            return UNWANTED
        about = await push_notices.about(
            workspace, tx, notice.conversation, reader=notice.account, by=notice.by, seq=notice.seq
        )
        is_seen = self.looking.is_at(workspace, notice.conversation, notice.account)
        if about is None or is_seen or not _is_news(notice, about):
            return SETTLED
        key = await private_key(workspace, tx, self._pushing)
        if key is None:
            return NO_KEY
        body = msgspec.json.encode(_told(notice, found, about, now))
        left_s = max(1, int(notice.until - now.timestamp()))
        push = Push(
            _device(found), body, key, self._pushing.subject, left_s, manner.urgency, notice.conversation
        )
        return _Ready(push, found.endpoint)

    async def _addressed(
        self, workspace: WorkspaceId, tx: Tx, push_id: str, account_id: str, *, wish: str, now: datetime
    ) -> Addressed | None:
        since = now - self._pushing.idle
        return await push_subscriptions.addressed(
            workspace, tx, push_id, account_id, wish=wish, now=now, seen_since=since
        )

    async def _hand_over(self, workspace: WorkspaceId, push_id: str, ready: _Ready) -> Pushed:
        pushed = await self._pushing.pusher.push(ready.push)
        async with self._store.unit_of_work(workspace) as tx:
            if pushed.is_gone:
                await push_subscriptions.gone(workspace, tx, push_id, ready.endpoint)
                log.info("push.device_gone", device=push_id)
            else:
                await push_subscriptions.note(
                    workspace, tx, push_id, ok=pushed.sent.ok, now=self._clock.now()
                )
        return pushed


def _device(found: Addressed | Subscribed) -> Device:
    return Device(found.endpoint, found.p256dh, found.auth)


def _may_see(role: str) -> bool:
    return not PERMISSIONS["conversations.read"].scopes.isdisjoint(ROLE_SCOPES[cast("Role", role)])


def _is_news(notice: Notice, about: About) -> bool:
    """Whether it is still so, and its reader has not come by it otherwise."""
    match notice.kind:
        case "mention":
            return about.read_seq < notice.seq
        case "queue":
            return about.owner == "queued" and about.team == notice.team
        case "assigned":
            return about.owner == "human" and about.assignee_id == notice.account
        case "line":
            is_theirs = about.owner == "human" and about.assignee_id == notice.account
            return is_theirs and about.read_seq < notice.seq and not about.is_followed


def _told(notice: Notice, found: Addressed, about: About, now: datetime) -> Shown:
    language, words = push_words.catalogue(found.language)
    values = {
        "by": _cut(about.by_name or notice.team or words.program, _NAME_CHARS),
        "contact": _cut(about.customer or words.customer, _NAME_CHARS),
        "team": _cut(notice.team or words.team, _NAME_CHARS),
    }
    said = "" if not found.shows_text or about.parts is None else _text_of(about.parts)
    return _shown(_wording(words, notice), values, language, now, said=said, conversation=notice.conversation)


def _wording(words: Catalogue, notice: Notice) -> Wording:
    found: Wording = getattr(words, notice.kind)
    return found


def _text_of(parts: Sequence[dict[str, object]]) -> str:
    return _cut(plain(msgspec.convert(parts, tuple[Part, ...])), TEXT_CHARS)


def _shown(
    wording: Wording,
    values: dict[str, str],
    language: str,
    now: datetime,
    *,
    said: str = "",
    conversation: str = "",
) -> Shown:
    return Shown(
        title=wording.title.format_map(values),
        body=said or wording.body.format_map(values),
        tag=conversation or "test",
        path=f"/panel?menu=chats&conversation={conversation}" if conversation else "/panel",
        lang=language,
        at=round(now.timestamp() * 1000),
    )


def _cut(text: str, chars: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= chars else f"{line[: chars - 1].rstrip()}…"
