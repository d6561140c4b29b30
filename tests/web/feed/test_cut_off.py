"""A reader whose connection is cut, on one side or in the middle of an event, comes back and has missed nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from tests.doubles.sse_client import listening
from tests.doubles.tcp_proxy import TcpProxy, Way
from tests.program import Desk, until
from tests.web.feed.conftest import key_of

SENDERS = ("ann", "bea", "cem")
ROUNDS = 12
SILENCE_S = 0.5


@dataclass
class Reader:
    """Listens through a network that fails, and comes back as soon as it is silent for too long."""

    base_url: str
    key: str
    remembers: bool
    seen: list[tuple[str, int]] = field(default_factory=list)
    last_id: str = ""
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    returned: int = 0

    async def run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError, EOFError, aiohttp.ClientError, ConnectionError):
                async with asyncio.timeout(SILENCE_S) as patience:
                    await self._listen(patience)
            self.returned += 1

    async def _listen(self, patience: asyncio.Timeout) -> None:
        loop = asyncio.get_running_loop()
        last_id = self.last_id if self.remembers else ""
        async with listening(self.base_url, self.key, last_id=last_id) as feed:
            self.begun.set()
            while True:
                self.last_id = feed.last_id
                patience.reschedule(loop.time() + SILENCE_S)
                event = await feed.any()
                assert event.name != "resync"
                if event.name == "message":
                    self.seen.append((event.data["conversation_id"], event.data["message"]["seq"]))


@contextlib.asynccontextmanager
async def reading(proxy: TcpProxy, key: str, *, remembers: bool = True) -> AsyncIterator[Reader]:
    reader = Reader(proxy.base_url, key, remembers)
    task = asyncio.create_task(reader.run())
    try:
        await reader.begun.wait()
        yield reader
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def talk(desk: Desk, proxy: TcpProxy, *ways: Way) -> set[tuple[str, int]]:
    """Conversations go on while the network fails in between and heals; the answer is every message there is."""
    before = 0

    async def has_swallowed() -> bool:
        return proxy.swallowed > before

    for number in range(ROUNDS):
        if number in {3, 7}:
            before = proxy.swallowed
            proxy.swallow(*ways)
        if number in {5, 10}:
            # News may come later than the next round; a failure in which nothing was sent would be none.
            if "down" in ways:
                await until(has_swallowed)
            proxy.pass_on()
        await asyncio.gather(*(desk.say(sender, f"hi {number}") for sender in SENDERS))
    return {(row["conversation_id"], row["seq"]) for row in await desk.rows("messages")}


@pytest.mark.parametrize("ways", [("down",), ("up",), ("down", "up")], ids=["down", "up", "both"])
async def test_a_reader_that_comes_back_with_its_last_id_misses_nothing(
    desk: Desk, ways: tuple[Way, ...]
) -> None:
    async with TcpProxy(desk.program.client.base_url) as proxy, reading(proxy, await key_of(desk)) as reader:
        everything = await talk(desk, proxy, *ways)

        async def has_all() -> bool:
            return set(reader.seen) >= everything

        await until(has_all)
        assert set(reader.seen) == everything
        if "down" in ways:
            assert proxy.swallowed > 0
            assert reader.returned > 0
    in_order: dict[str, list[int]] = {}
    for conversation, seq in dict.fromkeys(reader.seen):
        in_order.setdefault(conversation, []).append(seq)
    for seqs in in_order.values():
        assert seqs == sorted(seqs)


async def test_control_a_reader_that_forgets_its_last_id_misses_messages(desk: Desk) -> None:
    async with (
        TcpProxy(desk.program.client.base_url) as proxy,
        reading(proxy, await key_of(desk), remembers=False) as reader,
    ):

        async def has_seen_something() -> bool:
            # What is said while it comes back is lost on it, so more is said.
            await desk.say(SENDERS[0], "hi")
            return bool(reader.seen)

        async def has_returned() -> bool:
            return reader.returned > 0

        await until(has_seen_something)
        everything = await talk(desk, proxy, "down")
        await until(has_returned)
        assert proxy.swallowed > 0
    assert set(reader.seen) < everything
