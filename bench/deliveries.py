"""Webhooks on their way: how many a second, with dead endpoints among them, and a backlog worked off beside turns.

Budgets: 800 a second to one receiver that keeps its connections; 200 a second with a fifth of the endpoints dead, of the
others p95 at most 2 s; 100,000 that wait gone within 10 minutes while 50 turns a second are answered. `BENCH_SCALE=0.02`
takes that share of the rows, and of the time that a backlog may take.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import asyncpg
import numpy

from bench.running import REPOSITORY, Program, cpu_s, folder, free_port, program
from frontdesk.app import postgres
from frontdesk.core.event import ConversationCreated, envelope
from frontdesk.store.beside import beside
from frontdesk.store.hints import Hints

SCALE = float(os.environ.get("BENCH_SCALE", "1"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
ROWS, LANES = round(20_000 * SCALE), 400
ENDPOINTS, DEAD = 40, 8
BACKLOG, TURNS = round(100_000 * SCALE), 50
MANY = 1_000
"""Rows after which the database would look at a table's figures anew."""
LEAST, PACE, MOST_S, DRAIN_S = 800.0, 200, 2.0, 600.0 * SCALE

_ADD = """
    INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, body, due_at)
    SELECT $1, 'dlv_' || md5(random()::text || n), ($2::text[])[1 + n % cardinality($2::text[])] || ':' || $3::text || n / cardinality($2::text[]) % $4::int,
           'webhook', ($2::text[])[1 + n % cardinality($2::text[])], $5::bytea, now() - make_interval(secs => $6::float8)
    FROM generate_series(0, $7::int - 1) n
    RETURNING lane"""
_WAKE = """
    SELECT enqueue_job('deliver', convert_to(json_build_object('workspace', $1::text, 'lane', lane)::text, 'UTF8'),
                       make_interval())
    FROM unnest($2::text[]) AS lane"""


@dataclass(frozen=True)
class Sender:
    """The running program, its database, and its demo's workspace and key."""

    running: Program
    database: asyncpg.Connection
    hints: Hints
    session: aiohttp.ClientSession
    workspace: str
    key: str

    async def endpoint(self, port: int) -> str:
        url = f"http://127.0.0.1:{self.running.port}/api/v1/webhooks"
        # Of an event that nothing here causes: what is sent is put there by the bench.
        given = {"url": f"http://127.0.0.1:{port}/", "events": ["feedback.received"]}
        async with self.session.post(
            url, json=given, headers={"Authorization": f"Bearer {self.key}"}
        ) as answer:
            answer.raise_for_status()
            return str((await answer.json())["id"])

    async def add(self, to: Sequence[str], count: int, *, lanes: int, name: str, late_s: float = 0.0) -> None:
        """Rows as a commit writes them, with the wake-ups of their lanes; those that are late have none."""
        body = envelope(
            "conversation.created",
            datetime.now(UTC),
            ConversationCreated("conv_1", "vis_1", "", "", "", "Hello " * 20),
        )
        async with self.database.transaction():
            rows = await self.database.fetch(_ADD, self.workspace, list(to), name, lanes, body, late_s, count)
            if count >= MANY:
                await self.database.execute("ANALYZE deliveries")
            if not late_s:
                await self.database.execute(_WAKE, self.workspace, sorted({row["lane"] for row in rows}))
        if not late_s:
            self.hints.touch(name, jobs=True)

    async def left(self, to: Sequence[str]) -> int:
        return int(
            await self.database.fetchval(
                """SELECT count(*) FROM deliveries WHERE workspace_id = $1 AND status IN ('waiting', 'sending')
                   AND target_id = ANY ($2)""",
                self.workspace,
                list(to),
            )
        )

    async def gone(self, to: Sequence[str]) -> float:
        """How long it took until nothing of these waited any more."""
        began = time.perf_counter()
        while await self.left(to):  # noqa: ASYNC110  # nothing tells when the last one is gone
            await asyncio.sleep(0.1)
        return time.perf_counter() - began


def run() -> None:
    alive, dead = free_port(), free_port()
    allowed = ",".join(f"webhook=127.0.0.1:{port}" for port in (alive, dead))
    with folder() as data, _receiver(alive), program(data, FRONTDESK_EGRESS_ALLOW=allowed) as running:
        asyncio.run(_measure(running, alive, dead))


async def _measure(running: Program, alive: int, dead: int) -> None:
    async with _sender(running) as sender, _silent(dead):
        await _rate(sender, alive)
        await _among_dead(sender, alive, dead)
        await _drain(sender, alive)


