"""The site widget: its bytes, how soon a visitor is answered, what idle visitors cost, and all of them coming back at once.

The limits stand below. `BENCH_SCALE=0.1` takes a tenth of the visitors.
"""

import asyncio
import gzip
import json
import os
import resource
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import aiohttp

from bench.crowd import ORIGIN, Arrived, Order
from bench.memory import used
from bench.running import REPOSITORY, Program, cpu_s, folder, program
from frontdesk.app import postgres
from frontdesk.core.ids import AssistantId, ChannelId, WorkspaceId
from frontdesk.store import bots, visitors
from frontdesk.store.connect import Store, open_store
from frontdesk.store.directory import every_workspace, find_entrance

SCALE = float(os.environ.get("BENCH_SCALE", "1"))
IDLE, WRITERS, FIRSTS = max(1, round(5_000 * SCALE)), max(1, round(100 * SCALE)), 50
MOST_FIRST_BYTES, MOST_PART_BYTES = 20_000, 8_000
MOST_FIRST_MS, MOST_MB, MOST_BACK_S, MOST_TURN_S = 100.0, 400.0, 60.0, 1.0
WRITES_EVERY_S, IDLE_S = 2.0, 16.0
MOST_WAIT_S = 300.0
AT_ONCE = 32
HELLO = "tell me something about you"
STATIC = REPOSITORY / "src/frontdesk/web/static"
FIRST = ("embed.js", "widget.js")


@dataclass(frozen=True)
class Site:
    """An assistant with a widget; `url` is what its endpoints are below."""

    port: int
    store: Store
    workspace: WorkspaceId
    assistant_id: AssistantId
    channel_id: ChannelId

    @property
    def path(self) -> str:
        return f"/widget/{self.assistant_id}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    async def tokens(self, count: int) -> list[str]:
        """Of new visitors. Made past the wire, which lets nobody begin so many at one address."""
        made = []
        for _ in range(count):
            _, token = await visitors.make(self.workspace, self.store, self.channel_id, self.assistant_id)
            made.append(token.reveal())
        return made


def run() -> None:
    missed = _sizes()
    # Each connection is a file, here, in the crowd and in the program.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # All of the crowd comes from here.
    all_of_it = {"WIDGET_STREAMS_PER_ADDRESS": "10000", "WIDGET_MESSAGES_PER_ADDRESS": "100000"}
    with folder() as data, program(data, **all_of_it) as running:
        missed += asyncio.run(_measure(running))
    if missed:
        raise SystemExit(f"widget: {missed} of its limits are missed.")


def _told(what: str, found: float, most: float, unit: str) -> int:
    is_over = found > most
    print(f"widget: {what}: {found:,.0f} {unit} (at most {most:,.0f}){'  MISSED' if is_over else ''}")
    return is_over


def _sizes() -> int:
    first = sum(_gzipped(STATIC / name) for name in FIRST)
    missed = _told("until somebody writes, " + " and ".join(FIRST), first, MOST_FIRST_BYTES, "bytes gzip")
    for path in sorted({*STATIC.glob("widget*.js")} - {STATIC / name for name in FIRST}):
        missed += _told(f"on demand, {path.name}", _gzipped(path), MOST_PART_BYTES, "bytes gzip")
    return missed


def _gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


async def _measure(running: Program) -> int:
    async with _site(running) as site:
        missed = await _first_messages(site)
        idle, writers = await site.tokens(IDLE), await site.tokens(WRITERS)
        await _all_said(site, [*idle, *writers])
        before = used(running)
        async with _crowd(site, idle) as crowd:
            await crowd.arrived()
            began = cpu_s(running.pid)
            await asyncio.sleep(IDLE_S)
            share = (cpu_s(running.pid) - began) / IDLE_S
            held = used(running)
            each_kb = 1000 * (held.resident - before.resident) / IDLE
            print(
                f"widget: {IDLE:,} idle visitors cost {each_kb:.0f} kB each and together {share:.0%} of a core"
            )
            print(
                f"widget: the program in all then: {held.resident:.0f} MB, {held.proportional:.0f} MB proportional"
            )
            missed += _told(f"{IDLE:,} idle visitors", held.resident - before.resident, MOST_MB, "MB")
            return missed + await _storm(running, site, crowd, writers)


@asynccontextmanager
async def _site(running: Program) -> AsyncIterator[Site]:
    server = await postgres.attach(running.data)
    if server is None:
        raise SystemExit("the program's PostgreSQL is not running")
    store = await open_store(server.program.url(), pool_size=2)
    try:
        [workspace] = [row.workspace for row in await every_workspace(store) if row.is_demo]
        async with store.unit_of_work(workspace) as tx:
            assistant = await bots.find_by_slug(workspace, tx, "billing-helper")
        if assistant is None:
            raise SystemExit("the demo has no assistant")
        shop = await find_entrance(store, host="", name=assistant, channel_type="web")
        if shop is None:
            raise SystemExit("the demo's assistant has no site widget")
        yield Site(running.port, store, workspace, assistant, shop.channel_id)
    finally:
        await store.close()


