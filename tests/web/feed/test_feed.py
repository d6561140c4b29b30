"""What happens in a workspace is on its streams: at once, in order, from every process, and to nobody else."""

from tests.doubles.sse_client import Feed, listening
from tests.program import Desk, Program
from tests.web.feed.conftest import key_of


async def texts(feed: Feed, count: int) -> list[tuple[str, str]]:
    """Author and text of the next messages."""
    messages = [(await feed.next("message")).data["message"] for _ in range(count)]
    return [(message["author"], message["parts"][0]["text"]) for message in messages]


async def test_a_message_is_on_an_open_stream_with_its_answer(desk: Desk) -> None:
    async with listening(desk.program.client.base_url, await key_of(desk)) as feed:
        [answer] = await desk.say("jo", "hi")
        assert await texts(feed, 2) == [("contact", "hi"), ("bot", answer)]
        row = await feed.next("conversation")
    [conversation] = await desk.rows("conversations")
    assert row.data["conversation_id"] == conversation["id"]
    assert row.data["conversation"]["owner"] == "bot"
    assert row.data["conversation"]["version"] == conversation["version"]


async def test_a_commit_of_one_process_is_on_the_stream_of_another(desk: Desk, second: Program) -> None:
    async with listening(second.client.base_url, await key_of(desk)) as feed:
        [answer] = await desk.say("jo", "hi")
        assert await texts(feed, 2) == [("contact", "hi"), ("bot", answer)]
