"""Two web processes and a worker on one database: order per conversation, each message once (promises 2, 3, 16)."""

import asyncio
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from tests.database import migrated
from tests.doubles.http_server import Answer, FaultServer, json_answer
from tests.drills.assistant import Assistant, make_assistant
from tests.drills.installation import Child, free_port, installed
from tests.drills.ledger import judge
from tests.drills.load import Load
from tests.turn.calling_bot import CALLING_BOT
from tests.turn.conftest import held

from frontdesk.app.postgres import PostgresServer


@dataclass
class Pair:
    """`frontdesk web` twice and `frontdesk worker` once, with small pools."""

    webs: tuple[Child, ...]
    worker: Child
    assistant: Assistant
    admin_url: str

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(web.url for web in self.webs)


@asynccontextmanager
async def pair(server: PostgresServer, outside: FaultServer, folder: Path) -> AsyncIterator[Pair]:
    database = await migrated(server, f"pair_{secrets.token_hex(4)}")
    environment = {
        "DATABASE_URL": database.url,
        "DB_POOL": "4",
        "FRONTDESK_EGRESS_ALLOW": f"action=127.0.0.1:{outside.port}",
    }
    async with installed(folder, **environment) as installation:
        # All at the same moment, on an empty database.
        webs = [await installation.start("web", port=free_port()) for _ in range(2)]
        worker = await installation.start("worker")
        for web in webs:
            await web.ready()
        assistant = await make_assistant(database.url, CALLING_BOT, env={"API": outside.url("")})
        yield Pair(tuple(webs), worker, assistant, database.admin_url)
        for child in (*webs, worker):
            assert await child.stopped() == 0, child.said()


def stalls(count: int, most_ms: int) -> list[Answer]:
    answer = json_answer({"value": "1"})
    return [
        Answer(answer.status, answer.body, answer.headers, delay_s=secrets.randbelow(most_ms) / 1000)
        for _ in range(count)
    ]


def sometimes_looks(number: int) -> str:
    return "look" if number % 3 == 0 else "remark"


@pytest.mark.parametrize(
    ("conversations", "messages", "most_ms", "stopped_s"),
    [
        pytest.param(6, 150, 300, 0.5, id="small"),
        pytest.param(50, 10_000, 3_000, 5.0, id="long", marks=pytest.mark.drill),
        # Longer than a lane is held without being renewed: others take it over meanwhile.
        pytest.param(50, 3_000, 3_000, 22.0, id="long-stall", marks=pytest.mark.drill),
    ],
)
async def test_order_and_exactly_once(
    server: PostgresServer,
    tmp_path: Path,
    report: Callable[[str], None],
    conversations: int,
    messages: int,
    most_ms: int,
    stopped_s: float,
) -> None:
    started = time.monotonic()
    async with FaultServer() as outside, pair(server, outside, tmp_path) as running:
        outside.answers(*stalls(max(1000, messages), most_ms))
        # Two write in each conversation at the same time, so that messages arrive while others are handled.
        async with Load(
            running.urls,
            2 * conversations,
            path=running.assistant.webhook,
            senders=conversations,
            ask=sometimes_looks,
        ) as load:
            for number in range(2):
                await load.acknowledged_more(messages // 3, within_s=600)
                process = running.webs[number].process
                os.kill(process.pid, signal.SIGSTOP)
                await asyncio.sleep(stopped_s)  # the stall is the fault itself
                os.kill(process.pid, signal.SIGCONT)
            await load.acknowledged_more(messages // 3, within_s=600)
        connection = await asyncpg.connect(running.admin_url)
        verdict = await judge(connection, load.acknowledged)
        await connection.close()
        looked = sum(1 for one in load.acknowledged if one.text.startswith("look"))
        report(
            f"{verdict.line()}, {looked} calls made {len(outside.received)} times, "
            f"{time.monotonic() - started:.0f} s"
        )
        assert (load.odd, load.unavailable) == ([], 0)
        verdict.assert_clean()
        if stopped_s < 10:
            assert len(outside.received) == looked


async def test_slow_calls_leave_the_pool_to_others(
    server: PostgresServer, tmp_path: Path, report: Callable[[str], None]
) -> None:
    go, answer = held()
    async with FaultServer() as outside, pair(server, outside, tmp_path) as running:
        outside.answers(answer)
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            url = running.urls[0] + running.assistant.webhook
            slow = [group.create_task(_say(session, url, f"slow-{n}", "look")) for n in range(20)]
            await outside.asked(20)
            latencies_s = []
            for n in range(30):
                began = time.monotonic()
                assert await _say(session, url, f"quick-{n}", "hello") == "You said hello"
                latencies_s.append(time.monotonic() - began)
            assert not any(task.done() for task in slow)
            go.set()
        assert [task.result() for task in slow] == ["I found 1"] * 20
        median_ms = sorted(latencies_s)[len(latencies_s) // 2] * 1000
        report(f"beside 20 calls under way others were answered in {median_ms:.0f} ms (median)")
        assert median_ms < 1_000


async def _say(session: aiohttp.ClientSession, url: str, sender: str, text: str) -> str:
    async with session.post(url, json={"sender": sender, "message": text}) as answer:
        found: str = (await answer.json())[0]["text"]
        return found