async def _rate(sender: Sender, alive: int) -> None:
    to = [await sender.endpoint(alive)]
    await sender.add(to, LANES, lanes=LANES, name="warm")
    await sender.gone(to)
    await sender.add(to, ROWS, lanes=LANES, name="rate")
    before = cpu_s(sender.running.pid)
    took_s = await sender.gone(to)
    cpu_us = (cpu_s(sender.running.pid) - before) / ROWS * 1e6
    per_s = ROWS / took_s
    mark = "" if per_s >= LEAST else "  MISSED"
    print(
        f"deliveries: {per_s:.0f}/s to one receiver (at least {LEAST:.0f}), CPU {cpu_us:.0f} us each{mark}",
        flush=True,
    )


async def _among_dead(sender: Sender, alive: int, dead: int) -> None:
    healthy = [await sender.endpoint(alive) for _ in range(ENDPOINTS - DEAD)]
    lost = [await sender.endpoint(dead) for _ in range(DEAD)]
    began, added = time.perf_counter(), 0
    while (passed_s := time.perf_counter() - began) < SECONDS:
        if (due := round(passed_s * PACE) - added) > 0:
            to = healthy + lost
            at = added % len(to)
            await sender.add(to[at:] + to[:at], due, lanes=1, name=f"c{added}-")
            added += due
        await asyncio.sleep(0.02)
    await sender.gone(healthy)
    rows = await sender.database.fetch(
        """SELECT extract(epoch FROM finished_at - created_at)::float AS took_s FROM deliveries
           WHERE workspace_id = $1 AND target_id = ANY ($2)""",
        sender.workspace,
        healthy,
    )
    p50, p95 = numpy.percentile([row["took_s"] for row in rows], [50, 95])
    mark = "" if p95 <= MOST_S else "  MISSED"
    print(
        f"deliveries: {added / SECONDS:.0f}/s, {DEAD} of {ENDPOINTS} endpoints silent: the others' p50 {p50:.2f} s, "
        f"p95 {p95:.2f} s (at most {MOST_S:g}){mark}",
        flush=True,
    )


async def _drain(sender: Sender, alive: int) -> None:
    """As after an hour in which the receiver was away: a lane a row, no wake-up left."""
    to = [await sender.endpoint(alive)]
    await sender.add(to, BACKLOG, lanes=BACKLOG, name="late", late_s=10.0)
    waits: list[float] = []
    async with beside(_turns(sender, waits)):
        took_s = await sender.gone(to)
    mark = "" if took_s <= DRAIN_S else "  MISSED"
    p95 = numpy.percentile(waits, 95) * 1000 if waits else float("nan")
    print(
        f"deliveries: {BACKLOG:,} that waited gone in {took_s:.0f} s (at most {DRAIN_S:.0f}), "
        f"{len(waits) / took_s:.0f} turns/s beside them with p95 {p95:.0f} ms{mark}",
        flush=True,
    )


async def _turns(sender: Sender, waits: list[float]) -> None:
    url = f"http://127.0.0.1:{sender.running.port}/webhooks/rest/webhook"

    async def turn(number: int) -> None:
        began = time.perf_counter()
        async with sender.session.post(
            url, json={"sender": f"turn-{number % 500}", "message": "balance"}
        ) as answer:
            answer.raise_for_status()
            await answer.read()
        waits.append(time.perf_counter() - began)

    began, number = time.perf_counter(), 0
    async with asyncio.TaskGroup() as group:
        while True:
            if number < (time.perf_counter() - began) * TURNS:
                group.create_task(turn(number))
                number += 1
            else:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def _sender(running: Program) -> AsyncIterator[Sender]:
    server = await postgres.attach(running.data)
    if server is None:
        raise SystemExit("the program's PostgreSQL is not running")
    demo = json.loads((running.data / "demo.json").read_bytes())
    connection = await asyncpg.connect(server.admin.url())
    try:
        async with aiohttp.ClientSession() as session, Hints(server.admin.url()).running() as hints:
            yield Sender(running, connection, hints, session, demo["workspace_id"], demo["api_key"])
    finally:
        await connection.close()


@asynccontextmanager
async def _silent(port: int) -> AsyncIterator[None]:
    """Takes connections and never answers."""

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while await reader.read(4096):
                pass
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


@contextmanager
def _receiver(port: int) -> Iterator[None]:
    child = subprocess.Popen([sys.executable, "-m", "bench.receiver", str(port)], cwd=REPOSITORY)
    try:
        yield
    finally:
        child.terminate()
        child.wait()
