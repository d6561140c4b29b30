"""The library that speaks Socket.IO, held to what this channel needs: text alone, small messages, a count of who is there.

Loaded when the first connection comes, since most installations have none. Called by `web/rasa_socket.py`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack, suppress
from typing import Any

import socketio
from engineio import packet as frame
from engineio.async_socket import AsyncSocket
from engineio.exceptions import EngineIOError
from socketio import packet
from socketio.exceptions import ConnectionRefusedError as Turned
from starlette.requests import HTTPConnection

from frontdesk.core.errors import Unavailable
from frontdesk.web.rasa_socket_gate import PING_INTERVAL_S, PING_TIMEOUT_S, Gate

_quiet = logging.getLogger("frontdesk.socketio")
# It logs with its stack whatever a hostile peer sends, and what customers write; our handlers log what is ours.
_quiet.disabled = True


class _TextPacket(packet.Packet):  # type: ignore[misc]  # the library has no types
    """Without attachments: it would collect as many as it is told to expect."""

    uses_binary_events = False

    def decode(self, encoded_packet: str) -> int:
        count: int = super().decode(encoded_packet)
        if count or self.packet_type not in {packet.CONNECT, packet.DISCONNECT, packet.EVENT}:
            raise ValueError("a packet of a kind that is not taken")
        return 0


class _Reads:
    """How far a client has read: it answers pings in order, so what was sent before an answered one has arrived."""

    def __init__(self, socket: AsyncSocket) -> None:
        self._send, self._receive = socket.send, socket.receive
        self._pings = self._answered = 0
        self._news = asyncio.Event()
        socket.send, socket.receive = self.send, self.receive

    async def send(self, sent: frame.Packet) -> None:
        self._pings += sent.packet_type == frame.PING
        await self._send(sent)

    async def receive(self, received: frame.Packet) -> None:
        if received.packet_type == frame.PONG and self._answered < self._pings:
            self._answered += 1
            self._news.set()
        await self._receive(received)

    def next_ping(self) -> int:
        return self._pings + 1

    async def until(self, ping: int) -> None:
        while self._answered < ping:
            self._news.clear()
            await self._news.wait()


class Server(socketio.AsyncServer):  # type: ignore[misc]  # the library has no types
    """`open_ones`: connections by the library's name for them, with what is to be done at their end."""

    def __init__(self, gate: Gate, most_bytes: int) -> None:
        super().__init__(
            async_mode="asgi",
            async_handlers=False,
            cors_allowed_origins="*",
            cors_credentials=False,
            http_compression=False,
            max_http_buffer_size=most_bytes,
            ping_interval=PING_INTERVAL_S,
            ping_timeout=PING_TIMEOUT_S,
            serializer=_TextPacket,
            logger=_quiet,
            engineio_logger=_quiet,
        )
        self._gate = gate
        self._open_ones: dict[str, ExitStack] = {}
        self._reads: dict[str, _Reads] = {}
        self._works: dict[str, asyncio.Task[None]] = {}

    async def _handle_eio_connect(self, eio_sid: str, environ: Mapping[str, Any]) -> str | None:
        counted = ExitStack()
        try:
            counted.enter_context(self._gate.counted(HTTPConnection(environ["asgi.scope"])))
        except Unavailable as error:
            return error.message
        self._open_ones[eio_sid] = counted
        self._reads[eio_sid] = _Reads(self.eio.sockets[eio_sid])
        await super()._handle_eio_connect(eio_sid, environ)
        return None

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        counted = self._open_ones.pop(eio_sid, None)
        work = self._works.pop(eio_sid, None)
        if counted is not None and work is not None:
            work.add_done_callback(lambda _: counted.close())
        elif counted is not None:
            counted.close()
        self._reads.pop(eio_sid, None)
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            socket.queue.put_nowait(None)  # else a request that polls is held until its time is up
        await super()._handle_eio_disconnect(eio_sid, reason)

    def may_open(self, sid: str) -> bool:
        """Whether its connection is there and has had no socket yet; each would bring a new allowance."""
        eio_sid = self.manager.eio_sid_from_sid(sid, "/")
        return eio_sid in self._open_ones and eio_sid not in self._works

    def keep(self, sid: str, work: asyncio.Task[None]) -> None:
        """The connection is counted as open until `work` has ended."""
        self._works[self.manager.eio_sid_from_sid(sid, "/")] = work

    async def arrived(self, sid: str) -> bool:
        """Waits until all that was sent to it so far has arrived; False when it is gone."""
        eio_sid = self.manager.eio_sid_from_sid(sid, "/")
        reads = self._reads.get(eio_sid)
        if reads is None:
            return False
        ping = reads.next_ping()
        # In a task, as everything that is sent is: sending may find out that the connection is dead, and end who waits here.
        await asyncio.wait([self.start_background_task(self._ping, eio_sid)])
        await reads.until(ping)
        return True

    async def _ping(self, eio_sid: str) -> None:
        with suppress(EngineIOError):
            await self.eio.send_packet(eio_sid, frame.Packet(frame.PING))

    async def close_all(self) -> None:
        """Every connection is told that it ends."""
        for socket in list(self.eio.sockets.values()):
            await socket.close(wait=False, reason=self.eio.reason.SERVER_DISCONNECT)


Connected = Callable[[str, HTTPConnection, object], Awaitable[tuple[str, str] | None]]
Asked = Callable[[str, str, object], str]
Left = Callable[[str, bool], Awaitable[None]]


def made(gate: Gate, most_bytes: int, *, connected: Connected, asked: Asked, left: Left) -> Server:
    """A server with these handlers. `connected` says why one is turned away, `asked` says why an event is not taken; `left` is told whether they said goodbye."""
    server = Server(gate, most_bytes)

    async def connect(sid: str, environ: Mapping[str, Any], auth: object) -> None:
        refused = await connected(sid, HTTPConnection(environ["asgi.scope"]), auth)
        if refused is not None:
            code, message = refused
            raise Turned(message, {"code": code})

    async def ask(event: str, sid: str, data: object) -> None:
        if problem := asked(sid, event, data):
            await server.emit("error", {"code": "too_many_tries", "message": problem}, to=sid)

    async def session_request(sid: str, data: object = None, *_: object) -> None:
        await ask("session_request", sid, data)

    async def user_uttered(sid: str, data: object = None, *_: object) -> None:
        await ask("user_uttered", sid, data)

    async def disconnect(sid: str, reason: str) -> None:
        await left(sid, reason == server.reason.CLIENT_DISCONNECT)

    for handler in (connect, session_request, user_uttered, disconnect):
        server.on(handler.__name__, handler)
    return server
