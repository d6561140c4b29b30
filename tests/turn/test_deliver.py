"""Deliveries: no target and no single delivery holds up another, and stopping never waits for either."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest
from tests.doubles.http_server import Answer, FaultServer
from tests.program import Desk, Program, until

from frontdesk.ports.outlet import Outgoing, Outlet, Sent
from frontdesk.store import deliveries, trims
from frontdesk.store.ids import mint
from frontdesk.turn import deliver
from frontdesk.turn.targets import FAILS, PAUSE_S, Lane, Target, Targets


@dataclass
class Double:
    """An outlet that breaks, hangs until told, or gives `answer`; keeps what it was asked to send."""

    answer: Sent = field(default_factory=lambda: Sent(ok=True))
    broken: set[str] = field(default_factory=set)
    held: asyncio.Event | None = None
    sent: list[str] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Sent:
        self.sent.append(outgoing.body.decode())
        if outgoing.body.decode() in self.broken:
            raise LookupError("sealed with another key")
        if self.held is not None:
            await self.held.wait()
        return self.answer


@pytest.fixture
def kind(program: Program) -> Iterator[str]:
    """A target kind that only this test has; its outlet is a `Double`."""
    kind, outlets = mint("ch"), cast("dict[str, Outlet]", program.running.line.outlets)
    outlets[kind] = Double()
    yield kind
    outlets.pop(kind, None)


def double(program: Program, kind: str) -> Double:
    return cast("Double", program.running.line.outlets[kind])


@pytest.fixture
async def target(desk: Desk) -> str:
    return await desk.channel("callback", {"url": "http://127.0.0.1:9/"})


async def store_one(desk: Desk, lane: str, kind: str, target: str, body: str, due_s: float = -60.0) -> None:
    """A delivery whose wake-up was lost; `due_s` from now."""
    await desk.program.execute(
        """INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, body, due_at)
           VALUES ($1, $2, $3, $4, $5, convert_to($6, 'UTF8'), now() + make_interval(secs => $7))""",
        desk.workspace,
        mint("dlv"),
        lane,
        kind,
        target,
        body,
        due_s,
    )


async def deliver_now(desk: Desk, lane: str) -> None:
    await deliver.deliver(desk.program.running.line, {"workspace": desk.workspace, "lane": lane})


async def states(desk: Desk) -> list[tuple[str, int]]:
    return [(row["status"], row["tries"]) for row in await desk.rows("deliveries", "seq")]


async def test_a_healthy_delivery_leaves_at_once_while_sixty_lanes_hang_on_a_silent_target(
    program: Program,
) -> None:
    async with FaultServer() as silent, FaultServer() as receiver:
        silent.answers(Answer(silent=True))
        slow, quick = await program.desk(), await program.desk()
        await slow.channel("callback", {"url": silent.url("/")})
        await quick.channel("callback", {"url": receiver.url("/")})
        path = "/webhooks/callback/webhook"
        for number in range(60):
            await program.client.post(slow.path + path, json={"sender": f"s{number}", "message": "hello"})
        await silent.asked(4)
        started = time.monotonic()
        await program.client.post(quick.path + path, json={"sender": "jhon", "message": "hello"})
        await receiver.asked(1)
        assert time.monotonic() - started < 10  # the silent target's first attempt ends after 15 s
        assert len(silent.received) == program.running.line.settings.target_at_once


async def test_a_lane_that_found_no_slot_is_sent_as_soon_as_one_is_free(
    desk: Desk, kind: str, target: str
) -> None:
    outlet, lanes = double(desk.program, kind), [f"{target}:{number}" for number in range(6)]
    outlet.held = asyncio.Event()
    for lane in lanes:
        await store_one(desk, lane, kind, target, lane)
    working = [asyncio.create_task(deliver_now(desk, lane)) for lane in lanes]

    async def two_left_alone() -> bool:
        return len([task for task in working if task.done()]) == 2 and len(outlet.sent) == 4

    await until(two_left_alone)
    outlet.held.set()
    await asyncio.gather(*working)
    assert sorted(outlet.sent) == lanes
    assert await states(desk) == [("sent", 1)] * 6


async def test_a_target_that_failed_in_a_row_is_left_alone_and_costs_its_lanes_no_try(
    desk: Desk, kind: str, target: str
) -> None:
    outlet, lanes = double(desk.program, kind), [f"{target}:{number}" for number in range(FAILS + 1)]
    outlet.answer = Sent(ok=False, retry=True, detail="503")
    for lane in lanes:
        await store_one(desk, lane, kind, target, lane)
        await deliver_now(desk, lane)
    assert outlet.sent == lanes[:FAILS]
    assert await states(desk) == [("waiting", 1)] * FAILS + [("waiting", 0)]
    found = await deliveries.overdue(desk.program.running.store, by_s=0.0)
    assert desk.workspace not in {workspace for workspace, _ in found}


def test_a_target_left_alone_is_probed_by_one_lane_and_open_again_when_that_worked(desk: Desk) -> None:
    now = [0.0]
    targets = Targets(at_once=4, now=lambda: now[0])
    target, first, second = Target(desk.workspace, "ch"), Lane(desk.workspace, "1"), Lane(desk.workspace, "2")
    for _ in range(FAILS):
        assert targets.enter(target, first)
        targets.failed(target)
        targets.leave(target)
    assert targets.alone_s(target) == PAUSE_S
    now[0] = PAUSE_S
    assert targets.alone_s(target) == 0
    assert targets.enter(target, first)
    assert not targets.enter(target, second)
    targets.failed(target)
    targets.leave(target)
    assert targets.alone_s(target) == 2 * PAUSE_S
    now[0] += 2 * PAUSE_S
    assert targets.next(target) == second
    assert targets.enter(target, second)
    targets.worked(target)
    assert targets.enter(target, first)


async def test_a_delivery_that_breaks_is_a_failed_try_of_its_own_and_stops_no_other(
    desk: Desk, kind: str, target: str
) -> None:
    outlet = double(desk.program, kind)
    outlet.broken = {"poison"}
    await store_one(desk, f"{target}:1", kind, target, "poison")
    await store_one(desk, f"{target}:2", kind, target, "good")
    await deliver.sweep(desk.program.running.line)

    async def done() -> bool:
        return await states(desk) == [("waiting", 1), ("sent", 1)]

    await until(done)
    (poisoned, _) = await desk.rows("deliveries", "seq")
    assert "LookupError" in poisoned["detail"]


async def test_a_delivery_of_a_plug_in_that_is_not_loaded_waits_for_it(
    desk: Desk, kind: str, target: str
) -> None:
    await store_one(desk, f"{target}:1", "absent", target, "a")
    await deliver_now(desk, f"{target}:1")
    assert await states(desk) == [("waiting", 1)]
    assert (await desk.rows("deliveries"))[0]["detail"] == "the plug-in is not loaded"
    await store_one(desk, "ch_removed:1", kind, "ch_removed", "b")
    await deliver_now(desk, "ch_removed:1")
    assert await states(desk) == [("waiting", 1), ("failed", 1)]


async def test_the_net_wakes_a_lane_by_its_head_alone(desk: Desk, kind: str, target: str) -> None:
    await store_one(desk, f"{target}:1", kind, target, "later", due_s=3600)
    await store_one(desk, f"{target}:1", kind, target, "behind it")
    assert await deliveries.overdue(desk.program.running.store, by_s=5.0) == []


async def test_the_net_itself_waits_for_no_target(desk: Desk, kind: str, target: str) -> None:
    outlet = double(desk.program, kind)
    outlet.held = asyncio.Event()
    for number in range(3):
        await store_one(desk, f"{target}:{number}", kind, target, str(number))
    async with asyncio.timeout(5):
        await deliver.sweep(desk.program.running.line)

    async def all_asked() -> bool:
        return sorted(outlet.sent) == ["0", "1", "2"]

    await until(all_asked)
    outlet.held.set()


async def test_a_lane_ends_after_the_delivery_at_hand_when_the_program_stops(
    desk: Desk, kind: str, target: str
) -> None:
    outlet = double(desk.program, kind)
    for body in "abc":
        await store_one(desk, f"{target}:1", kind, target, body)
    payload = {"workspace": desk.workspace, "lane": f"{target}:1"}
    await deliver.deliver(desk.program.running.line, payload, stopping=lambda: bool(outlet.sent))
    assert outlet.sent == ["a"]


async def test_parked_messages_are_let_go_like_handled_ones(desk: Desk) -> None:
    for number in range(3):
        await desk.say(f"s{number}", "hello")
    for status, sender in (("parked", "s0"), ("waiting", "s1"), ("done", "s2")):
        await desk.program.execute(
            """UPDATE inbound SET status = $3, received_at = now() - interval '30 days', tries = 3
               WHERE workspace_id = $1 AND conversation_id IN (
                   SELECT id FROM conversations WHERE workspace_id = $1 AND external_id = $2)""",
            desk.workspace,
            sender,
            status,
        )
    await trims.trim_line(desk.program.running.store, inbound_days=14, deliveries_days=30)
    assert [row["status"] for row in await desk.rows("inbound")] == ["waiting"]
    await desk.program.execute("DELETE FROM inbound WHERE workspace_id = $1", desk.workspace)
