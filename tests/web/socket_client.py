"""A customer with the client of the library, as others use it; what arrives is kept in order."""

import asyncio
import json
import socket as sockets
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import socketio
from socketio.exceptions import ConnectionError as NotConnected
from tests.program import Desk, until


class SocketCustomer:
    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.bubbles: list[dict[str, Any]] = []
        self.confirmed: list[str] = []
        self.errors: list[dict[str, str]] = []
        self.client.on("bot_uttered", self.bubbles.append)
        self.client.on("session_confirm", self.confirmed.append)
        self.client.on("error", self.errors.append)
        self.refused: list[object] = []
        self.client.on("connect_error", self.refused.append)

    async def session(self, session_id: str | None = None) -> str:
        count = len(self.confirmed)
        await self.client.emit("session_request", {"session_id": session_id})
        await self._until(lambda: len(self.confirmed) > count)
        return self.confirmed[-1]

    async def say(self, message: object, **more: object) -> None:
        await self.client.emit("user_uttered", {"message": message, **more})

    async def hears(self, count: int) -> list[dict[str, Any]]:
        """The first so many bubbles, and nothing else yet."""
        await self._until(lambda: len(self.bubbles) >= count)
        assert len(self.bubbles) == count, self.bubbles
        return self.bubbles

    async def fails(self) -> dict[str, str]:
        await self._until(lambda: bool(self.errors))
        return self.errors[0]

    async def _until(self, true: Any) -> None:
        async def found() -> bool:
            return bool(true())

        await until(found)


@asynccontextmanager
async def connected(
    desk: Desk, *, path: str = "", auth: object = None, origin: str = "", transports: tuple[str, ...] = ()
) -> AsyncIterator[SocketCustomer]:
    customer = SocketCustomer()
    try:
        await customer.client.connect(
            desk.program.client.base_url,
            socketio_path=f"{path or desk.path}/socket.io",
            auth=auth,
            headers={"Origin": origin} if origin else {},
            transports=list(transports) or ["websocket"],
            wait_timeout=10,
        )
    except NotConnected as error:
        raise NotConnected(str(customer.refused or error)) from None
    try:
        yield customer
    finally:
        await customer.client.disconnect()
        # The library's last tasks end with the next rounds of the loop.
        await asyncio.sleep(0)


class BareSocket:
    """A client that says nothing by itself: it answers no ping, and may be gone without a word."""

    def __init__(self, session: aiohttp.ClientSession, wire: aiohttp.ClientWebSocketResponse) -> None:
        self._session, self._wire = session, wire

    async def say(self, message: str, session_id: str) -> None:
        event = ["user_uttered", {"message": message, "session_id": session_id}]
        await self._wire.send_str("42" + json.dumps(event))

    async def send(self, frame: str) -> None:
        await self._wire.send_str(frame)

    async def until(self, part: str) -> str:
        """The next frame that has it."""
        async with asyncio.timeout(60):
            while part not in (frame := await self._wire.receive_str()):
                pass
        return frame

    async def break_off(self) -> None:
        """As a proxy that was restarted: the peer is told that the line is cut, and nothing else."""
        wire = self._wire.get_extra_info("socket")
        wire.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
        await self._session.close()


@asynccontextmanager
async def bare(desk: Desk) -> AsyncIterator[BareSocket]:
    url = f"{desk.program.client.base_url}{desk.path}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as wire:
        await wire.receive_str()
        await wire.send_str("40")
        await wire.receive_str()
        yield BareSocket(session, wire)


async def operator_says(desk: Desk, text: str, key: str = "") -> None:
    (conversation,) = await desk.rows("conversations")
    path = f"/api/v1/conversations/{conversation['id']}/messages"
    key = key or await desk.key("api", "admin")
    answer = await desk.program.client.post(path, key=key, json={"text": text})
    assert answer.status == 201, answer.body


async def all_is_noted(desk: Desk) -> None:
    """All that was said so far is known to have been shown."""

    async def noted() -> bool:
        (conversation,) = await desk.rows("conversations")
        said = [row for row in await desk.rows("messages") if row["author"] in {"bot", "operator"}]
        return bool(conversation["told_id"] == max(said, key=lambda row: row["seq"])["id"])

    await until(noted)
