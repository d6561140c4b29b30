"""One open socket: what comes in goes over the line one after the other, and everything that is said goes out.

A message's answer is not what its turn returns: all that the customer is told, by whomever and whenever, is read in order
from where they were shown it last. Who comes back is so shown what was said meanwhile, once. Called by `web/rasa_socket.py`.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256

import structlog
from starlette.requests import HTTPConnection

from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.file_link import CUSTOMERS_DAYS, FileLinks
from frontdesk.core.message import with_links
from frontdesk.core.strict_json import NotJson, loads
from frontdesk.store import fetching
from frontdesk.store.addresses import Elsewhere, elsewhere
from frontdesk.store.directory import Entrance
from frontdesk.store.fetching import Fetched, Place
from frontdesk.store.ids import mint
from frontdesk.store.messages import Message
from frontdesk.turn.act import TOLD
from frontdesk.turn.arrival import Arrival
from frontdesk.turn.bots import Unpublished
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.receive import receive
from frontdesk.web import rasa
from frontdesk.web.rasa_socket_bubbles import uttered
from frontdesk.web.rasa_socket_gate import Gate, Rules

MOST_WAITING = 20
"""Messages of one socket that wait for their turn."""
BURST, A_SECOND = 30.0, 2.0
"""Events that are taken at once, and how many more with each second."""
LEAST_NAME = 20
"""Shorter session ids can be guessed, and who guesses one reads along."""
MOST_AT_ONCE = 100
POLL_S = 30.0
RETRY_S = 5.0

Emit = Callable[[str, object], Awaitable[None]]
Arrived = Callable[[], Awaitable[bool]]
"""Waits until what was emitted has arrived; False when the connection is gone."""
log = structlog.get_logger()


class Outage:
    """Said once when it begins and once when it is over, however many sockets wait."""

    def __init__(self) -> None:
        self._on = False

    def is_on(self, reason: Exception) -> None:
        if not self._on:
            log.warning("socket.waits", reason=type(reason).__name__)
        self._on = True

    def is_over(self) -> None:
        if self._on:
            log.info("socket.back")
        self._on = False


@dataclass(frozen=True, slots=True)
class Serving:
    """What all sockets share."""

    line: Line
    lanes: Lanes
    gate: Gate
    file_links: FileLinks
    outage: Outage


class Customer:
    """Made when a socket opens; `run` ends after `leave`, when what was taken in is done."""

    def __init__(
        self, serving: Serving, connection: HTTPConnection, rules: Rules, emit: Emit, arrived: Arrived
    ) -> None:
        self._serving, self._connection, self._rules = serving, connection, rules
        self._emit, self._arrived = emit, arrived
        self._asked: asyncio.Queue[tuple[str, object] | None] = asyncio.Queue()
        self._allowance, self._counted_at = BURST, time.monotonic()
        self._name = ""
        self._knows = False
        self._group: asyncio.TaskGroup | None = None
        self._teller: asyncio.Task[None] | None = None
        self._emitted: str | None = None
        self._left = False

    def ask(self, event: str, data: object) -> str:
        """Take an event in; the answer is why it is not taken, or nothing."""
        now = time.monotonic()
        self._allowance = min(BURST, self._allowance + (now - self._counted_at) * A_SECOND)
        self._counted_at = now
        if self._allowance < 1 or self._asked.qsize() >= MOST_WAITING:
            return "Too many messages at once; wait a moment."
        self._allowance -= 1
        self._asked.put_nowait((event, data))
        return ""

    async def leave(self, *, goodbye: bool) -> None:
        """The socket is closed. Who says goodbye has seen what was sent to them."""
        self._left = True
        self._asked.put_nowait(None)
        if self._teller is not None:
            self._teller.cancel()
        name, emitted = self._name, self._emitted
        if goodbye and emitted is not None:
            with suppress(Refused, Unavailable):
                await self._note(await self._entrance(), name, emitted)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            while (asked := await self._asked.get()) is not None:
                try:
                    await self._take(*asked)
                except (Refused, Unavailable) as error:
                    code = error.code if isinstance(error, Refused) else "unavailable"
                    await self._emit("error", {"code": code, "message": error.message})
            self._group = None
            if self._teller is not None:
                self._teller.cancel()

    async def _take(self, event: str, data: object) -> None:
        data = _read(data)
        if event == "session_request":
            given = data.get("session_id") if isinstance(data, dict) else None
            name = given if isinstance(given, str) and _fits(given) else mint("vis")
            self._join(name if self._rules.keeps_sessions else mint("vis"))
            await self._emit("session_confirm", name)
            return
        if not isinstance(data, dict):
            raise Refused("bad_request", "The event has to bring an object.")
        given = data.get("session_id")
        if self._rules.keeps_sessions and isinstance(given, str) and _fits(given):
            self._join(given)
        elif not self._name:
            self._join(mint("vis"))
        body = {"sender": self._name, "message": data.get("message"), "metadata": _metadata(data)}
        posted = rasa.read(body, None, self._connection.headers.get("user-agent", ""))
        if posted.heard is None:
            return
        digest = None if posted.provider_id is None else sha256(json.dumps(body).encode()).digest()
        with suppress(Unpublished):
            at = await self._entrance()
            await self._say(
                at, Arrival(at, self._name, posted.heard, posted.provider_id, digest, named=self._name)
            )
            if not self._knows:
                # Other sockets of this name may wait for the conversation to begin, here and in other processes.
                awaited = _awaited(at, self._name)
                self._serving.line.waiting.wake(awaited)
                self._serving.line.hints.touch(awaited)

    async def _say(self, at: Entrance, arrival: Arrival) -> None:
        try:
            await receive(self._serving.line, self._serving.lanes, arrival)
        except Elsewhere as found:
            # As one whose session was never known here.
            self._join(found.external_id)
            await self._emit("session_confirm", self._name)
            await self._say(at, replace(arrival, external_id=found.external_id))

    def _join(self, name: str) -> None:
        group = self._group
        if name == self._name or group is None:
            return
        if self._teller is not None:
            self._teller.cancel()
        self._name = name
        self._emitted = None
        self._knows = False
        if not self._left:
            self._teller = group.create_task(self._tell(name))

    async def _entrance(self) -> Entrance:
        return await self._serving.gate.entrance(self._connection)

    async def _tell(self, name: str) -> None:
        """Shows whatever is said in the conversation of that name, from where its customer was shown it last."""
        after: Place | None = None
        begun = False
        while True:
            try:
                found = await self._found(name)
                self._serving.outage.is_over()
                if found is not None and not begun:
                    begun = self._knows = True
                    after = await self._shown_to(name)
                if found is not None:
                    after = await self._follow(name, found, after)
                else:
                    await self._begins(name)
            except Unavailable as error:
                self._serving.outage.is_on(error)
                await asyncio.sleep(RETRY_S)
            except Refused:
                # The channel is switched off: it may be back in a moment.
                await asyncio.sleep(RETRY_S)

    async def _begins(self, name: str) -> None:
        """Until there may be a conversation of that name."""
        at = await self._entrance()
        with self._serving.line.waiting.on(_awaited(at, name)) as news:
            if await self._found(name) is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await news.wait()

    async def _follow(self, name: str, found: Fetched, after: Place | None) -> Place | None:
        """Until the conversation is another one: it was merged."""
        with self._serving.line.waiting.on(found.id) as news:
            while True:
                after = await self._show(name, found, after)
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await news.wait()
                news.clear()
                now = await self._found(name)
                if now is None or now.id != found.id:
                    return after

    async def _found(self, name: str) -> Fetched | None:
        at = await self._entrance()
        found = await fetching.find(at.workspace, self._serving.line.store, at.channel_id, name)
        if found is None or found.assistant_id != at.assistant_id or elsewhere(found.reader):
            return None
        return found

    async def _shown_to(self, name: str) -> Place | None:
        at = await self._entrance()
        return await fetching.told_to(at.workspace, self._serving.line.store, at.channel_id, name)

    async def _show(self, name: str, found: Fetched, after: Place | None) -> Place | None:
        at, store = await self._entrance(), self._serving.line.store
        while True:
            said = await fetching.told(
                at.workspace, store, found.id, after, authors=TOLD, answers=True, most=MOST_AT_ONCE
            )
            if not said:
                return after
            await self._emit_all(at, said)
            last = said[-1]
            after = Place(found.id, last.seq, last.created_at)
            if not await self._arrived():
                return after
            await self._note(at, name, last.id)
            self._emitted = None
            if await fetching.note_fetched(at.workspace, store, [message.id for message in said]):
                self._serving.line.hints.touch(at.workspace)

    async def _emit_all(self, at: Entrance, said: list[Message]) -> None:
        now = self._serving.line.clock.now()
        link = self._serving.file_links.of(at.workspace, now, for_days=CUSTOMERS_DAYS)
        for message in said:
            # Known before it goes: whoever has seen it may be gone at once.
            self._emitted = message.id
            for bubble in uttered(with_links(message.parts, link)):
                await self._emit("bot_uttered", bubble)

    async def _note(self, at: Entrance, name: str, message_id: str) -> None:
        await fetching.note_told(at.workspace, self._serving.line.store, at.channel_id, name, message_id)


def _awaited(at: Entrance, name: str) -> str:
    """What sockets that wait for a conversation are woken by. The name itself opens it, so it never travels."""
    return sha256(f"{at.channel_id} {name}".encode()).hexdigest()


def _read(data: object) -> object:
    """What came, if it is as plain as what other wires take."""
    try:
        return loads(json.dumps(data).encode())
    except (NotJson, RecursionError) as error:
        raise Refused("bad_request", f"The event is not JSON that has one meaning: {error}.") from None


def _fits(name: str) -> bool:
    return LEAST_NAME <= len(name) <= rasa.MOST_ID and name.isprintable()


def _metadata(data: dict[str, object]) -> object:
    """Clients send it as an object or as its JSON, under one of two names."""
    found = data.get("metadata") or data.get("customData")
    if isinstance(found, str):
        try:
            found = loads(found.encode())
        except NotJson:
            return None
    return found if isinstance(found, dict) else None
