"""A reader of server-sent events over a real socket, as browsers read them: it knows the last id it got.

async with listening(url, key) as feed:
    event = await feed.next("message")
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

WITHIN_S = 60.0


@dataclass(frozen=True)
class Event:
    name: str
    data: Any
    id: str


@dataclass
class Feed:
    """`last_id` counts for blocks without data too, as HTML says."""

    reader: aiohttp.StreamReader
    last_id: str = ""
    seen: list[Event] = field(default_factory=list)

    async def any(self, within_s: float = WITHIN_S) -> Event:
        """The next event, whatever it is; an ended stream raises EOFError."""
        async with asyncio.timeout(within_s):
            while True:
                found = await self._block()
                if found is not None:
                    self.seen.append(found)
                    return found

    async def next(self, *names: str, within_s: float = WITHIN_S) -> Event:
        """The next event with one of these names; others on the way stay in `seen`."""
        async with asyncio.timeout(within_s):
            while True:
                found = await self.any(within_s)
                if found.name in names:
                    return found

    async def begun(self) -> None:
        """Until the stream has said where it begins."""
        async with asyncio.timeout(WITHIN_S):
            while not self.last_id:
                await self._block()

    async def over(self, within_s: float = WITHIN_S) -> None:
        """Until the stream has ended."""
        try:
            while True:
                await self.any(within_s)
        except EOFError:
            return

    async def _block(self) -> Event | None:
        name, data = "message", []
        while (line := await self.reader.readline()) not in {b"\n", b""}:
            key, _, value = line.decode().rstrip("\n").partition(":")
            match key:
                case "id":
                    self.last_id = value.removeprefix(" ")
                case "event":
                    name = value.removeprefix(" ")
                case "data":
                    data.append(value.removeprefix(" "))
        if not line:
            raise EOFError
        return Event(name, json.loads("\n".join(data)), self.last_id) if data else None


@asynccontextmanager
async def listening(
    base_url: str, key: str = "", *, last_id: str = "", query: str = "", headers: dict[str, str] | None = None
) -> AsyncIterator[Feed]:
    sent = {**(headers or {}), **({"Authorization": f"Bearer {key}"} if key else {})}
    if last_id:
        sent["Last-Event-ID"] = last_id
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=WITHIN_S)
    async with (
        aiohttp.ClientSession(timeout=timeout, read_bufsize=4_000_000) as session,
        session.get(f"{base_url}/api/v1/feed{query}", headers=sent) as answer,
    ):
        assert answer.status == 200, await answer.text()
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        feed = Feed(answer.content)
        await feed.begun()
        yield feed
