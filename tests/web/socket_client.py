"""A customer with the client of the library, as others use it; what arrives is kept in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

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
