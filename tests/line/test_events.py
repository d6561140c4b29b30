"""What a turn writes down as having happened is what the catalogue of events promises."""

import msgspec
from tests.program import Program

from frontdesk.core.event import EVENTS, ConversationCreated, HandoffRequested, MessageCreated


async def test_every_event_of_a_conversation_reads_as_its_own_kind(program: Program) -> None:
    desk = await program.desk()
    for said in ("hello", "agent"):
        await desk.say("jhon", said)
    rows = await desk.rows("events", "seq")
    told = [msgspec.json.decode(row["data"], type=EVENTS[row["type"]].data) for row in rows]
    (created,) = [event for event in told if isinstance(event, ConversationCreated)]
    assert created.initial_message == "hello"
    assert created.conversation_id.startswith("conv_")
    assert created.visitor_id.startswith("vis_")
    # What follows is told by itself, when it comes to it: the place in the queue.
    messages = [event for event in told if isinstance(event, MessageCreated)][:4]
    assert [event.author for event in messages] == ["visitor", "bot", "visitor", "bot"]
    assert [event.seq for event in messages] == [1, 2, 3, 4]
    (asked,) = [event for event in told if isinstance(event, HandoffRequested)]
    assert (asked.team, asked.last_message) == ("Human", "agent")


async def test_a_note_is_told_to_nobody(program: Program) -> None:
    desk = await program.desk()
    await desk.say("jhon", "hello")
    await desk.say("jhon", "/restart")
    authors = [row["author"] for row in await desk.rows("messages", "seq")]
    assert "note" in authors
    kinds = [row["type"] for row in await desk.rows("events", "seq")]
    assert kinds.count("message.created") == len(authors) - authors.count("note")
