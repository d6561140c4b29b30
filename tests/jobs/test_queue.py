"""Jobs belong to the transaction that made them, and are done once it is there, whatever happens to the worker."""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import pytest
from structlog.testing import capture_logs
from tests.database import Database, migrated
from tests.program import until

from frontdesk.app.postgres import PostgresServer
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.jobs.queue import AT_ONCE, Few, Handler, Payload, Workers, enqueue
from frontdesk.store import health
from frontdesk.store.connect import Store, open_store
from frontdesk.store.ids import mint


class Undone(Exception):
    """Why a transaction of a test is rolled back."""


async def queued(database: Database, name: str) -> int:
    connection = await asyncpg.connect(database.admin_url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", name))
    finally:
        await connection.close()


@asynccontextmanager
async def working(
    store: Store, name: str, handler: Handler | Few, **others: Handler
) -> AsyncIterator[Workers]:
    workers = Workers(store, {name: handler, **others})
    running = asyncio.create_task(workers.run())
    try:
        yield workers
    finally:
        workers.stop()
        await running


@pytest.fixture
def name() -> str:
    """A kind of job that no other test has."""
    return mint("in")


async def test_an_enqueue_before_a_rollback_leaves_nothing_in_a_unit_of_work(
    database: Database, store: Store, workspace: WorkspaceId, name: str
) -> None:
    async def undo() -> None:
        async with store.unit_of_work(workspace) as tx:
            await enqueue(tx, name, {})
            raise Undone

    with pytest.raises(Undone):
        await undo()
    assert await queued(database, name) == 0


async def test_an_enqueue_before_a_rollback_leaves_nothing_in_a_turns_transaction(
    database: Database, store: Store, workspace: WorkspaceId, name: str
) -> None:
    async def undo() -> None:
        async with store.turn_work(workspace) as connection, connection.transaction():
            await enqueue(connection, name, {})
            raise Undone

    with pytest.raises(Undone):
        await undo()
    assert await queued(database, name) == 0


async def test_an_enqueue_that_was_committed_is_done_once_from_either_kind(
    database: Database, store: Store, workspace: WorkspaceId, name: str
) -> None:
    done: list[Payload] = []

    async def handler(payload: Payload) -> None:
        done.append(payload)

    async with store.unit_of_work(workspace) as tx:
        await enqueue(tx, name, {"from": "unit of work"})
        assert done == []
    async with store.turn_work(workspace) as connection, connection.transaction():
        await enqueue(connection, name, {"from": "turn"})
    async with working(store, name, handler), working(store, name, handler):
        await until(lambda: _none_left(database, name))
    assert sorted(payload["from"] for payload in done) == ["turn", "unit of work"]


async def test_a_job_that_is_not_due_waits(
    database: Database, store: Store, workspace: WorkspaceId, name: str
) -> None:
    done: list[Payload] = []
    seen = asyncio.Event()

    async def handler(payload: Payload) -> None:
        done.append(payload)
        seen.set()

    async with store.unit_of_work(workspace) as tx:
        await enqueue(tx, name, {"n": "later"}, delay_s=3600)
        await enqueue(tx, name, {"n": "now"})
    async with working(store, name, handler), asyncio.timeout(60):
        await seen.wait()
    assert done == [{"n": "now"}]
    assert await queued(database, name) == 1


async def test_the_job_of_a_worker_that_died_is_done_by_another(
    database: Database, store: Store, workspace: WorkspaceId, name: str
) -> None:
    done: list[Payload] = []

    async def handler(payload: Payload) -> None:
        done.append(payload)

    async with store.unit_of_work(workspace) as tx:
        await enqueue(tx, name, {"n": "1"})
    connection = await asyncpg.connect(database.admin_url)
    # As a worker leaves it that was killed while it had the job, a while ago.
    await connection.execute(
        """UPDATE pgqueuer SET status = 'picked', queue_manager_id = gen_random_uuid(),
               heartbeat = now() - interval '1 minute' WHERE entrypoint = $1""",
        name,
    )
    await connection.close()
    async with working(store, name, handler):
        await until(lambda: _none_left(database, name))
    assert done == [{"n": "1"}]


async def test_long_jobs_of_a_kind_wait_in_the_queue_and_leave_the_places_to_others(
    database: Database, store: Store, workspace: WorkspaceId, name: str
) -> None:
    begun: list[Payload] = []
    delivered = asyncio.Event()
    go_on = asyncio.Event()

    async def learn(payload: Payload) -> None:
        begun.append(payload)
        await go_on.wait()

    async def deliver(_: Payload) -> None:
        delivered.set()

    quick = mint("in")
    async with store.unit_of_work(workspace) as tx:
        for number in range(AT_ONCE + 10):
            await enqueue(tx, name, {"n": str(number)})
    async with working(store, name, Few(learn, 2), **{quick: deliver}):
        await until(lambda: _reached(begun, 2))
        async with store.unit_of_work(workspace) as tx:
            await enqueue(tx, quick, {})
        async with asyncio.timeout(60):
            await delivered.wait()
        assert len(begun) == 2
        go_on.set()
        await until(lambda: _none_left(database, name))
    assert sorted(int(payload["n"]) for payload in begun) == list(range(AT_ONCE + 10))


async def test_a_job_that_fails_does_not_stop_the_others(
    database: Database, store: Store, workspace: WorkspaceId, name: str
) -> None:
    done: list[str] = []

    async def handler(payload: Payload) -> None:
        if payload["n"] == "bad":
            raise ValueError(payload["n"])
        done.append(payload["n"])

    async with store.unit_of_work(workspace) as tx:
        await enqueue(tx, name, {"n": "bad"})
        await enqueue(tx, name, {"n": "good"})
    async with working(store, name, handler):
        await until(lambda: _is(done, ["good"]))


async def test_a_job_that_fails_is_done_when_it_can_be_and_kept_as_failed_when_it_never_can(
    database: Database, store: Store, workspace: WorkspaceId, name: str
) -> None:
    tries = {"once": 0, "away": 0, "never": 0}

    async def handler(payload: Payload) -> None:
        tries[payload["n"]] += 1
        if payload["n"] == "never":
            raise ValueError("what somebody wrote")
        if tries[payload["n"]] == 1:
            raise Unavailable("away") if payload["n"] == "away" else KeyError("gone")

    async with store.unit_of_work(workspace) as tx:
        for one in tries:
            await enqueue(tx, name, {"n": one})
    with capture_logs() as logs:
        workers = Workers(store, {name: handler}, again_s=(0.0, 0.0))
        running = asyncio.create_task(workers.run())
        try:

            async def is_given_up() -> bool:
                return (await health.failed_jobs(store)).get(name) == 1 and tries["once"] + tries["away"] == 4

            await until(is_given_up)
        finally:
            workers.stop()
            await running
            async with store.claim_work() as connection:
                await connection.execute("DELETE FROM pgqueuer WHERE entrypoint = $1", name)
    assert tries == {"once": 2, "away": 2, "never": 3}
    told = sorted(line["event"] for line in logs if line.get("job") == name)
    assert told == ["job.broke", "job.broke", "job.broke", "job.failed", "job.postponed"]


async def _is(found: list[str], wanted: list[str]) -> bool:
    return found == wanted


WORKSPACE = WorkspaceId("ws_cut")


@dataclass(frozen=True)
class Cuttable:
    """A database whose connections may be cut without anybody else noticing."""

    database: Database
    store: Store
    admin: asyncpg.Connection


@pytest.fixture
async def cut(server: PostgresServer) -> AsyncIterator[Cuttable]:
    made = await migrated(server, f"cut_{secrets.token_hex(4)}")
    store = await open_store(made.url, pool_size=2)
    admin = await asyncpg.connect(made.admin_url)
    yield Cuttable(made, store, admin)
    await admin.close()
    await store.close()


@pytest.mark.parametrize(
    "cuts", [pytest.param(1, id="small"), pytest.param(8, id="long", marks=pytest.mark.drill)]
)
async def test_workers_come_back_every_time_their_connections_are_cut(
    cut: Cuttable, name: str, cuts: int
) -> None:
    """More often than the pool has connections: none of them may be left behind."""
    done: list[str] = []

    async def handler(payload: Payload) -> None:
        done.append(payload["n"])

    async with working(cut.store, name, handler):
        for number in range(cuts + 1):
            await _enqueue(cut, name, str(number))
            await until(lambda: _none_left(cut.database, name))
            assert await cut.admin.fetchval(CUT) >= 1
    assert done == [str(number) for number in range(cuts + 1)]


async def test_a_connection_that_listened_and_was_lost_is_replaced(cut: Cuttable, name: str) -> None:
    async def handler(payload: Payload) -> None:
        pass

    async def another() -> bool:
        return await cut.admin.fetchval(LISTENING) not in {None, listener}

    async with working(cut.store, name, handler):
        await until(lambda: cut.admin.fetchval(LISTENING))
        listener = await cut.admin.fetchval(LISTENING)
        os.kill(listener, signal.SIGTERM)
        await until(another)
        await _enqueue(cut, name, "1")
        await until(lambda: _none_left(cut.database, name))


async def test_workers_outlive_a_connection_that_says_nothing_any_more(cut: Cuttable, name: str) -> None:
    async def handler(payload: Payload) -> None:
        pass

    async with working(cut.store, name, handler):
        await until(lambda: cut.admin.fetchval(LISTENING))
        listener = await cut.admin.fetchval(LISTENING)
        os.kill(listener, signal.SIGSTOP)
        try:
            await _enqueue(cut, name, "1")
            await until(lambda: _none_left(cut.database, name))
        finally:
            os.kill(listener, signal.SIGCONT)


async def test_a_stop_says_nothing_of_a_connection_that_was_lost_before(cut: Cuttable, name: str) -> None:
    """As after a restore, which cuts every connection."""

    async def handler(payload: Payload) -> None:
        pass

    with capture_logs() as lines:
        async with working(cut.store, name, handler):
            await until(lambda: cut.admin.fetchval(LISTENING))
            os.kill(await cut.admin.fetchval(LISTENING), signal.SIGTERM)
            await until(lambda: _nobody_listens(cut))
            before = len(lines)
    assert [line for line in lines[before:] if line["event"] == "jobs.restart"] == []


async def _nobody_listens(cut: Cuttable) -> bool:
    return await cut.admin.fetchval(LISTENING) is None


LISTENING = """SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'frontdesk' AND query LIKE 'LISTEN%'"""
CUT = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'frontdesk'"""


async def _enqueue(cut: Cuttable, name: str, number: str) -> None:
    """Connections of the pool may be cut and not know it yet, as after any loss."""

    async def enqueued() -> bool:
        try:
            async with cut.store.unit_of_work(WORKSPACE) as tx:
                await enqueue(tx, name, {"n": number})
        except Unavailable:
            return False
        return True

    await until(enqueued)


async def _reached(begun: list[Payload], count: int) -> bool:
    return len(begun) >= count


async def _none_left(database: Database, name: str) -> bool:
    return await queued(database, name) == 0
