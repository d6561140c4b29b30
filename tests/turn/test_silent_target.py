"""A target that never answers takes nobody's time but its own (promise 16)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.doubles.http_server import Answer, FaultServer
from tests.program import Program

from frontdesk.core.ids import WorkspaceId
from frontdesk.jobs.queue import AT_ONCE, Handler, Payload, Workers, enqueue
from frontdesk.ports.outlet import Outgoing
from frontdesk.store.deliveries import Wanted, overdue, settle
from frontdesk.store.ids import mint
from frontdesk.turn.targets import FIRST_ROOM

LANES = 60
WITHIN_S = 2.0


@asynccontextmanager
async def working(program: Program, handler: Handler) -> AsyncIterator[None]:
    workers = Workers(program.running.store, {"deliver": handler})
    task = asyncio.create_task(workers.run())
    try:
        yield
    finally:
        workers.stop()
        await task


async def queue_up(program: Program, silent: FaultServer, healthy: FaultServer) -> None:
    """A reply to the healthy target, behind many lanes of the silent one."""
    silent.answers(Answer(silent=True))
    path = "/webhooks/callback/webhook"
    slow, quick = await program.desk(), await program.desk()
    await slow.channel("callback", {"url": silent.url("/")})
    await quick.channel("callback", {"url": healthy.url("/")})
    for number in range(LANES):
        await program.client.post(slow.path + path, json={"sender": f"s{number}", "message": "hello"})
    await program.client.post(quick.path + path, json={"sender": "jhon", "message": "hello"})


async def test_a_healthy_target_gets_its_delivery_at_once_behind_sixty_lanes_of_a_silent_one(
    quiet: Program,
) -> None:
    assert LANES > AT_ONCE
    wake = quiet.running.delivering.wake
    async with FaultServer() as healthy, working(quiet, wake), FaultServer() as silent:
        await queue_up(quiet, silent, healthy)
        await healthy.asked(1)
        assert len(silent.received) == FIRST_ROOM  # and none of them was given up meanwhile


async def test_a_process_that_sends_leaves_no_job_and_one_that_does_not_leaves_one(quiet: Program) -> None:
    async with FaultServer() as receiver:
        desk = await quiet.desk()
        await desk.channel("callback", {"url": receiver.url("/")})
        path, message = f"{desk.path}/webhooks/callback/webhook", {"sender": "jo", "message": "hello"}
        await quiet.client.post(path, json=message)
        assert len(await quiet.query("SELECT FROM pgqueuer WHERE entrypoint = 'deliver'")) == 1
        quiet.running.delivering.begin()
        await quiet.client.post(path, json=message)
        await receiver.asked(2)
        assert len(await quiet.query("SELECT FROM pgqueuer WHERE entrypoint = 'deliver'")) == 1


async def test_control_it_would_wait_if_each_job_waited_for_its_target(quiet: Program) -> None:
    line = quiet.running.line

    async def send_in_the_job(payload: Payload) -> None:
        workspace = WorkspaceId(payload["workspace"])
        lane = Wanted(workspace, payload["lane"], mint("dlv"))
        (claimed,) = (await settle(line.store, (), (lane,))).claimed.values()
        settings = await line.outlet_settings(workspace, payload["lane"].partition(":")[0])
        assert settings is not None
        await line.outlets[claimed.kind].send(Outgoing(claimed.id, settings, claimed.body, claimed.seq))

    async with FaultServer() as healthy, working(quiet, send_in_the_job), FaultServer() as silent:
        await queue_up(quiet, silent, healthy)
        with pytest.raises(TimeoutError):
            await healthy.asked(1, within_s=WITHIN_S)


async def test_the_net_wakes_nothing_while_wake_ups_wait_in_the_queue(quiet: Program) -> None:
    """The jobs are behind then, and more of them would make it worse."""
    store, desk = quiet.running.store, await quiet.desk()
    await quiet.execute(
        """INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, body, due_at)
           SELECT $1, 'dlv_' || n, 'ch:' || n, 'callback', 'ch', '', now() - interval '1 minute'
           FROM generate_series(1, 30) n""",
        desk.workspace,
    )
    found = await overdue(store, by_s=5.0, a_target=20)
    assert len(found) == 20
    async with store.claim_work() as connection:
        await enqueue(connection, "deliver", {}, delay_s=-60.0)
    assert await overdue(store, by_s=5.0) == []
    await quiet.execute("UPDATE pgqueuer SET execute_after = now() - interval '1 second'")
    assert await overdue(store, by_s=5.0, a_target=20) == found
