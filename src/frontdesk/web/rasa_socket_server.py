"""The library that speaks Socket.IO, held to what this channel needs: text alone, small messages, a count of who is there.

Loaded when the first connection comes, since most installations have none. Called by `web/rasa_socket.py`.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from typing import Any

import socketio
from socketio import packet
from socketio.exceptions import ConnectionRefusedError as Turned
from starlette.requests import HTTPConnection

from frontdesk.core.errors import Unavailable
from frontdesk.web.rasa_socket_gate import PING_INTERVAL_S, PING_TIMEOUT_S, Gate

ANSWERED_WITHIN_S = 5
"""A ping that waits longer than this at the end was never answered."""
LOST = frozenset({"ping timeout", "transport error"})
"""Reasons of an end after which nobody knows whether the last messages arrived."""

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

    async def _handle_eio_connect(self, eio_sid: str, environ: Mapping[str, Any]) -> str | None:
        counted = ExitStack()
        try:
            counted.enter_context(self._gate.counted(HTTPConnection(environ["asgi.scope"])))
        except Unavailable as error:
            return error.message
        self._open_ones[eio_sid] = counted
        await super()._handle_eio_connect(eio_sid, environ)
        return None

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        counted = self._open_ones.pop(eio_sid, None)
        if counted is not None:
            counted.close()
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            if socket.last_ping and time.time() - socket.last_ping > ANSWERED_WITHIN_S:
                reason = (
                    "ping timeout"  # whichever of the library's clocks was the first to say that it ended
                )
            socket.queue.put_nowait(None)  # else a request that polls is held until its time is up
        await super()._handle_eio_disconnect(eio_sid, reason)

    async def close_all(self) -> None:
        """Every connection is told that it ends."""
        for socket in list(self.eio.sockets.values()):
            await socket.close(wait=False, reason=self.eio.reason.SERVER_DISCONNECT)


Connected = Callable[[str, HTTPConnection, object], Awaitable[tuple[str, str] | None]]
Asked = Callable[[str, str, object], str]
Left = Callable[[str, bool], Awaitable[None]]


def made(gate: Gate, most_bytes: int, *, connected: Connected, asked: Asked, left: Left) -> Server:
    """A server with these handlers. `connected` says why one is turned away, `asked` says why an event is not taken; `left` is told whether all arrived."""
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
        await left(sid, reason not in LOST)

    for handler in (connect, session_request, user_uttered, disconnect):
        server.on(handler.__name__, handler)
    return server
