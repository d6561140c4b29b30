"""Jobs and schedules at the two ends of a program's life: the first round comes soon, the last one is bounded."""

import asyncio

import pytest

from frontdesk.app.up import _Jobs
from frontdesk.core.ids import WorkspaceId
from frontdesk.jobs import schedules
from frontdesk.jobs.queue import Payload, Workers, enqueue
from frontdesk.jobs.schedules import Schedule, Schedules
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint


async def test_stopping_does_not_wait_for_a_job_that_does_not_end(
    store: Store, workspace: WorkspaceId
) -> None:
    name, started, cancelled = mint("in"), asyncio.Event(), asyncio.Event()

    async def handler(_: Payload) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async with store.unit_of_work(workspace) as tx:
        await enqueue(tx, name, {})
    workers = Workers(store, {name: handler})
    jobs = _Jobs(workers, asyncio.create_task(workers.run()), asyncio.create_task(Schedules(store, ()).run()))
    async with asyncio.timeout(20):
        await started.wait()
        await jobs.stop(within_s=0.2)
    assert cancelled.is_set()
    assert workers.stopping()


async def test_a_rare_schedule_runs_soon_after_the_start(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "FIRST_S", 0.05)
    ran = asyncio.Event()

    async def run() -> None:
        ran.set()

    running = asyncio.create_task(Schedules(store, (Schedule(mint("in"), 3600.0, run),)).run())
    try:
        async with asyncio.timeout(10):
            await ran.wait()
    finally:
        running.cancel()
