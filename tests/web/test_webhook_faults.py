"""What webhooks do when receivers do not: at least once, in order, nobody held up, switched off when it is time."""

import json
from collections import Counter

import pytest
from tests.doubles.http_server import Answer as Given
from tests.doubles.http_server import FaultServer, Received
from tests.doubles.mail_server import MailServer
from tests.program import Program, until
from tests.web.people import make_account
from tests.web.webhooks import Hooked

from frontdesk.store import audit, webhooks
from frontdesk.turn.deliver import SCHEDULE_S, Delivering
from frontdesk.turn.endpoints import ASIDE_S
from frontdesk.turn.targets import Lane

SENDER_DIED = """UPDATE deliveries SET claim_token = 'dead', claimed_until = now() - interval '1 s'
    WHERE workspace_id = $1 AND status = 'sending'"""
LONG_AGO = (
    "UPDATE webhooks SET failing_since = failing_since - interval '{days} days' WHERE workspace_id = $1"
)


async def off(hooked: Hooked, hook: dict[str, str]) -> str:
    """What switched it off; empty while it is on."""
    return str((await hooked.api("GET", f"/{hook['id']}")).json()["disabled_because"])


@pytest.mark.parametrize(
    "answer",
    [
        Given(status=301, headers=(("location", "http://127.0.0.1:1/"),)),
        Given(status=500, body=b"no"),
        Given(reset=True),
        Given(hang_up=True),
        Given(raw=b"nonsense\r\n\r\n"),
        Given(status=200, body=b"x" * 10, cut_after=3),
    ],
    ids=["redirect", "500", "reset", "hang-up", "nonsense", "cut"],
)
async def test_what_fails_comes_again_with_the_same_id_and_bytes(hooked: Hooked, answer: Given) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.answers(answer, Given())
    await hooked.desk.say("jo", "hi")
    await hooked.tried(hook, 1)
    await hooked.due()
    (row,) = await hooked.in_state(hook, "sent")
    first, second = hooked.receiver.received
    assert (first.body, first.target) == (second.body, second.target)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == row["id"]
    attempts = (await hooked.whole(hook, row))["attempts"]
    assert [attempt["ok"] for attempt in attempts] == [False, True]


async def test_of_a_huge_answer_the_first_20_kb_are_kept(hooked: Hooked) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.answers(Given(body=b"y" * 10_000, repeat=2_000))
    await hooked.desk.say("jo", "hi")
    (row,) = await hooked.in_state(hook, "sent")
    (attempt,) = (await hooked.whole(hook, row))["attempts"]
    assert attempt["answer"] == "y" * 20_000


async def test_a_sender_that_died_before_it_noted_sends_the_same_again(hooked: Hooked) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.answers(Given(silent=True), Given())
    await hooked.desk.say("jo", "hi")
    await hooked.asked(1)
    await hooked.desk.program.execute(SENDER_DIED, hooked.desk.workspace)
    line = hooked.desk.program.running.line
    lane = (await hooked.desk.rows("deliveries"))[0]["lane"]
    async with Delivering(line) as other:
        other.work(Lane(hooked.desk.workspace, lane))
        await hooked.in_state(hook, "sent")
    first, second = hooked.receiver.received
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])


async def test_after_four_tries_it_steps_aside_and_is_tried_for_three_days(hooked: Hooked) -> None:
    hook = await hooked.made("message.created")
    seen: list[str] = []

    def answer(request: Received) -> Given:
        seq = json.loads(request.body)["data"]["seq"]
        seen.append(str(seq))
        return Given(status=500 if seq == 1 else 200)

    hooked.receiver.made = answer
    await hooked.desk.say("jo", "hi")
    for count in range(1, 1 + len(SCHEDULE_S)):
        await hooked.tried(hook, count)
        assert "2" not in seen
        await hooked.due()
    await hooked.in_state(hook, "waiting", "sent")
    for count in range(2 + len(SCHEDULE_S), 1 + len(SCHEDULE_S) + len(ASIDE_S) + 1):
        await hooked.due()
        await hooked.tried(hook, count)
    await hooked.due()
    rows = await hooked.in_state(hook, "failed", "sent")
    assert rows[0]["tries"] == seen.count("1") == 10
    assert sum(SCHEDULE_S + ASIDE_S) == pytest.approx(76 * 3600, rel=0.03)


async def test_410_switches_off_at_once_and_what_waits_is_given_up(hooked: Hooked) -> None:
    hook = await hooked.made("message.created")
    hooked.receiver.answers(Given(status=410, body=b"gone"), Given())
    await hooked.desk.say("jo", "hi")
    await hooked.in_state(hook, "failed", "failed")
    assert await off(hooked, hook) == "gone"
    assert len(hooked.receiver.received) == 1
    await hooked.desk.say("jo", "hi")
    assert len(await hooked.log(hook)) == 2
    assert (
        await hooked.api("POST", f"/{hook['id']}/replay", {"since": "2026-01-01T00:00:00Z"})
    ).status == 422
    read = await hooked.api("PATCH", f"/{hook['id']}", {"enabled": True}, match="*")
    assert read.json()["disabled_because"] == ""


