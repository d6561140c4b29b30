"""kill -9 of processes that post webhooks: at least once, in order, the same each time (promises 9, 10 and 16).

Two workers send what a third process writes; one after the other is killed while posts are on their way. Of four
endpoints two are dead all the time, and one stumbles now and then.
"""

import asyncio
import secrets
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from tests.database import migrated
from tests.doubles.http_server import Answer, FaultServer, Received
from tests.drills.arrivals import Arrival, Due, held_against
from tests.drills.assistant import Assistant, make_assistant
from tests.drills.installation import Child, Installation, free_port, installed
from tests.drills.load import Load
from tests.web.webhooks import BOT

from frontdesk.app.postgres import PostgresServer
from frontdesk.store.connect import open_store
from frontdesk.store.keys import create_key

CLAIMS_RUN_OUT = """
    UPDATE deliveries SET claimed_until = now() - interval '1 s'
    WHERE workspace_id = $1 AND target_id = ANY ($2) AND status = 'sending'
      AND claimed_until < now() + interval '55 s'"""
WAITS_ARE_OVER = """
    UPDATE deliveries SET due_at = now() - interval '1 minute'
    WHERE workspace_id = $1 AND target_id = ANY ($2) AND status = 'waiting' AND due_at > now()"""
LEFT = """
    SELECT count(*) FROM deliveries
    WHERE workspace_id = $1 AND target_id = ANY ($2) AND status IN ('waiting', 'sending')"""
SPREAD = 7
PROGRESS_WITHIN_S = 60.0


@dataclass
class Receiver:
    """Takes posts and keeps them; one that `stumbles` fails some at first, one that `forgets` loses one it took."""

    stumbles: bool = False
    forgets: bool = False
    arrivals: list[Arrival] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: list[int] = field(default_factory=list)
    id: str = ""
    peers: list[int] = field(default_factory=list)
    _tries: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.open.set()

    def answer(self, request: Received) -> Answer:
        post = request.headers["webhook-id"]
        self._tries[post] += 1
        place = list(self._tries).index(post)
        if self.stumbles and place % SPREAD == 3 and self._tries[post] == 1:
            return Answer(status=500) if place % 2 else Answer(reset=True)
        if not (self.forgets and place == SPREAD):
            self.arrivals.append(Arrival(post, request.body))
        if not self.open.is_set():
            self.under_way.append(self.peers[request.connection - 1])
        return Answer(status=204, held=self.open)


@dataclass
class Sending:
    """`frontdesk web`, which writes, two `frontdesk worker`, which send, and who receives."""

    installation: Installation
    web: Child
    workers: list[Child]
    assistant: Assistant
    connection: asyncpg.Connection
    steady: Receiver
    stumbling: Receiver
    forgetful: Receiver

    @property
    def healthy(self) -> list[str]:
        return [self.steady.id, self.stumbling.id, self.forgetful.id]

    async def killed(self, number: int, load: Load) -> None:
        """Kill a worker whose post waits for its answer, this one sooner than the other, and start another for it.

        Meanwhile nothing more is written, so that what waits does not grow with every kill.
        """
        self.steady.under_way.clear()
        self.steady.open.clear()
        async with asyncio.timeout(120):
            while not self.steady.under_way:
                await self._later()
        if not _talks_from(self.workers[number].process.pid, self.steady.under_way):
            number = 1 - number
        await self.workers[number].killed()
        self.steady.open.set()
        with load.resting():
            self.workers[number] = await self.installation.start("worker")
            await self._began()

    async def _began(self) -> None:
        """Until something arrives again."""
        count = len(self.steady.arrivals)
        async with asyncio.timeout(120):
            while len(self.steady.arrivals) == count:
                await self._later()

    async def all_sent(self) -> None:
        """Until nothing waits for those that are healthy; however much that is, it never stops becoming less."""
        fewest, since = None, time.monotonic()
        while left := await self.connection.fetchval(LEFT, self.assistant.workspace, self.healthy):
            if fewest is None or left < fewest:
                fewest, since = left, time.monotonic()
            assert time.monotonic() - since < PROGRESS_WITHIN_S, f"{left} wait, and nothing goes"
            await self._later()

    async def _later(self) -> None:
        """As if the minute of a claim, and what a retry waits, were over: those that were killed held every lane."""
        await self.connection.execute(CLAIMS_RUN_OUT, self.assistant.workspace, self.healthy)
        await self.connection.execute(WAITS_ARE_OVER, self.assistant.workspace, self.healthy)
        await asyncio.sleep(0.5)

    async def due(self, receiver: Receiver) -> dict[str, Due]:
        rows = await self.connection.fetch(
            "SELECT id, lane, seq FROM deliveries WHERE workspace_id = $1 AND target_id = $2",
            self.assistant.workspace,
            receiver.id,
        )
        return {row["id"]: Due(row["lane"].partition(":")[2], row["seq"]) for row in rows}


