"""What the bot was to say later is never said once people have the conversation; colleagues see what it was."""

from typing import Any

import pytest
from tests.desk.people import Person, conversation_of, person, said, team
from tests.doubles.http_server import Answer, FaultServer
from tests.plugins.channels.external.conftest import set_up
from tests.program import Desk, Program, until
from tests.turn.slow_bot import slow_bot

BOT = slow_bot(
    "10s",
    """  person:
    trigger: {patterns: [person]}
    steps:
      - say: {text: A colleague comes., delay: 10s}
      - handoff: {team: Human}
""",
)


@pytest.fixture
async def desk(program: Program, receiver: FaultServer) -> Desk:
    receiver.answers(Answer(200, b"success"))
    desk = await program.desk(BOT)
    await desk.channel("callback", {"url": receiver.url("/replies")})
    return desk


async def _write(desk: Desk, text: str = "go") -> str:
    body = {"sender": "jhon", "message": text}
    answer = await desk.program.client.post(f"{desk.path}/webhooks/callback/webhook", json=body)
    assert answer.status == 200, answer.body
    await _hold_back(desk)
    return await conversation_of(desk, "jhon")


async def _hold_back(desk: Desk) -> None:
    """What is to be sent later is not due while this test runs, however slow that is."""
    await desk.program.execute(
        """UPDATE deliveries SET due_at = due_at + interval '1 hour'
           WHERE workspace_id = $1 AND status = 'waiting' AND due_at > now()""",
        desk.workspace,
    )


async def _states(desk: Desk) -> list[tuple[str, int]]:
    return [(row["status"], row["tries"]) for row in await desk.rows("deliveries", "seq")]


async def _sent(desk: Desk, count: int) -> None:
    """As soon as so many have left."""

    async def there() -> bool:
        return [status for status, _ in await _states(desk)].count("sent") >= count

    await until(there)


@pytest.mark.parametrize("act", ["take", "assign", "queue", "answer", "close"])
async def test_what_waits_when_people_take_over_never_reaches_the_customer(
    desk: Desk, receiver: FaultServer, ann: Person, bob: Person, act: str
) -> None:
    conversation = await _write(desk)
    await _sent(desk, 1)
    match act:
        case "take":
            await ann.act(conversation, "take")
        case "assign":
            await ann.act(conversation, "assign", {"assignee_id": bob.id})
        case "queue":
            await ann.act(conversation, "assign", {})
        case "answer":
            await ann.write(conversation, "I am here.")
        case "close":
            await ann.act(conversation, "close", {"outcome": "solved"})
    assert (await _states(desk))[:3] == [("sent", 1), ("failed", 0), ("failed", 0)]
    lines = await ann.lines(conversation)
    assert said(lines)[:4] == [
        ("contact", "go"),
        ("bot", "one"),
        ("event", "not_sent"),
        ("event", "not_sent"),
    ]
    strips = [line["event"] for line in lines[2:4]]
    after = {"queue": "queued", "close": "closed"}.get(act, "human")
    assert [(one["text"], one["from"], one["to"]) for one in strips] == [
        ("two", "bot", after),
        ("three", "bot", after),
    ]
    assert [line["parts"] for line in lines[2:4]] == [[], []]
    assert lines[2]["delivery"]["state"] == "failed"
    assert lines[1]["delivery"]["state"] == "sent"
    if act == "answer":
        await _sent(desk, 2)
        assert [post.json()["text"] for post in receiver.received] == ["one", "I am here."]


async def test_the_list_shows_what_the_customer_did_get(desk: Desk, ann: Person) -> None:
    conversation = await _write(desk)
    assert (await ann.read(conversation))["last_message"]["preview"] == "three"
    await ann.act(conversation, "take")
    found = await ann.read(conversation)
    assert (found["last_message"]["preview"], found["last_message"]["author"]) == ("one", "bot")
    await ann.act(conversation, "hand-back")
    await _write(desk, "person")
    await ann.act(conversation, "take")
    found = await ann.read(conversation)
    assert (found["last_message"]["preview"], found["last_message"]["author"]) == ("person", "contact")
    assert found["waiting_since"] is not None


