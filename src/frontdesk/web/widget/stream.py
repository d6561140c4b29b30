"""What is said while a visitor's window is open: server-sent events, each with every line since the one before.

An event's id is the number of its last line, with which a browser that was cut off goes on. Between events a sign of life is
sent, so that both sides notice a connection that carries nothing in one direction. It is the field `retry`: within so long, at
a moment of its own, a browser that is cut off comes back; the more there are, the longer, so that all of them at once are no
more than can be let in beside those who write.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.ids import ConversationId
from frontdesk.store.directory import Entrance
from frontdesk.store.visitors import Visitor
from frontdesk.turn.line import Line
from frontdesk.web.widget.gate import Gate
from frontdesk.web.widget.limits import Holder, Limits, Most, Places, holder_of, network
from frontdesk.web.widget.lines import Shown, State
from frontdesk.web.widget.talk import Talk
from frontdesk.web.widget.wire import number
from frontdesk.web.widget.writing import Writing

BEAT_S = 15.0
LOOK_EVERY = 8
"""Of so many signs of life one looks into the database: a hint may have been lost."""
MOST_OPEN, MOST_OF_WORKSPACE, MOST_OF_ONE = 10_000, 7_500, 3
RETRY_S, NETWORK_RETRY_S = 5.0, 30.0
BACK_PER_S = 150
"""So many are to come back in a second when all are cut off at once."""
OPENING = 4
"""So many at once are looked up as they begin: when thousands come back together, those who write are answered meanwhile."""
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no", "x-content-type-options": "nosniff"}
_encode = msgspec.json.Encoder().encode


class Streams:
    """One a process."""

    def __init__(self, line: Line, gate: Gate, talk: Talk, limits: Limits) -> None:
        self._line, self._gate, self._talk = line, gate, talk
        self._places = Places(
            Most(MOST_OPEN, MOST_OF_WORKSPACE, MOST_OF_ONE, limits.streams_per_address),
            "streams are open",
            retry_s=RETRY_S,
            network_retry_s=NETWORK_RETRY_S,
        )
        self._opening = asyncio.Semaphore(OPENING)
        self._writing = Writing(line.waiting.wake)
        line.hints.listen(self._writing.heard)

    async def stream(self, request: Request) -> Response:
        after = number(request, "after") or 0
        async with self._opening:
            at = await self._gate.entrance(request)
            self._places.check_network(network(request))
            visitor = await self._gate.visitor(request, at)
            found = await self._talk.found(at, visitor)
        if found is None:
            raise Refused("not_found", "Nothing was said yet; write first.")
        holder = holder_of(request, at.workspace, visitor)
        self._places.check(holder)
        listener = _Listener(request, visitor, found, after, holder)
        return _Closing(self._counted(at, listener))

    async def _counted(self, at: Entrance, listener: "_Listener") -> AsyncGenerator[bytes, None]:
        with (
            self._line.waiting.on(listener.found) as news,
            self._writing.followed(listener.found),
            self._places.held(listener.holder),
            suppress(Unavailable),
        ):
            async with self._opening:
                # Who it is was looked up just now.
                first = await self._talk.since(at, listener.found, listener.after)
            async for event in self._events(listener, news, first):
                yield event

    async def _events(
        self, listener: "_Listener", news: asyncio.Event, shown: Shown | None
    ) -> AsyncIterator[bytes]:
        state: State | None = None
        wrote, looks = False, False
        beat = random.randrange(LOOK_EVERY)  # noqa: S311  # spreads the looks of many streams
        while not self._line.waiting.closed:
            if looks:
                news.clear()
                shown = await self._since(listener)
                if shown is None:
                    return
            if shown is not None and (shown.lines or shown.state != state):
                begins, state = state is None, shown.state
                listener.after = shown.lines[-1].n if shown.lines else listener.after
                event = b"id: %d\nevent: lines\ndata: %b\n\n" % (listener.after, _encode(shown))
                yield self._alive() + event if begins else event
                if shown.open:
                    looks = True
                    continue
            shown = None
            left_s = self._writing.left_s(listener.found)
            if wrote != (left_s > 0):
                wrote = not wrote
                yield b"event: writing\ndata: %b\n\n" % _encode(wrote)
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left_s or BEAT_S, BEAT_S)):
                    await news.wait()
            beat += 1
            looks = news.is_set() or beat % LOOK_EVERY == 0
            if not news.is_set():
                yield self._alive()

    def _alive(self) -> bytes:
        return b"retry: %d\n\n" % (1000 * self._places.in_all // BACK_PER_S)

    async def _since(self, listener: "_Listener") -> Shown | None:
        """None when there is nothing to follow any more, or not for them: the browser comes back and is told why."""
        try:
            at = await self._gate.open_entrance(listener.request)
            now = await self._gate.visitor(listener.request, at)
            if now.session_id != listener.visitor.session_id:
                return None
            if await self._talk.found(at, now) != listener.found:
                return None
            return await self._talk.since(at, listener.found, listener.after)
        except (Refused, Unavailable):
            return None


class _Closing(StreamingResponse):
    """Gives its place free as it ends, however it ends."""

    def __init__(self, events: AsyncGenerator[bytes, None]) -> None:
        super().__init__(events, headers=_HEADERS, media_type="text/event-stream")
        self._events = events

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self._events):
            await super().stream_response(send)


@dataclass(slots=True)
class _Listener:
    """Somebody with a stream, who has everything up to the line `after`."""

    request: Request
    visitor: Visitor
    found: ConversationId
    after: int
    holder: Holder
