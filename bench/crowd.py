"""Visitors who only listen, in a process of their own: each holds a stream, and comes back as the widget does when it is cut.

`python -m bench.crowd` reads a JSON order, one line, and prints how all of them got there; with each further line all of
them are cut off at once, and it prints how they came back. It ends with its standard input.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field

import uvloop

BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
ORIGIN = "https://shop.example.com"
_ID = re.compile(rb"id: (\d+)\n")
_RETRY = re.compile(rb"retry: (\d+)\n")
_LONGEST = 40
"""Bytes that are kept of what was heard, for an id in two pieces."""


@dataclass
class Order:
    """`path`: below which the widget's endpoints are."""

    port: int
    path: str
    tokens: list[str]


@dataclass
class Arrived:
    """`p95_s`, `last_s`: until so many, and all of them, had a stream; `refused`: statuses other than 200 on the way."""

    p95_s: float
    last_s: float
    refused: dict[str, int] = field(default_factory=dict)


class _Visitor(asyncio.Protocol):
    """preflight --204--> asked --the first lines--> listens --cut--> a pause --> preflight"""

    def __init__(self, crowd: "_Crowd", token: str) -> None:
        self._crowd, self._token = crowd, token
        self._after = 0
        self._tries = 0
        self._spread_s = 0.0
        self._listens = False

    async def dial(self) -> None:
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: self, "127.0.0.1", self._crowd.order.port
            )
        except OSError as error:
            self._crowd.refused[type(error).__name__] += 1
            self._later()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._heard, self._asked, self._listens = b"", False, False
        self._send("OPTIONS", "Access-Control-Request-Method: GET\r\n")

    def _send(self, method: str, head: str) -> None:
        path = f"{self._crowd.order.path}/stream?after={self._after}"
        request = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {ORIGIN}\r\n{head}\r\n"
        self.transport.write(request.encode())  # type: ignore[attr-defined]  # a stream transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if not self._asked:
            if b"\r\n\r\n" in self._heard and self._is(b"204"):
                self._heard, self._asked = b"", True
                self._send("GET", f"Authorization: Bearer {self._token}\r\n")
            return
        if not self._listens and (b"\r\n\r\n" not in self._heard or not self._is(b"200")):
            return
        for found in _RETRY.finditer(self._heard):
            self._spread_s = int(found[1]) / 1000
        for found in _ID.finditer(self._heard):
            self._after, self._tries = int(found[1]), 0
            if not self._listens:
                self._listens = True
                self._crowd.arrived(self)
        if self._listens:
            self._heard = self._heard[-_LONGEST:]

    def _is(self, status: bytes) -> bool:
        got = self._heard[9:12]
        if got != status:
            self._crowd.refused[got.decode()] += 1
            self.transport.abort()  # type: ignore[attr-defined]  # a stream transport
        return got == status

    def cut(self) -> None:
        self.transport.abort()  # type: ignore[attr-defined]  # a stream transport

    def connection_lost(self, _: Exception | None) -> None:
        self._later()

    def _later(self) -> None:
        pause = BACK_OFF_S[min(self._tries, len(BACK_OFF_S) - 1)] * (0.75 + random.random() / 2)  # noqa: S311
        pause += random.random() * self._spread_s  # noqa: S311
        self._tries += 1
        loop = asyncio.get_running_loop()
        loop.call_later(pause, lambda: self._crowd.keep(loop.create_task(self.dial())))


class _Crowd:
    def __init__(self, order: Order) -> None:
        self.order = order
        self.refused: Counter[str] = Counter()
        self.visitors = [_Visitor(self, token) for token in order.tokens]
        self._tasks: set[asyncio.Task[None]] = set()
        self._begin()

    def keep(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _begin(self) -> None:
        self.refused.clear()
        self._took: dict[_Visitor, float] = {}
        self._all = asyncio.Event()
        self._began = time.perf_counter()

    def arrived(self, visitor: _Visitor) -> None:
        self._took[visitor] = time.perf_counter() - self._began
        if len(self._took) >= len(self.visitors):
            self._all.set()

    async def come(self) -> Arrived:
        """A few at a time, as visitors do who were not cut off."""
        for at in range(0, len(self.visitors), 100):
            await asyncio.gather(*(each.dial() for each in self.visitors[at : at + 100]))
        return await self._there()

    async def storm(self) -> Arrived:
        self._begin()
        for each in self.visitors:
            each.cut()
        return await self._there()

    async def _there(self) -> Arrived:
        await self._all.wait()
        took = sorted(self._took.values())
        return Arrived(took[int(0.95 * (len(took) - 1))], took[-1], dict(self.refused))


async def main() -> None:
    loop = asyncio.get_running_loop()
    crowd = _Crowd(Order(**json.loads(await loop.run_in_executor(None, sys.stdin.readline))))
    print(json.dumps(asdict(await crowd.come())), flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(asdict(await crowd.storm())), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
