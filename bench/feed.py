"""How long a customer's message takes until it is on the open inboxes: 100 of them, 100 messages a second.

The budget: p95 at most 300 ms. `BENCH_SCALE=0.1` runs a tenth of both.
"""

import asyncio
import json
import os
import re
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from bench.running import Program, cpu_s, folder, program
from frontdesk.app import postgres
from frontdesk.store.connect import open_store
from frontdesk.store.directory import every_workspace
from frontdesk.store.keys import create_key

SCALE = float(os.environ.get("BENCH_SCALE", "1"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
STREAMS, PER_S = max(1, round(100 * SCALE)), max(1, round(100 * SCALE))
CUSTOMERS = 50
PATIENCE_S = 10
_SAID = re.compile(rb'"author":"contact","sender":null,"parts":\[\{"text":"feed (\d+)"')
_LONGEST = 200
"""Bytes that what is looked for may have: so much of a chunk is kept for the next one."""


def run() -> None:
    with folder() as data, program(data) as running:
        asyncio.run(_measure(running))


async def _measure(running: Program) -> None:
    keys = await _keys(running.data)
    sent: list[float] = []
    took: list[float] = []
    async with AsyncExitStack() as stack:
        readers = [await _open(stack, running.port, key) for key in keys]
        messages = round(SECONDS * PER_S)
        reading = [asyncio.create_task(_read(reader, messages, sent, took)) for reader in readers]
        before = cpu_s(running.pid)
        await _send(running.port, sent)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.gather(*reading)
        spent = cpu_s(running.pid) - before
    took.sort()
    lost = len(sent) * STREAMS - len(took)
    if not took:
        raise SystemExit("nothing arrived")
    p50, p95 = (1000 * took[int(part * (len(took) - 1))] for part in (0.5, 0.95))
    print(  # what a benchmark is for
        f"feed: {STREAMS} inboxes, {len(sent) / SECONDS:.0f} messages/s: on all of them p50 {p50:.0f} ms, "
        f"p95 {p95:.0f} ms (budget 300), {lost} missing, {1000 * spent / len(sent):.1f} ms of CPU a message"
    )


async def _keys(data: Path) -> list[str]:
    """As many keys as there are inboxes: each inbox is somebody's own."""
    server = await postgres.attach(data)
    if server is None:
        raise SystemExit("the program's PostgreSQL is not running")
    store = await open_store(server.program.url(), pool_size=2)
    [workspace] = [row.workspace for row in await every_workspace(store) if row.is_demo]
    made = []
    async with store.unit_of_work(workspace) as tx:
        for _ in range(STREAMS):
            scopes = frozenset({"read:conversations"})
            made.append(
                (await create_key(workspace, tx, kind="api", name="Bench", scopes=scopes))[1].reveal()
            )
    await store.close()
    return made


async def _open(stack: AsyncExitStack, port: int, key: str) -> asyncio.StreamReader:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    stack.callback(writer.close)
    head = f"GET /api/v1/feed HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n\r\n"
    writer.write(head.encode())
    answer = await reader.readuntil(b"id: ")
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(answer.decode())
    return reader


async def _read(reader: asyncio.StreamReader, messages: int, sent: list[float], took: list[float]) -> None:
    seen, rest = 0, b""
    # Whole chunks: a hundred readers in one process that took it line by line would cost more than the program does.
    while seen < messages and (chunk := await reader.read(2**20)):
        now, text = time.perf_counter(), rest + chunk
        end = 0
        for found in _SAID.finditer(text):
            took.append(now - sent[int(found[1])])
            seen, end = seen + 1, found.end()
        rest = text[max(end, len(text) - _LONGEST) :]


async def _send(port: int, sent: list[float]) -> None:
    """Messages at an even pace, each as soon as it is due, whatever became of those before."""
    began = time.perf_counter()
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(min(CUSTOMERS, PER_S)):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    async with asyncio.TaskGroup() as group:
        for number in range(round(SECONDS * PER_S)):
            await asyncio.sleep(max(0.0, began + number / PER_S - time.perf_counter()))
            connection = await free.get()
            sent.append(time.perf_counter())
            group.create_task(_post(connection, number, free))
    while not free.empty():
        free.get_nowait()[1].close()


async def _post(
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    number: int,
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]],
) -> None:
    reader, writer = connection
    body = json.dumps(
        {"sender": f"feed-{number % CUSTOMERS}-{number % 7}", "message": f"feed {number}"}
    ).encode()
    head = f"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", answer.lower())
    await reader.readexactly(int(length[1]) if length else 0)
    free.put_nowait(connection)
