"""What goes out: at least once, the same each time, in order within a lane, no lane in another's way (9, 10)."""

import asyncio
import dataclasses
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from tests.doubles.http_server import Answer, FaultServer
from tests.program import Desk, Program, until
from tests.turn.conftest import held

from frontdesk.core.errors import Unavailable
from frontdesk.ports.outlet import Outgoing, Sent
from frontdesk.store import deliveries
from frontdesk.store.deliveries import CLAIM_S
from frontdesk.store.ids import mint
from frontdesk.turn import deliver
from frontdesk.turn.deliver import IN_A_ROW, SCHEDULE_S, Delivering
from frontdesk.turn.nearby import Nearby
from frontdesk.turn.targets import FIRST_ROOM, Lane

DUE = "UPDATE deliveries SET due_at = now() - interval '1 minute' WHERE workspace_id = $1 AND status = 'waiting'"
SENDER_DIED = """UPDATE deliveries SET claim_token = 'dead', claimed_until = now() - interval '1 s'
    WHERE workspace_id = $1 AND status = 'sending'"""


@dataclass
class Outbound:
    """A desk whose answers are posted to `receiver`."""

    desk: Desk
    receiver: FaultServer
    channel_id: str

    async def say(self, sender: str, message: str) -> None:
        body = {"sender": sender, "message": message}
        answer = await self.desk.program.client.post(f"{self.desk.path}/webhooks/callback/webhook", json=body)
        assert answer.body == b"success", answer.body

    async def rows(self) -> list[dict[str, Any]]:
        return await self.desk.rows("deliveries", "seq")

    async def put(self, sender: str, text: str, target: str | None = None) -> None:
        """A reply whose wake-up was lost; too early for the net, which would begin with it before `due`."""
        target = target or self.channel_id
        await self.desk.program.execute(
            """INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, body, due_at)
               VALUES ($1, $2, $3, 'callback', $4, $5, now())""",
            self.desk.workspace,
            mint("dlv"),
            f"{target}:{sender}",
            target,
            json.dumps({"text": text}).encode(),
        )

    async def in_state(self, *expected: str, within_s: float = 60) -> None:
        async def so() -> bool:
            return [row["status"] for row in await self.rows()] == list(expected)

        await until(so, within_s=within_s)

    async def tried(self, count: int) -> None:
        """Until the first one was tried so often, and waits again."""

        async def so() -> bool:
            first = (await self.rows())[0]
            return bool(first["tries"] == count and first["status"] == "waiting")

        await until(so, within_s=60)

    async def due(self) -> None:
        """As if the waits of the schedule were over, and the net looked."""
        await self.desk.program.execute(DUE, self.desk.workspace)
        await deliver.sweep(self.desk.program.running.line)

    @asynccontextmanager
    async def other_process(self) -> AsyncIterator[None]:
        """Another sender, which takes up the lane of the first delivery."""
        lane = Lane(self.desk.workspace, (await self.rows())[0]["lane"])
        async with Delivering(self.desk.program.running.line) as delivering:
            delivering.work(lane)
            yield
        assert self.desk.program.running.line.nearby.is_there

    async def attempt_with_settings(self, fault: Exception) -> None:
        """By another sender, whose settings cannot be read."""

        async def broken(_: object, __: str) -> None:
            raise fault

        lane = Lane(self.desk.workspace, (await self.rows())[0]["lane"])
        line = dataclasses.replace(self.desk.program.running.line, outlet_settings=broken, nearby=Nearby())
        before = await self.outcome()
        async with Delivering(line) as delivering:
            delivering.work(lane)
            await until(lambda: self._is_other_than(before))

    async def outcome(self) -> tuple[object, ...]:
        """Of the first one."""
        row = (await self.rows())[0]
        return row["status"], row["tries"], row["detail"]

    async def _is_other_than(self, before: tuple[object, ...]) -> bool:
        now = await self.outcome()
        return now != before and now[0] != "sending"

    def told(self) -> list[str]:
        return [json.loads(request.body)["text"] for request in self.receiver.received]


@pytest.fixture
async def outbound(program: Program) -> AsyncIterator[Outbound]:
    async with FaultServer() as receiver:
        desk = await program.desk()
        channel_id = await desk.channel("callback", {"url": receiver.url("/replies")})
        yield Outbound(desk, receiver, channel_id)
        await program.execute("DELETE FROM deliveries WHERE workspace_id = $1", desk.workspace)


