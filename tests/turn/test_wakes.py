"""A conversation goes on by itself when its moment has come: once, whoever finds it, and whoever dies meanwhile."""

import asyncio
import json

from tests.doubles.http_server import Answer, FaultServer
from tests.program import Desk, Program, until
from tests.turn.conftest import conversation, handled, said

from frontdesk.core.action import Elapsed
from frontdesk.core.ids import InboundId
from frontdesk.store import lanes, wakes
from frontdesk.store.connect import json_text
from frontdesk.store.ids import mint
from frontdesk.store.outcomes import Received

WAITING_BOT = {
    "bot.yaml": """format: assistant/v1
assistant: {id: waiting, name: Waiting, language: en}
slots: {name: {}}
flows:
  later:
    trigger: {patterns: [later]}
    steps: [{say: One moment.}, {wait: 1h}, {say: Here I am again.}]
  ask:
    trigger: {patterns: [ask]}
    steps:
      - ask: What is your name?
        slot: name
        no_reply: {after: 1h, say: Are you still there?}
      - say: "Hello {{ slots.name }}!"
  person: {trigger: {patterns: [person]}, steps: [{handoff: Human}]}
  bye: {trigger: {patterns: [bye]}, steps: [{say: Bye.}, {close: true}]}
  note: {trigger: {patterns: [note]}, steps: [{note: A regular.}, {rate: How was it?}, {say: Thanks.}]}
""",
}


async def waiting(program: Program) -> Desk:
    return await program.desk(WAITING_BOT)


async def comes(desk: Desk) -> None:
    """Let the time come that conversations of this desk wait for."""
    await desk.program.execute(
        """UPDATE conversations
           SET state = regexp_replace(state::text, '"wake_at": [0-9.]+', '"wake_at": 1000', 'g')::jsonb
           WHERE workspace_id = $1""",
        desk.workspace,
    )


async def sweep(program: Program) -> None:
    await program.running.lanes.sweep()


async def test_a_pause_ends_by_itself(program: Program) -> None:
    desk = await waiting(program)
    assert await desk.say("jhon", "later") == ["One moment."]
    await sweep(program)
    assert len(await desk.rows("inbound")) == 1
    await comes(desk)
    await sweep(program)
    await handled(desk, 2)
    assert await said(desk) == [("contact", "later"), ("bot", "One moment."), ("bot", "Here I am again.")]
    assert (await conversation(desk, "jhon"))["wake_at"] is None


async def test_two_programs_that_find_it_again_and_again_wake_it_once(
    program: Program, second: Program
) -> None:
    desk = await waiting(program)
    await desk.say("jhon", "later")
    await comes(desk)
    await asyncio.gather(*(sweep(each) for each in (program, second, program, second)))
    await handled(desk, 2)
    await asyncio.gather(sweep(program), sweep(second))
    assert len(await desk.rows("inbound")) == 2
    assert [text for author, text in await said(desk) if author == "bot"] == [
        "One moment.",
        "Here I am again.",
    ]


async def test_who_dies_between_waking_and_going_on_leaves_it_to_another(program: Program) -> None:
    desk = await waiting(program)
    await desk.say("jhon", "later")
    await comes(desk)
    store = program.running.store
    (found,) = [each for each in await wakes.due(store) if each.workspace == desk.workspace]
    # As a program does that is killed right behind it.
    moment = Received(InboundId(mint("in")), found.channel_id, json_text(Elapsed()), found.provider_id)
    await lanes.join(found.workspace, store, found.conversation_id, moment)
    assert [each for each in await wakes.due(store) if each.workspace == desk.workspace] == []
    await program.execute(
        "UPDATE inbound SET received_at = now() - interval '1 minute' WHERE workspace_id = $1", desk.workspace
    )
    await sweep(program)
    await handled(desk, 2)
    assert [text for author, text in await said(desk) if author == "bot"] == [
        "One moment.",
        "Here I am again.",
    ]


async def test_a_question_without_an_answer_is_asked_about_once(program: Program) -> None:
    desk = await waiting(program)
    await desk.say("jhon", "ask")
    await comes(desk)
    await sweep(program)
    await handled(desk, 2)
    assert (await said(desk))[-1] == ("bot", "Are you still there?")
    await comes(desk)
    await sweep(program)
    assert len(await desk.rows("inbound")) == 2
    assert await desk.say("jhon", "Fred") == ["Hello Fred!"]


async def test_an_answer_in_time_leaves_nothing_to_wake(program: Program) -> None:
    desk = await waiting(program)
    await desk.say("jhon", "ask")
    assert (await conversation(desk, "jhon"))["wake_at"] is not None
    await desk.say("jhon", "Fred")
    assert (await conversation(desk, "jhon"))["wake_at"] is None


async def test_what_comes_by_itself_is_delivered_where_messages_are(program: Program) -> None:
    async with FaultServer() as receiver:
        receiver.answers(Answer(200, b"success"))
        desk = await waiting(program)
        await desk.channel("callback", {"url": receiver.url("/replies")})
        body = {"sender": "jhon", "message": "later"}
        await program.client.post(f"{desk.path}/webhooks/callback/webhook", json=body)
        await comes(desk)
        await sweep(program)

        async def both() -> bool:
            return len(receiver.received) >= 2

        await until(both)
        assert [json.loads(post.body)["text"] for post in receiver.received] == [
            "One moment.",
            "Here I am again.",
        ]


async def test_nobody_is_woken_while_people_answer(program: Program) -> None:
    desk = await waiting(program)
    await desk.say("jhon", "later")
    await desk.say("jhon", "person")
    await comes(desk)
    await sweep(program)
    assert len(await desk.rows("inbound")) == 2


async def test_a_bot_closes_a_conversation_and_the_next_message_opens_it(program: Program) -> None:
    desk = await waiting(program)
    assert await desk.say("jhon", "bye") == ["Bye."]
    assert (await conversation(desk, "jhon"))["owner"] == "closed"
    assert await desk.say("jhon", "ask") == ["What is your name?"]
    assert (await conversation(desk, "jhon"))["owner"] == "bot"


async def test_notes_stay_with_us_and_ratings_are_told(program: Program) -> None:
    desk = await waiting(program)
    await desk.say("jhon", "note")
    assert await desk.say("jhon", "4 of 5") == ["Thanks."]
    assert ("note", "A regular.") in await said(desk)
    (event,) = [row for row in await desk.rows("events", "seq") if row["type"] == "feedback.received"]
    data = json.loads(event["data"])
    assert (data["rating"], data["rating_max"]) == (4, 5)