async def fail(hooked: Hooked, sender: str) -> None:
    before = len(hooked.receiver.received)
    await hooked.desk.say(sender, "hi")
    await hooked.asked(before + 1)


async def test_five_days_of_nothing_but_failures_switch_off(hooked: Hooked) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.answers(Given(status=500, body=b"still no"))
    for number, sender in enumerate("abc"):
        await fail(hooked, sender)
        await hooked.tried(hook, 1, number)
    assert await off(hooked, hook) == ""
    await hooked.desk.program.execute(LONG_AGO.format(days=6), hooked.desk.workspace)
    await fail(hooked, "d")

    async def switched_off() -> bool:
        return await off(hooked, hook) == "failing"

    await until(switched_off)
    found = (await hooked.api("GET", f"/{hook['id']}")).json()
    assert "still no" in found["disabled_detail"]
    await hooked.in_state(hook, *["failed"] * 4)


async def test_a_success_in_between_begins_the_five_days_anew(hooked: Hooked) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.answers(*[Given(status=500)] * 3, Given(), Given(status=500))
    for number, sender in enumerate("abc"):
        await fail(hooked, sender)
        await hooked.tried(hook, 1, number)
    await hooked.desk.program.execute(LONG_AGO.format(days=4), hooked.desk.workspace)
    await fail(hooked, "d")
    await hooked.in_state(hook, "waiting", "waiting", "waiting", "sent")
    assert (await hooked.api("GET", f"/{hook['id']}")).json()["failing_since"] is None
    await hooked.desk.program.execute(LONG_AGO.format(days=2), hooked.desk.workspace)
    await fail(hooked, "e")
    await hooked.tried(hook, 1, 4)
    assert await off(hooked, hook) == ""


@pytest.mark.parametrize("because", ["gone", "failing"])
async def test_administrators_are_told_by_mail_and_the_audit_log_has_it(hooked: Hooked, because: str) -> None:
    desk, store = hooked.desk, hooked.desk.program.running.store
    people = {
        role: await make_account(store, desk.workspace, role=role) for role in ("owner", "admin", "operator")
    }
    away = await make_account(store, desk.workspace, role="admin")
    await desk.program.execute(
        "UPDATE accounts SET status = 'disabled' WHERE workspace_id = $1 AND id = $2", desk.workspace, away.id
    )
    async with MailServer() as mail:
        given = {
            "host": "127.0.0.1",
            "port": mail.port,
            "encryption": "none",
            "from_address": "d@example.com",
        }
        answer = await desk.program.client.send(
            "PATCH",
            "/api/v1/settings/mail",
            key=hooked.key,
            json={"settings": given},
            headers={"If-Match": "*"},
        )
        assert answer.status == 200, answer.body
        hook = await hooked.made("conversation.created", description="Our CRM")
        hooked.receiver.answers(Given(status=410 if because == "gone" else 500, body=b"no more"))
        if because == "failing":
            for number, sender in enumerate("abc"):
                await fail(hooked, sender)
                await hooked.tried(hook, 1, number)
            assert mail.received == []
            await desk.program.execute(LONG_AGO.format(days=6), desk.workspace)
        await fail(hooked, "d")

        async def told() -> bool:
            return len(mail.received) >= 2

        await until(told)
    assert await off(hooked, hook) == because
    to = {each.recipients[0] for each in mail.received}
    assert to == {people["owner"].email, people["admin"].email}
    for each in mail.received:
        assert "Our CRM" in str(each.message["subject"])
        assert f"/panel/settings/webhooks/{hook['id']}" in each.text()
    (entry,) = [row for row in await desk.rows("audit") if row["action"] == "webhook.switched_off"]
    assert (entry["actor"], entry["target"], entry["ip"]) == ("program", hook["id"], None)
    assert json.loads(entry["after"])["because"] == because
    assert (await audit.verify(desk.workspace, store)).broken is None


@pytest.mark.parametrize(
    ("asked", "least_s", "most_s"),
    [("1", 4.5, 5.5), ("7", 6.5, 7.5), ("86400", 9, 11.5), ("nonsense", 4.5, 5.5)],
)
async def test_retry_after_counts_between_one_and_two_waits(
    hooked: Hooked, asked: str, least_s: float, most_s: float
) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.answers(Given(status=429, headers=(("retry-after", asked),)), Given())
    await hooked.desk.say("jo", "hi")
    await hooked.tried(hook, 1)
    (row,) = await hooked.desk.program.query(
        """SELECT extract(epoch FROM d.due_at - a.at)::float AS wait_s
           FROM deliveries d JOIN webhook_attempts a ON a.workspace_id = d.workspace_id AND a.delivery_id = d.id
           WHERE d.workspace_id = $1""",
        hooked.desk.workspace,
    )
    # Both moments are the database's, of one transaction.
    assert least_s <= row["wait_s"] <= most_s