async def test_a_delivery_whose_sender_died_after_sending_goes_out_again_the_same(outbound: Outbound) -> None:
    go, answer = held()
    outbound.receiver.answers(answer, Answer())
    await outbound.say("jo", "what?")
    await outbound.receiver.asked(1)
    await outbound.desk.program.execute(SENDER_DIED, outbound.desk.workspace)
    async with outbound.other_process():
        await outbound.in_state("sent")
    go.set()
    first, second = outbound.receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == (await outbound.rows())[0]["id"]
    assert first.body == second.body


async def test_the_one_that_lost_its_claim_does_not_decide(outbound: Outbound) -> None:
    go, answer = held()
    outbound.receiver.answers(answer, Answer(status=410))
    await outbound.say("jo", "what?")
    await outbound.receiver.asked(1)
    await outbound.desk.program.execute(SENDER_DIED, outbound.desk.workspace)
    async with outbound.other_process():
        await outbound.in_state("failed")
    go.set()
    assert (await outbound.rows())[0]["tries"] == 2
    await outbound.say("jo", "and now?")
    await outbound.receiver.asked(3)
    assert (await outbound.rows())[0]["status"] == "failed"


async def test_a_failing_head_holds_up_its_own_lane_only(outbound: Outbound) -> None:
    outbound.receiver.answers(Answer(status=500), Answer())
    await outbound.say("jo", "one")
    await outbound.tried(1)
    await outbound.say("jo", "two")
    await outbound.say("mo", "three")
    await outbound.in_state("waiting", "waiting", "sent")
    await outbound.due()
    await outbound.in_state("sent", "sent", "sent")
    one, two, three = (f"I am not sure what '{text}' means." for text in ("one", "two", "three"))
    assert outbound.told() == [one, three, one, two]


async def test_after_the_schedule_it_is_given_up_and_the_lane_moves_on(outbound: Outbound) -> None:
    tries = 1 + len(SCHEDULE_S)
    outbound.receiver.answers(*[Answer(status=500)] * tries, Answer())
    await outbound.say("jo", "one")
    await outbound.tried(1)
    await outbound.say("jo", "two")
    for done in range(1, tries):
        await outbound.tried(done)
        await outbound.due()
    await outbound.in_state("failed", "sent")
    assert len(outbound.receiver.received) == tries + 1


async def test_lanes_that_wait_for_their_heads_do_not_hide_others(
    program: Program, outbound: Outbound
) -> None:
    """What waits behind a postponed head is long overdue, and no work."""
    outbound.receiver.answers(Answer(status=500), Answer(status=500), Answer())
    for sender in ("jo", "mo"):
        await outbound.say(sender, "one")
    await until(lambda: all_tried(outbound))
    for sender in ("jo", "mo"):
        await outbound.say(sender, "two")
    await program.execute(
        """UPDATE deliveries SET due_at = now() - interval '1 hour' WHERE workspace_id = $1 AND seq IN (
               SELECT max(seq) FROM deliveries WHERE workspace_id = $1 GROUP BY lane)""",
        outbound.desk.workspace,
    )
    found = await deliveries.overdue(program.running.line.store, by_s=5.0)
    assert [lane for workspace, lane in found if workspace == outbound.desk.workspace] == []


async def test_a_target_that_takes_what_it_is_sent_is_sent_more_of_what_waited(
    program: Program, outbound: Outbound
) -> None:
    """A backlog goes as fast as its receiver takes it; one that takes nothing is asked for little."""
    workspace, store = outbound.desk.workspace, program.running.line.store
    await program.execute(
        """INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, body, due_at, status)
           SELECT $1, 'dlv_late' || n, 'chan_late:' || n, 'late', 'chan_late', '', now() - interval '1 hour',
                  CASE WHEN n = 0 THEN 'failed' ELSE 'waiting' END
           FROM generate_series(0, 9) n""",
        workspace,
    )

    async def found(count: int) -> bool:
        rows = await deliveries.overdue(store, by_s=5.0, limit=10_000, a_target=2, a_taker=5)
        return len([lane for of, lane in rows if of == workspace]) == count

    async with program.admin.acquire() as other, other.transaction():
        # Held, so that nobody sends them meanwhile.
        held = "SELECT id FROM deliveries WHERE workspace_id = $1 AND kind = 'late' AND status = 'waiting' FOR UPDATE"
        await other.execute(held, workspace)
        finish = "UPDATE deliveries SET status = $2, finished_at = now() WHERE workspace_id = $1 AND id = 'dlv_late0'"
        await program.execute(finish, workspace, "failed")
        await until(lambda: found(2))
        await program.execute(finish.replace("now()", "now() + interval '1 day'"), workspace, "sent")
        await until(lambda: found(5))
    await program.execute("DELETE FROM deliveries WHERE workspace_id = $1 AND kind = 'late'", workspace)