async def _first_messages(site: Site) -> int:
    """From a click on Send to the answer, of visitors who have never written, with what browsers ask before."""
    took = []
    for _ in range(FIRSTS):
        async with aiohttp.ClientSession(headers={"Origin": ORIGIN}) as client:
            began = time.perf_counter()
            await _asked_first(client, f"{site.url}/session")
            async with client.post(f"{site.url}/session") as made:
                token = (await made.json())["token"]
            await _asked_first(client, f"{site.url}/messages?after=0")
            await _say(client, site, token, "message-1")
            took.append(1000 * (time.perf_counter() - began))
    took.sort()
    p50, p95 = (took[int(part * (FIRSTS - 1))] for part in (0.5, 0.95))
    print(f"widget: first message of a visitor and its answer: p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    return _told("first message of a visitor, p95", p95, MOST_FIRST_MS, "ms")


async def _asked_first(client: aiohttp.ClientSession, url: str) -> None:
    async with client.options(url, headers={"Access-Control-Request-Method": "POST"}) as answer:
        answer.raise_for_status()


async def _say(client: aiohttp.ClientSession, site: Site, token: str, name: str, after: int = 0) -> int:
    """The number of the last line that is there then."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    body = {"id": name, "text": HELLO, "page": {"url": f"{ORIGIN}/", "title": "Shop", "kind": ""}}
    url = f"{site.url}/messages?after={after}"
    async with client.post(url, json=body, headers=headers) as answer:
        told = (await answer.text()).split("event: answer\ndata: ")
        if answer.status != 200 or len(told) < 2:
            raise SystemExit(f"a message was not answered: {answer.status} {told}")
    lines = json.loads(told[1])["lines"]
    return int(lines[-1]["n"]) if lines else after


async def _all_said(site: Site, tokens: Iterable[str]) -> None:
    """Each of them has a conversation then."""
    left = iter(tokens)

    async def some(client: aiohttp.ClientSession) -> None:
        for token in left:
            await _say(client, site, token, "message-1")

    async with aiohttp.ClientSession() as client:
        await asyncio.gather(*(some(client) for _ in range(AT_ONCE)))


@asynccontextmanager
async def _crowd(site: Site, tokens: list[str]) -> AsyncIterator["_Crowd"]:
    command = (sys.executable, "-m", "bench.crowd")
    child = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=REPOSITORY)
    if child.stdin is None or child.stdout is None:
        raise SystemExit("the crowd cannot be talked to")
    crowd = _Crowd(child.stdin, child.stdout)
    try:
        await crowd.tell(json.dumps(asdict(Order(site.port, site.path, tokens))))
        yield crowd
    finally:
        child.kill()
        await child.wait()


@dataclass(frozen=True)
class _Crowd:
    orders: asyncio.StreamWriter
    answers: asyncio.StreamReader

    async def tell(self, line: str) -> None:
        self.orders.write(line.encode() + b"\n")
        await self.orders.drain()

    async def arrived(self) -> Arrived:
        async with asyncio.timeout(MOST_WAIT_S):
            return Arrived(**json.loads(await self.answers.readline()))


async def _storm(running: Program, site: Site, crowd: _Crowd, tokens: list[str]) -> int:
    """All are cut off at once, while others write."""
    took: list[float] = []
    over = asyncio.Event()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        writing = [asyncio.create_task(_write(client, site, token, took, over)) for token in tokens]
        try:
            # Everybody has written once before, so that the storm meets what is under way.
            await asyncio.sleep(WRITES_EVERY_S)
            took.clear()
            began = cpu_s(running.pid)
            await crowd.tell("")
            arrived = await crowd.arrived()
            spent = cpu_s(running.pid) - began
            await asyncio.sleep(WRITES_EVERY_S)
        finally:
            over.set()
            await asyncio.gather(*writing)
    took.sort()
    p50, p99 = (took[int(part * (len(took) - 1))] for part in (0.5, 0.99))
    refused = ", ".join(f"{count} times {why}" for why, count in arrived.refused.items()) or "none refused"
    print(
        f"widget: {IDLE:,} were cut off at once: 95 % back after {arrived.p95_s:.1f} s, all after {arrived.last_s:.1f} s, "
        f"{refused}, {1000 * spent / IDLE:.1f} ms of CPU each; {len(took)} turns meanwhile: p50 {1000 * p50:.0f} ms, p99 {1000 * p99:.0f} ms"
    )
    return _told("all are back", arrived.last_s, MOST_BACK_S, "s") + _told(
        "turns meanwhile, p99", 1000 * p99, 1000 * MOST_TURN_S, "ms"
    )


async def _write(
    client: aiohttp.ClientSession, site: Site, token: str, took: list[float], over: asyncio.Event
) -> None:
    """A visitor who says something every few seconds, from a moment of their own on."""
    after, number = 0, 1
    pause = WRITES_EVERY_S * int.from_bytes(token.encode()[:2], "big") / 0xFFFF
    while not over.is_set():
        await asyncio.sleep(pause)
        pause, number = WRITES_EVERY_S, number + 1
        began = time.perf_counter()
        after = await _say(client, site, token, f"message-{number}", after)
        took.append(time.perf_counter() - began)
