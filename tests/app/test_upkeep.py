"""What the program does in the background leaves room for what customers wait for."""

import asyncio
from typing import Any, cast

from tests.program import until

from frontdesk.app.answers import Upkeep
from frontdesk.core.ids import WorkspaceId
from frontdesk.jobs.queue import AT_ONCE, Payload, Workers, enqueue
from frontdesk.library import waking
from frontdesk.store.connect import Store


class Slow:
    """Indexing and learning that go on until they are let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.go_on = asyncio.Event()

    async def job(self, _: Payload) -> None:
        self.begun += 1
        await self.go_on.wait()

    run_job = job

    async def has_begun(self) -> bool:
        return self.begun >= waking.AT_ONCE


async def test_a_big_import_in_every_workspace_leaves_room_for_deliveries(
    store: Store, workspace: WorkspaceId
) -> None:
    slow, delivered = Slow(), asyncio.Event()

    async def deliver(_: Payload) -> None:
        delivered.set()

    upkeep = Upkeep(cast("Any", slow), cast("Any", slow), cast("Any", None))
    workers = Workers(store, {**upkeep.handlers, "deliver_in_time": deliver})
    async with store.unit_of_work(workspace) as tx:
        for number in range(AT_ONCE + 10):
            await enqueue(tx, waking.JOB, {"workspace": f"ws_{number}"})
    running = asyncio.create_task(workers.run())
    try:
        await until(slow.has_begun)
        async with store.unit_of_work(workspace) as tx:
            await enqueue(tx, "deliver_in_time", {})
        async with asyncio.timeout(20):
            await delivered.wait()
        assert slow.begun == waking.AT_ONCE
    finally:
        slow.go_on.set()
        workers.stop()
        await running