def _talks_from(pid: int, ports: Iterable[int]) -> bool:
    """Whether a process has a connection from one of these ports of its own."""
    ends = {f":{port:04X}" for port in ports}
    fields = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    wanted = {f"socket:[{each[9]}]" for each in fields if each[1][-5:] in ends and each[3] == "01"}
    found = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found.add(str(file.readlink()))
    return not wanted.isdisjoint(found)


@asynccontextmanager
async def sending(server: PostgresServer, folder: Path) -> AsyncIterator[Sending]:
    database = await migrated(server, f"sender_{secrets.token_hex(4)}")
    receivers = (Receiver(), Receiver(stumbles=True), Receiver(forgets=True))
    with socket.socket() as closed:
        # Bound and not listening: whoever connects is refused.
        closed.bind(("127.0.0.1", 0))
        async with (
            FaultServer() as first,
            FaultServer() as second,
            FaultServer() as third,
            FaultServer() as silent,
        ):
            silent.answers(Answer(silent=True))
            for receiver, heard in zip(receivers, (first, second, third), strict=True):
                heard.made, receiver.peers = receiver.answer, heard.peers
            ports = [first.port, second.port, third.port, silent.port, closed.getsockname()[1]]
            environment = {
                "DATABASE_URL": database.url,
                "FRONTDESK_MASTER_KEY": secrets.token_hex(32),
                "FRONTDESK_EGRESS_ALLOW": ",".join(f"webhook=127.0.0.1:{port}" for port in ports),
            }
            async with installed(folder, **environment) as installation:
                web = await installation.start("web", port=free_port())
                workers = [await installation.start("worker") for _ in range(2)]
                await web.ready()
                assistant = await make_assistant(database.url, BOT, env={})
                key = await _key(database.url, assistant)
                made = [await _endpoint(web, key, port) for port in ports]
                for receiver, id_ in zip(receivers, made, strict=False):
                    receiver.id = id_
                connection = await asyncpg.connect(database.admin_url)
                try:
                    yield Sending(installation, web, workers, assistant, connection, *receivers)
                finally:
                    await connection.close()


async def _key(url: str, assistant: Assistant) -> str:
    store = await open_store(url, pool_size=2)
    try:
        async with store.unit_of_work(assistant.workspace) as tx:
            _, text = await create_key(
                assistant.workspace, tx, kind="api", name="Drill", scopes=frozenset({"admin"})
            )
        return text.reveal()
    finally:
        await store.close()


async def _endpoint(web: Child, key: str, port: int) -> str:
    given = {"url": f"http://127.0.0.1:{port}/", "events": ["conversation.created", "message.created"]}
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as session,
        session.post(f"{web.url}/api/v1/webhooks", json=given) as answer,
    ):
        assert answer.status == 201, await answer.text()
        return str((await answer.json())["id"])


@pytest.mark.parametrize(
    ("kills", "clients", "messages"),
    [
        pytest.param(2, 3, 6, id="small"),
        pytest.param(20, 32, 200, id="long", marks=pytest.mark.drill),
    ],
)
async def test_every_event_arrives_in_order_and_unchanged(
    server: PostgresServer,
    tmp_path: Path,
    report: Callable[[str], None],
    kills: int,
    clients: int,
    messages: int,
) -> None:
    started = time.monotonic()
    async with sending(server, tmp_path) as running:
        async with Load((running.web.url,), clients, path=running.assistant.webhook) as load:
            for number in range(kills):
                await load.acknowledged_more(messages)
                await running.killed(number % 2, load)
            await load.acknowledged_more(messages)
        await running.all_sent()
        assert load.odd == []
        written = [one.text for one in load.acknowledged]
        for receiver in (running.steady, running.stumbling):
            due = await running.due(receiver)
            found = held_against(receiver.arrivals, due, written)
            report(
                f"{kills} kills, {len(written)} messages, {found.line()}, {time.monotonic() - started:.0f} s"
            )
            found.assert_clean()
            # Two of each turn, and one more of each conversation.
            assert found.count >= 2 * len(written) + clients
        assert any(count > 1 for count in Counter(one.id for one in running.steady.arrivals).values())
        # The controls: a receiver that lost one of what it took, and what would show the other faults.
        forgot = held_against(running.forgetful.arrivals, await running.due(running.forgetful), written)
        assert len(forgot.lost) == 1
        due, arrivals = await running.due(running.steady), running.steady.arrivals
        assert held_against(arrivals[::-1], due, written).disordered
        again = Arrival(arrivals[0].id, arrivals[0].body.replace(b'"data"', b' "data"'))
        assert held_against([*arrivals, again], due, written).changed == (again.id,)
        assert held_against(arrivals, due, ["never said"]).untold == ("never said",)