async def test_a_redirect_inwards_reaches_nobody(hooked: Hooked) -> None:
    async with FaultServer() as canary:
        for status in (301, 302, 303, 307, 308):
            hook = await hooked.made("conversation.created")
            hooked.receiver.answers(Given(status=status, headers=(("location", canary.url("/inside")),)))
            tried = (await hooked.api("POST", f"/{hook['id']}/test", {})).json()
            assert (tried["ok"], tried["status"]) == (False, status)
        assert canary.connections == 0
        # The control: the canary would have noticed, had anybody come.
        direct = await hooked.made("conversation.created", url=canary.url("/inside"))
        assert (await hooked.api("POST", f"/{direct['id']}/test", {})).json()["ok"]
        assert canary.connections == 1


async def test_receivers_that_answer_a_byte_at_a_time_hold_up_no_other(hooked: Hooked) -> None:
    async with FaultServer() as dripping:
        dripping.answers(Given(body=b"x" * 1_000, drip_s=1.0))
        slow = await hooked.made("conversation.created", url=dripping.url("/"))
        alive = await hooked.made("conversation.created")
        for number in range(20):
            await hooked.desk.say(f"jo {number}", "hi")
        await hooked.in_state(alive, *["sent"] * 20)
        # The control: the slow ones are still at it, or were given up for now, none of them has arrived.
        assert {row["status"] for row in await hooked.log(slow)} <= {"sending", "waiting"}
        assert dripping.received


async def test_a_dead_endpoint_holds_up_no_other(hooked: Hooked) -> None:
    async with FaultServer() as dead:
        dead.answers(Given(silent=True))
        await hooked.made("conversation.created", url=dead.url("/"))
        alive = await hooked.made("conversation.created")
        for number in range(30):
            await hooked.desk.say(f"jo {number}", "hi")
        await hooked.in_state(alive, *["sent"] * 30)


async def test_order_holds_within_each_conversation(hooked: Hooked) -> None:
    hook = await hooked.made("message.created")
    tried: Counter[str] = Counter()

    def answer(request: Received) -> Given:
        """Every other delivery arrives at its third try, while it still holds up its lane."""
        post = request.headers["webhook-id"]
        tried[post] += 1
        return Given(status=503 if tried[post] < 3 and len(tried) % 2 else 200)

    hooked.receiver.made = answer
    for _ in range(3):
        for sender in "abcd":
            await hooked.desk.say(sender, "hi")

    async def all_sent() -> bool:
        await hooked.due()
        return all(row["status"] == "sent" for row in await hooked.log(hook))

    await until(all_sent)
    seen: dict[str, list[int]] = {}
    for one in hooked.told():
        data = one["data"]
        seen.setdefault(data["conversation_id"], []).append(data["seq"])
    for seqs in seen.values():
        assert seqs == sorted(seqs)
        assert set(seqs) == set(range(1, 7))


async def test_what_waits_for_one_endpoint_is_bounded(hooked: Hooked, program: Program) -> None:
    hook = await hooked.made("message.created")
    hooked.receiver.answers(Given(status=500), Given())
    await hooked.desk.say("jo", "hi")
    await hooked.tried(hook, 1)
    later = "UPDATE deliveries SET due_at = now() + interval '1 hour' WHERE workspace_id = $1 AND status <> 'sent'"
    await program.execute(later, hooked.desk.workspace)
    for sender in ("mo", "al", "bo"):
        await webhooks.hold_back(program.running.store, most=2)
        await hooked.desk.say(sender, "hi")
        states = [row["status"] for row in await hooked.log(hook)]
        # The program looks as well, every ten seconds and by its own bound.
        if states[-2:] == ["failed", "failed"]:
            break
    # What came while the program's own bound held was taken, and may be sent by now.
    assert (states[-2:], "failed" in states[:-2]) == (["failed", "failed"], False)
    await hooked.due()
    await hooked.in_state(hook, *["sent"] * (len(states) - 2), "failed", "failed")
    await webhooks.hold_back(program.running.store, most=2)
    assert not (await hooked.api("GET", f"/{hook['id']}")).json()["held"]


async def test_what_is_to_be_signed_is_never_posted_without(hooked: Hooked) -> None:
    client, desk = hooked.desk.program.client, hooked.desk
    body = {"type": "another", "name": "Hooks", "settings": {"webhook_url": hooked.receiver.url("/hook")}}
    made = (await client.send("POST", "/api/v1/integrations", json=body, key=hooked.key)).json()
    again = f"/api/v1/integrations/{made['id']}/test"
    assert (await client.send("POST", again, json={}, key=hooked.key)).json()["ok"]
    heard = len(hooked.receiver.received)
    another = "UPDATE secrets SET sealed = sealed || '\\x00' WHERE workspace_id = $1 AND owner_id = $2"
    await desk.program.execute(another, desk.workspace, made["id"])
    answer = await client.send("POST", again, json={}, key=hooked.key)
    assert not answer.json().get("ok"), answer.body
    assert len(hooked.receiver.received) == heard