class Breaks:
    """An outlet with a fault, in place of the real one for one desk's deliveries."""

    def __init__(self, inner: Any, workspace_url: str, fault: Exception) -> None:
        self._inner = inner
        self._url = workspace_url
        self._fault = fault

    async def send(self, outgoing: Outgoing) -> Sent:
        if outgoing.settings["url"] == self._url:
            raise self._fault
        sent: Sent = await self._inner.send(outgoing)
        return sent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Tells(Breaks):
    """One that refuses, with a detail of its own."""

    def __init__(self, inner: Any, workspace_url: str, detail: str) -> None:
        super().__init__(inner, workspace_url, ValueError())
        self._detail = detail

    async def send(self, outgoing: Outgoing) -> Sent:
        if outgoing.settings["url"] == self._url:
            return Sent(ok=False, detail=self._detail)
        return await super().send(outgoing)


@pytest.mark.parametrize(
    "fault", [ZeroDivisionError("a fault"), Unavailable("What it needs is away.")], ids=type
)
async def test_an_outlet_that_breaks_is_tried_again_and_then_given_up(
    program: Program, outbound: Outbound, fault: Exception
) -> None:
    outlets: Any = program.running.line.outlets
    inner = outlets["callback"]
    outlets["callback"] = Breaks(inner, outbound.receiver.url("/replies"), fault)
    try:
        await outbound.say("jo", "one")
        for tries in range(1, 1 + len(SCHEDULE_S)):
            await outbound.tried(tries)
            await outbound.due()
        await outbound.in_state("failed")
    finally:
        outlets["callback"] = inner
    told = fault.message if isinstance(fault, Unavailable) else type(fault).__name__
    assert (await outbound.rows())[0]["detail"] == f"it broke here: {told}"
    await outbound.say("jo", "two")
    await outbound.in_state("failed", "sent")


async def test_a_delivery_under_which_every_sender_died_is_given_up(outbound: Outbound) -> None:
    await outbound.put("jo", "one")
    await outbound.put("jo", "two")
    await outbound.desk.program.execute(
        "UPDATE deliveries SET tries = $2 WHERE workspace_id = $1 AND seq = (SELECT min(seq) FROM deliveries "
        "WHERE workspace_id = $1)",
        outbound.desk.workspace,
        1 + len(SCHEDULE_S),
    )
    await outbound.due()
    await outbound.in_state("failed", "sent")
    assert outbound.told() == ["two"]


async def test_a_detail_that_no_text_of_the_database_can_hold_is_kept_without_it(
    program: Program, outbound: Outbound
) -> None:
    outlets: Any = program.running.line.outlets
    inner = outlets["callback"]
    outlets["callback"] = Tells(inner, outbound.receiver.url("/replies"), "no\0 \ud800thanks")
    try:
        await outbound.say("jo", "one")
        await outbound.in_state("failed")
    finally:
        outlets["callback"] = inner
    assert (await outbound.rows())[0]["detail"] == "no ?thanks"


async def test_a_slow_receiver_does_not_hold_up_the_sweep_of_others(
    program: Program, outbound: Outbound
) -> None:
    go, answer = held()
    async with FaultServer() as slow:
        slow.answers(answer)
        other = await program.desk()
        stuck = Outbound(other, slow, await other.channel("callback", {"url": slow.url("/")}))
        await stuck.say("so", "one")
        await outbound.say("jo", "one")
        await slow.asked(1)
        await outbound.in_state("sent")
        lost = """UPDATE deliveries SET status = 'sending', claim_token = 'dead', finished_at = NULL,
                      claimed_until = now() - interval '1 s', due_at = now() - $2 * interval '1 hour'
                  WHERE workspace_id = $1"""
        await program.execute(lost, other.workspace, 2)
        await program.execute(lost, outbound.desk.workspace, 1)
        await outbound.in_state("sent")
        go.set()
        await stuck.in_state("sent")
        await program.execute("DELETE FROM deliveries WHERE workspace_id = $1", other.workspace)


async def test_a_delivery_of_a_plug_in_that_is_not_loaded_waits_for_it_and_costs_no_try(
    program: Program, outbound: Outbound
) -> None:
    outlets: Any = program.running.line.outlets
    inner = outlets.pop("callback")
    try:
        for _ in range(len(SCHEDULE_S) + 2):
            await outbound.put("jo", "one")
            await outbound.due()
            await until(lambda: later(outbound))
        assert [(row["tries"], row["detail"]) for row in (await outbound.rows())[:1]] == [
            (0, "the plug-in is not loaded")
        ]
    finally:
        outlets["callback"] = inner
    await outbound.due()
    await outbound.in_state(*["sent"] * (len(SCHEDULE_S) + 2))


