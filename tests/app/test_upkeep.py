"""What the program does in the background leaves room for what customers wait for."""

import asyncio
from typing import Any, cast

from tests.program import until

from frontdesk.app.answers import Upkeep
from frontdesk.core.ids import WorkspaceId
from frontdesk.jobs.queue import AT_ONCE, Payload, Workers, enqueue
from frontdesk.library import waking
from frontdesk.store.connect import Store
from frontdesk.studio.intents import training


class Slow:
    """Indexing, or learning, that goes on until it is let go.

    A job that was taken from a worker that did not come round in time is begun again; what counts is how many are at
    work at once. The queue is that of all tests on this database: what they left to be learnt comes here too, and is
    not indexing.
    """

    def __init__(self) -> None:
        self.at_work = self.most_at_work = 0
        self.go_on = asyncio.Event()

    async def job(self, _: Payload) -> None:
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            await self.go_on.wait()
        finally:
            self.at_work -= 1

    run_job = job

    async def has_begun(self) -> bool:
        return self.at_work >= waking.AT_ONCE


async def test_a_big_import_in_every_workspace_leaves_room_for_deliveries(
    store: Store, workspace: WorkspaceId
) -> None:
    learning, indexing, delivered = Slow(), Slow(), asyncio.Event()

    async def deliver(_: Payload) -> None:
        delivered.set()

    upkeep = Upkeep(cast("Any", learning), cast("Any", indexing), cast("Any", None))
    workers = Workers(store, {**upkeep.handlers, "deliver_in_time": deliver})
    async with store.unit_of_work(workspace) as tx:
        for number in range(AT_ONCE + 10):
            await enqueue(tx, waking.JOB, {"workspace": f"ws_{number}"})
        for _ in range(training.AT_ONCE + 1):
            await enqueue(tx, training.JOB, {})
    running = asyncio.create_task(workers.run())
    try:
        await until(indexing.has_begun)
        async with store.unit_of_work(workspace) as tx:
            await enqueue(tx, "deliver_in_time", {})
        async with asyncio.timeout(60):
            await delivered.wait()
        assert indexing.most_at_work == waking.AT_ONCE
        assert learning.most_at_work <= training.AT_ONCE
    finally:
        learning.go_on.set()
        indexing.go_on.set()
        workers.stop()
        await running