async def test_what_the_bot_says_as_it_hands_over_is_said_until_somebody_answers(
    desk: Desk, receiver: FaultServer, boss: Person
) -> None:
    ann = await person(desk)
    await team(boss, members=[ann], rule="round_robin")
    conversation = await _write(desk, "person")

    async def given() -> Any:
        return (await ann.read(conversation))["assignee"]

    await until(given)
    assert await _states(desk) == [("waiting", 0)]
    await ann.write(conversation, "Hello!")
    await _sent(desk, 1)
    assert await _states(desk) == [("failed", 0), ("sent", 1)]
    assert [post.json()["text"] for post in receiver.received] == ["Hello!"]
    assert ("event", "not_sent") in said(await ann.lines(conversation))


async def test_an_integration_that_carries_the_lines_is_told_of_none_of_them(
    program: Program, receiver: FaultServer
) -> None:
    messenger = await set_up(await program.desk(BOT), receiver)
    ann = await person(messenger.desk)
    thread = await messenger.thread("7", "go")
    await _hold_back(messenger.desk)
    await messenger.told(2)
    await ann.write(thread["_id"], "I am here.")
    hooks = await messenger.told(3)
    assert [hook["message_text"] for hook in hooks] == ["go", "one", "I am here."]
    kinds = said(await ann.lines(thread["_id"]))
    assert [kind for _, kind in kinds].count("not_sent") == 2
    place = f"/integrations/{messenger.integration_id}/deliveries?status=failed"
    failed = (await messenger.api("GET", place)).json()["data"]
    assert [(one["tries"], one["detail"]) for one in failed] == [(0, "people took over")] * 2


async def test_an_integration_that_listens_beside_the_channel_is_told_of_none_of_them(
    desk: Desk, receiver: FaultServer
) -> None:
    messenger = await set_up(await desk.program.desk(BOT), receiver)
    theirs = messenger.desk
    channel = await theirs.channel("callback", {"url": receiver.url("/replies")})
    task = await _task_of(messenger, channel)
    change = {"integration_id": messenger.integration_id}
    changed = await messenger.api("PATCH", f"/tasks/{task}", json=change, headers={"If-Match": "*"})
    assert changed.status == 200, changed.body
    theirs.program.forget_entrances()
    ann = await person(theirs)
    conversation = await _write(theirs)
    await _sent(theirs, 3)
    await ann.write(conversation, "I am here.")
    await _sent(theirs, 5)
    posted: list[tuple[str, Any]] = [(one.target, one.json()) for one in receiver.received]
    hooks = [body["message_text"] for target, body in posted if target == "/hook"]
    replies = [body["text"] for target, body in posted if target == "/replies"]
    assert (hooks, replies) == (["go", "one", "I am here."], ["one", "I am here."])
    line = (await ann.lines(conversation))[2]
    assert (line["event"]["kind"], line["delivery"]["state"]) == ("not_sent", "failed")


async def _task_of(messenger: Any, channel: str) -> str:
    tasks = (await messenger.api("GET", "/tasks")).json()["data"]
    return str(next(one["id"] for one in tasks if one["channel"]["id"] == channel))


async def test_what_a_caller_has_fetched_already_was_said(program: Program, receiver: FaultServer) -> None:
    """The wire that answers at once has given all of it, delay or not; the webhook tells of it later."""
    messenger = await set_up(await program.desk(BOT), receiver)
    desk = messenger.desk
    task = await _task_of(messenger, desk.channel_id)
    change = {"integration_id": messenger.integration_id}
    changed = await messenger.api("PATCH", f"/tasks/{task}", json=change, headers={"If-Match": "*"})
    assert changed.status == 200, changed.body
    program.forget_entrances()
    ann = await person(desk)
    assert await desk.say("jo", "go") == ["one", "two", "three"]
    await _hold_back(desk)
    conversation = await conversation_of(desk, "jo")
    await ann.act(conversation, "take")
    assert [author for author, _ in said(await ann.lines(conversation))][:4] == [
        "contact",
        "bot",
        "bot",
        "bot",
    ]
    assert "failed" not in [status for status, _ in await _states(desk)]