async def test_a_delivery_to_a_target_that_was_removed_is_given_up(outbound: Outbound) -> None:
    await outbound.put("jo", "one", target="ch_removed")
    await outbound.due()
    await outbound.in_state("failed")
    assert (await outbound.rows())[0]["detail"] == "the target was removed"


async def test_lanes_that_found_no_place_are_sent_as_soon_as_one_is_free(outbound: Outbound) -> None:
    go, answer = held()
    outbound.receiver.answers(*[answer] * FIRST_ROOM, Answer())
    for number in range(FIRST_ROOM + 3):
        await outbound.say(f"jo {number}", "one")
    await outbound.receiver.asked(FIRST_ROOM)
    await outbound.in_state(*["sending"] * FIRST_ROOM, *["waiting"] * 3)
    assert len(outbound.receiver.received) == FIRST_ROOM
    go.set()
    await outbound.in_state(*["sent"] * (FIRST_ROOM + 3))


async def test_a_long_lane_lets_others_of_its_target_have_their_turn(outbound: Outbound) -> None:
    """All of them leave, each lane in its order."""
    for number in range(FIRST_ROOM + 1):
        for text in range(2 * IN_A_ROW + 1):
            await outbound.put(f"jo {number}", f"{number} {text}")
    for number in range(FIRST_ROOM + 1):
        lane = Lane(outbound.desk.workspace, f"{outbound.channel_id}:jo {number}")
        outbound.desk.program.running.delivering.work(lane)
    await outbound.in_state(*["sent"] * (FIRST_ROOM + 1) * (2 * IN_A_ROW + 1))
    arrived = [text.split() for text in outbound.told()]
    for number in range(FIRST_ROOM + 1):
        order = [int(text) for lane, text in arrived if lane == str(number)]
        assert order == list(range(2 * IN_A_ROW + 1))
    last = str(FIRST_ROOM)
    assert [lane for lane, _ in arrived].index(last) < (FIRST_ROOM + 1) * IN_A_ROW


async def test_a_stop_finishes_the_delivery_at_hand_and_begins_no_other(outbound: Outbound) -> None:
    go, answer = held()
    outbound.receiver.answers(answer)
    for text in ("one", "two"):
        await outbound.put("jo", text)
    async with outbound.other_process():
        await outbound.receiver.asked(1)
        asyncio.get_running_loop().call_later(0.2, go.set)
    assert [row["status"] for row in await outbound.rows()] == ["sent", "waiting"]
    await outbound.due()
    await outbound.in_state("sent", "sent")


async def test_a_stop_does_not_wait_for_a_receiver_that_hangs(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "FINISH_S", 0.2)
    _, answer = held()
    outbound.receiver.answers(answer, Answer())
    await outbound.put("jo", "one")
    async with outbound.other_process():
        await outbound.receiver.asked(1)
        started = time.monotonic()
    assert time.monotonic() - started < 20
    # What was cut off goes out at once elsewhere, without waiting for its claim to run out, and cost no try.
    await outbound.in_state("sent", within_s=CLAIM_S / 3)
    assert outbound.told() == ["one", "one"]
    assert (await outbound.rows())[0]["tries"] == 1


async def test_a_database_that_is_away_for_the_settings_costs_no_try(outbound: Outbound) -> None:
    await outbound.put("jo", "one")
    await outbound.attempt_with_settings(Unavailable("The database is away."))
    assert await outbound.outcome() == ("waiting", 0, "the database was away")
    await outbound.due()
    await outbound.in_state("sent")


async def test_settings_that_cannot_be_read_are_a_failed_try(outbound: Outbound) -> None:
    sealed = """INSERT INTO secrets (workspace_id, id, owner_id, name, key_id, sealed)
        VALUES ($1, $2, $3, 'token', 'another', '')"""
    desk = outbound.desk
    await desk.program.execute(sealed, desk.workspace, mint("sec"), outbound.channel_id)
    await outbound.put("jo", "one")
    for tries in range(1, 1 + len(SCHEDULE_S)):
        await outbound.due()
        await outbound.tried(tries)
        assert "sealed under another master key" in (await outbound.rows())[0]["detail"]
    await outbound.due()
    await outbound.in_state("failed")
    assert outbound.told() == []


async def later(outbound: Outbound) -> bool:
    row = (await outbound.rows())[0]
    return bool(row["due_at"] > row["created_at"] and row["detail"])


async def all_tried(outbound: Outbound) -> bool:
    return all(row["tries"] == 1 and row["status"] == "waiting" for row in await outbound.rows())
