"""Clients that write numbered messages and do not let go of one until it was answered, whatever breaks meanwhile.

async with Load(url, clients=8) as load:
    await load.acknowledged_more(100)
... load.acknowledged: what was answered with 200, in the order of each sender
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp

WAIT_S = 0.05
ANSWER_WITHIN_S = 60.0
PROGRESS_WITHIN_S = 120.0
BROKEN = (aiohttp.ClientError, ConnectionError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A message that was answered: by whom, its number there, what was said, and what came back.

    `writer` writes one message after the other; several may write for one `sender`.
    """

    sender: str
    writer: int
    number: int
    text: str
    answers: tuple[str, ...]
    asked_at: float
    at: float


@dataclass
class Load:
    """`path` is the wire's; several `urls` are taken in turn, message by message.

    Clients share `senders` conversations (0: each has its own). `ask` makes a message's text more than a remark.
    """

    urls: tuple[str, ...]
    clients: int
    name: str = "load"
    path: str = "/webhooks/rest/webhook"
    senders: int = 0
    ask: Callable[[int], str] = lambda _: "remark"
    acknowledged: list[Acknowledged] = field(default_factory=list)
    unavailable: int = 0
    broken: int = 0
    odd: list[str] = field(default_factory=list)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _going: asyncio.Event = field(default_factory=asyncio.Event)
    _session: aiohttp.ClientSession | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
        )
        self._going.set()
        self._tasks = [asyncio.create_task(self._write(number)) for number in range(self.clients)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Every message under way is answered first; unless the drill failed already."""
        self._stopping.set()
        if error is not None:
            for task in self._tasks:
                task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        assert self._session is not None
        await self._session.close()
        if error is None:
            for one in ended:
                if one is not None:
                    raise one

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Nobody begins another message meanwhile."""
        self._going.clear()
        try:
            yield
        finally:
            self._going.set()

    async def acknowledged_more(self, count: int, within_s: float = PROGRESS_WITHIN_S) -> None:
        """Until so many more messages were answered."""
        until = len(self.acknowledged) + count
        async with asyncio.timeout(within_s):
            while len(self.acknowledged) < until:
                for task in self._tasks:
                    if task.done():
                        task.result()
                await asyncio.sleep(0.005)

    async def refused_more(self, count: int, within_s: float = PROGRESS_WITHIN_S) -> None:
        """Until so many more requests were told to come back later."""
        until = self.unavailable + count
        async with asyncio.timeout(within_s):
            while self.unavailable < until:  # noqa: ASYNC110 - the clients only count
                await asyncio.sleep(0.005)

    async def _write(self, client: int) -> None:
        sender, number = f"{self.name}-{client % (self.senders or self.clients)}", 0
        while not self._stopping.is_set():
            await self._going.wait()
            number += 1
            text = f"{self.ask(number)} {number} of {client}."
            started = time.monotonic()
            answers = await self._until_answered(sender, text, number + client)
            self.acknowledged.append(
                Acknowledged(sender, client, number, text, tuple(answers), started, time.monotonic())
            )

    async def _until_answered(self, sender: str, text: str, first: int) -> list[str]:
        body: dict[str, object] = {"sender": sender, "message": text, "metadata": {"message_id": text}}
        tried = 0
        while True:
            url = self.urls[(first + tried) % len(self.urls)] + self.path
            tried += 1
            try:
                found = await self._post(url, body)
            except BROKEN:
                self.broken += 1
            else:
                if found is not None:
                    return found
                self.unavailable += 1
            await asyncio.sleep(WAIT_S)

    async def _post(self, url: str, body: dict[str, object]) -> list[str] | None:
        """The texts that came back; None for 503, which has to say when to come back."""
        assert self._session is not None
        async with self._session.post(url, json=body) as answer:
            if answer.status == 503:
                assert int(answer.headers["retry-after"]) >= 1
                return None
            if answer.status != 200:
                self.odd.append(f"{answer.status} {(await answer.text())[:200]}")
                return None
            return texts(await answer.json())


def texts(bubbles: Iterable[dict[str, str]]) -> list[str]:
    return [bubble["text"] for bubble in bubbles]
