"""Streams of events of the awaited Python client: they hold up no call, and whoever leaves one is rid of it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import frontdesk_client
import pytest
from frontdesk_client import AsyncClient

STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
ALIVE = b"3\r\n:\n\n\r\n"
LIST = b'{"data": [], "next_cursor": null}'
WITHIN_S = 60
LEFT = """
import asyncio, sys
from frontdesk_client import AsyncClient

async def main():
    client = AsyncClient(sys.argv[1], "fd_api_x")
    waiting = asyncio.ensure_future(anext(aiter(client.follow_feed())))
    await asyncio.to_thread(sys.stdin.readline)
    waiting.cancel()
    await asyncio.wait([waiting])

asyncio.run(main())
"""


@dataclass
class Feed:
    """Answers a request for the feed with signs of life and nothing else, any other with an empty list."""

    open: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if b"/feed" in head.split(b"\r\n")[0]:
                    await self._stream(writer)
                    return
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(LIST), LIST))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away
        finally:
            writer.close()

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        await self._count(1)
        try:
            writer.write(STREAM)
            while not writer.transport.is_closing():
                writer.write(ALIVE)
                await writer.drain()
                await asyncio.sleep(0.01)
        finally:
            await self._count(-1)

    async def _count(self, by: int) -> None:
        async with self.news:
            self.open += by
            self.news.notify_all()

    async def has(self, streams: int) -> None:
        async with asyncio.timeout(WITHIN_S), self.news:
            await self.news.wait_for(lambda: self.open == streams)


@pytest.fixture
async def feed() -> AsyncIterator[Feed]:
    async with _served() as found:
        yield found


@asynccontextmanager
async def _served() -> AsyncIterator[Feed]:
    feed = Feed()
    server = await asyncio.start_server(feed.serve, "127.0.0.1", 0)
    feed.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield feed
    finally:
        server.close()


async def test_open_streams_hold_up_no_call_and_end_when_they_are_left(feed: Feed) -> None:
    async with AsyncClient(feed.url, "fd_api_x", at_once=1) as client:
        waiting = [asyncio.ensure_future(anext(aiter(client.follow_feed()))) for _ in range(3)]
        await feed.has(3)
        async with asyncio.timeout(WITHIN_S):
            assert (await client.list_keys())["data"] == []
        for each in waiting:
            each.cancel()
        await asyncio.wait(waiting)
        await feed.has(0)


async def test_a_client_that_closes_ends_its_streams(feed: Feed) -> None:
    client = AsyncClient(feed.url, "fd_api_x")
    waiting = asyncio.ensure_future(anext(aiter(client.follow_feed()), "the end"))
    await feed.has(1)
    client.close()
    async with asyncio.timeout(WITHIN_S):
        assert await waiting == "the end"
    await feed.has(0)
    with pytest.raises(RuntimeError, match="closed"):
        await anext(aiter(client.follow_feed()))


async def test_a_program_that_left_a_stream_ends(feed: Feed) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        LEFT,
        feed.url,
        stdin=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(frontdesk_client.__file__).parents[1])},
    )
    try:
        await feed.has(1)
        async with asyncio.timeout(WITHIN_S):
            await child.communicate(b"go\n")
        assert child.returncode == 0
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
