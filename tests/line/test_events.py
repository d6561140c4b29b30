"""What a turn writes down as having happened is what the catalogue of events promises."""

import msgspec
import pytest
from tests.program import Program

from frontdesk.core.event import EVENTS, ConversationCreated, HandoffRequested, MessageCreated

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)


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


@pytest.mark.parametrize(
    ("header", "passed_on", "browser", "device"),
    [
        (CHROME, None, "Chrome", "desktop"),
        ("node", None, "", ""),
        ("node", PHONE, "Safari", "mobile"),
        (CHROME, PHONE, "Safari", "mobile"),
        (CHROME, "x" * 100_000, "Chrome", "desktop"),
        (CHROME, 7, "Chrome", "desktop"),
        ("Mozilla/5.0 <script>alert(1)</script>", None, "Other", "other"),
    ],
)
async def test_the_beginning_tells_the_browser_and_the_device(
    program: Program, header: str, passed_on: object, browser: str, device: str
) -> None:
    """S004-174, S004-175."""
    desk = await program.desk()
    metadata = {} if passed_on is None else {"metadata": {"user_agent": passed_on}}
    for said in ("hello", "agent"):
        answer = await desk.post("jo", said, headers={"User-Agent": header}, **metadata)
        assert answer.status == 200, answer.body
    (begun,) = [row for row in await desk.rows("events", "seq") if row["type"] == "conversation.created"]
    told = msgspec.json.decode(begun["data"], type=ConversationCreated)
    assert (told.browser, told.device) == (browser, device)
    [conversation] = await desk.rows("conversations")
    key = await desk.key("api", "read:conversations")
    shown = (await program.client.get(f"/api/v1/conversations/{conversation['id']}", key=key)).json()
    assert (shown["browser"], shown["device"]) == (browser, device)


async def test_a_note_is_told_to_nobody(program: Program) -> None:
    desk = await program.desk()
    await desk.say("jhon", "hello")
    await desk.say("jhon", "/restart")
    authors = [row["author"] for row in await desk.rows("messages", "seq")]
    assert "note" in authors
    kinds = [row["type"] for row in await desk.rows("events", "seq")]
    assert kinds.count("message.created") == len(authors) - authors.count("note")
