"""Schedules at the start of the program's life."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import asyncpg
import pytest
from tests.database import Database
from tests.program import until

from frontdesk.jobs import schedules
from frontdesk.jobs.schedules import Schedule, Schedules
from frontdesk.store import connect
from frontdesk.store.connect import Store, open_store
from frontdesk.store.ids import mint


async def test_a_rare_schedule_runs_soon_after_the_start(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "FIRST_S", 0.05)
    ran = asyncio.Event()

    async def run() -> None:
        ran.set()

    running = asyncio.create_task(Schedules(store, (Schedule(mint("in"), 3600.0, run),)).run())
    try:
        async with asyncio.timeout(60):
            await ran.wait()
    finally:
        running.cancel()
        await asyncio.wait({running})


async def test_schedules_that_run_at_once_leave_connections_to_their_work(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "FIRST_S", 0.05)
    many = 12
    together, done = asyncio.Barrier(many), asyncio.Event()

    async def run() -> None:
        await together.wait()
        async with store.claim_work() as connection:
            await connection.execute("SELECT 1")
        await together.wait()
        done.set()

    names = [Schedule(mint("in"), 3600.0, run) for _ in range(many)]
    running = asyncio.create_task(Schedules(store, tuple(names)).run())
    try:
        async with asyncio.timeout(60):
            await done.wait()
    finally:
        running.cancel()
        await asyncio.wait({running})


async def test_a_process_that_hangs_keeps_a_schedule_from_the_others_no_longer_than_its_lease(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "FIRST_S", 0.05)
    monkeypatch.setattr(connect, "LEASE_S", 1)
    hanging, name, ran = await open_store(database.url, pool_size=2), mint("in"), asyncio.Event()

    async def run() -> None:
        ran.set()

    async with hanging.lock_work() as connection:
        assert await connection.fetchval("SELECT pg_try_advisory_lock($1)", zlib.crc32(name.encode()))
        running = asyncio.create_task(Schedules(store, (Schedule(name, 0.1, run),)).run())
        async with asyncio.timeout(60):
            await ran.wait()  # though nothing was unlocked
        running.cancel()
        await asyncio.wait({running})
    await hanging.close()


async def test_whoever_is_at_a_long_run_says_so_before_the_lease_is_over(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "FIRST_S", 0.05)
    monkeypatch.setattr(schedules, "KEEP_S", 0.05)
    name, go = mint("in"), asyncio.Event()

    async def run() -> None:
        await go.wait()

    admin = await asyncpg.connect(database.admin_url)
    running = asyncio.create_task(Schedules(store, (Schedule(name, 3600.0, run),)).run())
    said = """SELECT query FROM pg_stat_activity JOIN pg_locks USING (pid)
              WHERE locktype = 'advisory' AND objid::bigint = $1"""

    async def says_that_it_is_there() -> bool:
        return bool(await admin.fetchval(said, zlib.crc32(name.encode())) == "SELECT 1")

    try:
        await until(says_that_it_is_there)
    finally:
        go.set()
        running.cancel()
        await asyncio.wait({running})
        await admin.close()


async def test_a_run_ends_when_its_lock_is_lost(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "FIRST_S", 0.05)
    monkeypatch.setattr(schedules, "KEEP_S", 0.05)
    name, begun, ended = mint("in"), asyncio.Event(), asyncio.Event()

    async def run() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    admin = await asyncpg.connect(database.admin_url)
    running = asyncio.create_task(Schedules(store, (Schedule(name, 3600.0, run),)).run())
    end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid::bigint = $1"

    async def is_lost() -> bool:
        return bool(await admin.fetchval(end, zlib.crc32(name.encode())))

    try:
        async with asyncio.timeout(60):
            await begun.wait()
        await until(is_lost)
        async with asyncio.timeout(60):
            await ended.wait()
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.wait({running})
        await admin.close()


class Busy:
    """A store whose session with the lock is at something else for long, once it is `kept`."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.long: list[asyncio.Task[str]] = []

    @asynccontextmanager
    async def lock_work(self) -> AsyncIterator[asyncpg.Connection]:
        async with self.store.lock_work() as connection:
            self.connection = connection
            yield connection

    async def begin(self) -> None:
        self.long.append(asyncio.create_task(self.connection.execute("SELECT pg_sleep(1)")))
        await asyncio.sleep(0)


async def test_a_lock_that_cannot_be_given_back_ends_with_its_session(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "FIRST_S", 0.05)
    busy, name = Busy(store), mint("in")
    admin = await asyncpg.connect(database.admin_url)
    running = asyncio.create_task(Schedules(cast("Store", busy), (Schedule(name, 3600.0, busy.begin),)).run())
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid::bigint = $1"

    async def is_free() -> bool:
        return bool(busy.long) and await admin.fetchval(held, zlib.crc32(name.encode())) == 0

    try:
        await until(is_free)
    finally:
        running.cancel()
        await asyncio.gather(running, *busy.long, return_exceptions=True)
        await admin.close()
