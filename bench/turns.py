"""Durable turns over the REST channel beside the floor, in one run: plain, on a slow disk, with a callback attached.

The budget: at 32 connections at least 30 % of the floor (aim 50 %), p95 at most four times the floor's.
"""

import asyncio
import json
import os
import subprocess
import sys
from statistics import median

import asyncpg

from bench.load import Order
from bench.running import REPOSITORY, Measured, Program, folder, free_port, load, program, wait_for
from frontdesk.app import postgres
from frontdesk.app.demo.noted import EXAMPLE

SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
PATTERN = ["account balance"]
REST = "/webhooks/rest/webhook"
SLOW_DISK = "commit_delay = 3000\ncommit_siblings = 0\n"


def run() -> None:
    with folder() as data, program(data) as running:
        beside_floor("turns", running)
        growth(running)
    with folder() as data, program(data, SLOW_DISK) as running:
        beside_floor("turns slow-disk", running)
    with_callback()


def with_callback() -> None:
    """Every answer is delivered to a receiver as well: two deliveries a turn in its commit, and the sending."""
    port = free_port()
    receiver = subprocess.Popen([sys.executable, "-m", "bench.receiver", str(port)], cwd=REPOSITORY)
    allowed = {"FRONTDESK_EGRESS_ALLOW": f"callback=127.0.0.1:{port}"}
    try:
        with folder() as data, program(data, **allowed) as running:
            asyncio.run(_attach_callback(running, port))
            beside_floor("turns with callback", running, path="/webhooks/callback/webhook")
    finally:
        receiver.terminate()
        receiver.wait()


async def _attach_callback(running: Program, port: int) -> None:
    server = await postgres.attach(running.data)
    if server is None:
        raise SystemExit("the program's PostgreSQL is not running")
    connection = await asyncpg.connect(server.admin.url())
    try:
        await connection.execute(
            """INSERT INTO channels (workspace_id, id, type, name, settings)
               SELECT workspace_id, 'chan_bench', 'callback', 'Bench', $1::jsonb FROM assistants WHERE slug = $2""",
            json.dumps({"url": f"http://127.0.0.1:{port}/"}),
            EXAMPLE,
        )
        await connection.execute(
            """INSERT INTO tasks (workspace_id, id, channel_id, assistant_id, name)
               SELECT workspace_id, 'task_bench', 'chan_bench', id, 'Bench' FROM assistants WHERE slug = $1""",
            EXAMPLE,
        )
    finally:
        await connection.close()


def beside_floor(name: str, running: Program, path: str = REST) -> None:
    """Alternate between floor and program, so that both see the same machine."""
    port = free_port()
    url = asyncio.run(_program_url(running))
    floor = subprocess.Popen(
        [sys.executable, "-m", "bench.floor", str(port)],
        env={**os.environ, "FLOOR_URL": url},
        cwd=REPOSITORY,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/", floor)
        for connections in (1, 32):
            ours: list[Measured] = []
            bare: list[Measured] = []
            for _ in range(ROUNDS):
                bare.append(load(floor.pid, Order(port, connections, SECONDS, PATTERN)))
                ours.append(load(running.pid, Order(running.port, connections, SECONDS, PATTERN, path=path)))
            _print(f"{name} c={connections}", ours, bare)
    finally:
        floor.terminate()
        floor.wait()


def growth(running: Program) -> None:
    """CPU of a turn early and late in one long conversation."""
    talk = ["balance", "hello"]
    early = load(running.pid, Order(running.port, 1, SECONDS, talk, senders=400))
    late = load(running.pid, Order(running.port, 1, SECONDS * 2, talk, senders=1))
    turns = late.result.requests
    last = load(running.pid, Order(running.port, 1, SECONDS, talk, senders=1))
    print(
        f"growth: {early.cpu_us:.0f} us CPU a turn in young conversations, {last.cpu_us:.0f} us after {turns} turns "
        f"of one: {last.cpu_us / early.cpu_us:.2f}x",
        flush=True,
    )


async def _program_url(running: Program) -> str:
    server = await postgres.attach(running.data)
    if server is None:
        raise SystemExit("the program's PostgreSQL is not running")
    return server.program.url()


def _print(name: str, ours: list[Measured], bare: list[Measured]) -> None:
    ratio = median(one.per_s for one in ours) / median(one.per_s for one in bare)
    p95, floor_p95 = (median(one.result.latencies_ms["p95"] for one in runs) for runs in (ours, bare))
    print(
        f"{name}: {median(one.per_s for one in ours):.0f}/s, {ratio:.0%} of the floor's "
        f"{median(one.per_s for one in bare):.0f}/s; p95 {p95:.1f} ms, {p95 / floor_p95:.1f}x the floor's; "
        f"CPU a turn {median(one.cpu_us for one in ours):.0f} us, floor {median(one.cpu_us for one in bare):.0f} us",
        flush=True,
    )
