"""A loopback port in front of another that can swallow what goes one way, as a network does that is cut on one side.

async with TcpProxy(base_url) as proxy:
    proxy.swallow("down")      # answers vanish, and neither side is told
    proxy.pass_on()
"""

import asyncio
import contextlib
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

Way = Literal["up", "down"]


class TcpProxy:
    """`base_url` leads through it; `swallowed` counts the bytes that never arrived."""

    def __init__(self, base_url: str) -> None:
        behind = urlsplit(base_url)
        self._behind = (behind.hostname or "", behind.port or 0)
        self._deaf: set[Way] = set()
        self._open: set[asyncio.Task[None]] = set()
        self.base_url = ""
        self.swallowed = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def swallow(self, *ways: Way) -> None:
        """From here on nothing of these ways arrives, on connections that are open and on new ones."""
        self._deaf = set(ways)

    def pass_on(self) -> None:
        """New connections work again; those that lost something stay silent."""
        self._deaf.clear()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        behind_reader, behind_writer = await asyncio.open_connection(*self._behind)
        ways = [
            asyncio.create_task(self._copy("up", reader, behind_writer)),
            asyncio.create_task(self._copy("down", behind_reader, writer)),
        ]
        # Cancelled at the end of the test, and then nothing is wrong.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for side in (writer, behind_writer):
            side.transport.abort()
        self._open.discard(task)

    async def _copy(self, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        has_hole = False
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                # TCP never lets through what comes after a hole.
                has_hole = has_hole or way in self._deaf
                if has_hole:
                    self.swallowed += len(data)
                else:
                    writer.write(data)
                    await writer.drain()
