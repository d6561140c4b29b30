"""Who is sent events and takes none of them is let go; everybody else is waited for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from tests.program import until

from frontdesk.app import connection
from frontdesk.app.connection import Connection
from frontdesk.app.serve import Server, take_port
from frontdesk.web.exchange import SENDS_EVENTS

MUCH = b"x" * 20_000_000
"""More than could wait for its reader anywhere."""
Send = Callable[[Any], Awaitable[None]]


@dataclass
class Sender:
    """Sends much without end at `/events` and `/file`, much once at `/big`, and a little at `/little` for each `more`."""

    begun: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    more: asyncio.Event = field(default_factory=asyncio.Event)
    stops: bool = False

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        path = scope["path"]
        if path in ("/events", "/little"):
            scope[SENDS_EVENTS]()
        self.begun.add(path)
        self.open.add(path)
        sending = asyncio.create_task(self._send(path, send))
        while (await receive())["type"] != "http.disconnect":
            pass
        sending.cancel()
        self.open.discard(path)

    async def _send(self, path: str, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            if path == "/little":
                await self.more.wait()
                self.more.clear()
            piece = b"little" if path == "/little" else MUCH
            await send({"type": "http.response.body", "body": piece, "more_body": path != "/big"})
            if path == "/big":
                return

    async def has_begun(self) -> bool:
        return len(self.begun) == 3

    def has_ended(self, path: str) -> Callable[[], Awaitable[bool]]:
        async def found() -> bool:
            return path in self.begun and path not in self.open

        return found

    def is_open(self, *paths: str) -> Callable[[], Awaitable[bool]]:
        async def found() -> bool:
            return self.open == set(paths)

        return found


@dataclass
class Served:
    sender: Sender
    server: Server
    address: tuple[str, int]

    async def ask(self, path: str, *more: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """With a connection whose reader takes nothing by itself but what fits into a small buffer."""
        reader, writer = await asyncio.open_connection(*self.address, limit=1000)
        for each in (path, *more):
            writer.write(f"GET {each} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        return reader, writer

    async def is_stuck(self) -> bool:
        return any(each.flow.write_paused for each in self._connections())

    async def has_queued(self) -> bool:
        return any(each.pipeline for each in self._connections())

    def _connections(self) -> list[Connection]:
        return [each for each in self.server.server_state.connections if isinstance(each, Connection)]


@asynccontextmanager
async def served() -> AsyncIterator[Served]:
    listening, sender = take_port("127.0.0.1", 0), Sender()
    config = uvicorn.Config(sender, http=Connection, ws="none", lifespan="off", log_config=None)
    server = Server(config, lambda: None)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await server.ready.wait()
    try:
        yield Served(sender, server, listening.getsockname())
    finally:
        server.should_exit = True
        async with asyncio.timeout(60):
            await serving


async def test_who_takes_no_events_is_let_go_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STUCK_S", 0.05)
    async with served() as at:
        # Paused first, so that it would be let go first.
        paused, keeps_file = await at.ask("/file")
        await until(at.is_stuck)
        reading, keeps_little = await at.ask("/little")
        await until(at.sender.is_open("/file", "/little"))
        _, stuck = await at.ask("/events")
        await until(at.sender.has_begun)
        await until(at.sender.is_open("/file", "/little"))
        at.sender.more.set()
        await reading.readuntil(b"little")
        await paused.readexactly(len(MUCH))
        for each in (keeps_file, keeps_little, stuck):
            each.close()


async def test_who_has_not_taken_what_came_before_the_events_is_let_go_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "STUCK_S", 0.05)
    async with served() as at:
        _, stuck = await at.ask("/big", "/events")
        await until(at.sender.has_ended("/events"))
        stuck.close()


async def test_the_program_stops_without_waiting_for_who_takes_no_events() -> None:
    async with served() as at:
        _, stuck = await at.ask("/events")
        await until(at.is_stuck)
    assert not at.sender.open
    stuck.close()


async def test_a_stream_is_told_that_its_reader_went_also_where_another_request_waits() -> None:
    async with served() as at:
        _, leaves = await at.ask("/little", "/file")
        await until(at.has_queued)
        leaves.transport.abort()
        await until(at.sender.is_open())
