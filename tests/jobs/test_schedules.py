"""Schedules at the start of the program's life."""

import asyncio

import pytest

from frontdesk.jobs import schedules
from frontdesk.jobs.schedules import Schedule, Schedules
from frontdesk.store.connect import Store
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
