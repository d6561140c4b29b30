"""The thin way of an inbox: list, open, take, answer, close; each over the wire, with the customer on the other side."""

from tests.desk.people import Person, conversation_of, said, waiting
from tests.doubles.http_server import Answer, FaultServer
from tests.program import Desk, until


async def test_a_hand_off_waits_in_the_queue_with_all_that_led_to_it(desk: Desk, ann: Person) -> None:
    await desk.say("jo", "my balance please")
    await desk.say("jo", "123456")
    conversation = await waiting(desk)
    (row,) = await ann.rows(view="queue")
    assert (row["id"], row["owner"], row["team"], row["subject"]) == (
        conversation,
        "queued",
        "Human",
        "my balance please",
    )
    assert row["last_message"]["preview"] == "Hold on while I transfer you to an agent."
    assert (row["last_message"]["author"], row["unread"]) == ("bot", 3)
    assert row["waiting_since"] is not None
    full = await ann.read(conversation)
    assert full["handoff"]["team"] == "Human"
    assert full["handoff"]["last_message"] == "human"
    assert full["handoff"]["share"] == ["transcript", "slots", "contact", "last_intent"]
    assert full["handoff"]["at"] is not None
    assert {"id": "account_balance", "name": "Account Balance"} in full["flows"]
    lines = said(await ann.lines(conversation))
    at = lines.index(("contact", "human"))
    assert lines[at + 1 : at + 3] == [
        ("bot", "Hold on while I transfer you to an agent."),
        ("event", "handoff"),
    ]


async def test_taken_answered_and_closed(desk: Desk, ann: Person) -> None:
    conversation = await waiting(desk)
    assert (await ann.act(conversation, "take"))["assignee"]["id"] == ann.id
    made = await ann.write(conversation, "Hello, I am Ann.", client_id="c1")
    assert (made["author"], made["sender"]["id"], made["client_id"]) == ("operator", ann.id, "c1")
    assert await desk.say("jo", "thank you") == []
    assert [row["id"] for row in await ann.rows(view="mine")] == [conversation]
    assert (await ann.read(conversation))["unread"] == 2
    closed = await ann.act(conversation, "close", {"outcome": "solved"})
    assert (closed["owner"], closed["outcome"]) == ("closed", "solved")
    assert await ann.rows(view="mine") == []
    lines = [line for line in said(await ann.lines(conversation)) if line != ("event", "queue_position")]
    assert lines == [
        ("contact", "human"),
        ("bot", "Hold on while I transfer you to an agent."),
        ("event", "handoff"),
        ("event", "taken"),
        ("operator", "Hello, I am Ann."),
        ("contact", "thank you"),
        ("event", "closed"),
        ("event", "rating_asked"),
    ]


async def test_what_people_write_goes_out_on_the_customers_channel(
    desk: Desk, ann: Person, receiver: FaultServer
) -> None:
    receiver.answers(Answer(200, b"success"))
    await desk.channel("callback", {"url": receiver.url("/replies")})
    url = f"{desk.path}/webhooks/callback/webhook"
    await desk.program.client.post(url, json={"sender": "jo", "message": "human"})
    conversation = await conversation_of(desk, "jo")
    made = await ann.write(conversation, "Hello, I am Ann.")
    assert made["delivery"]["state"] == "sending"

    async def delivered() -> bool:
        lines = await ann.lines(conversation)
        return [line["delivery"]["state"] for line in lines if line["id"] == made["id"]] == ["sent"]

    await until(delivered)
    assert receiver.received[-1].body == b'{"recipient_id":"jo","text":"Hello, I am Ann."}'
