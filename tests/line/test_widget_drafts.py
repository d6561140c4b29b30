"""What a model writes reaches the visitor of a site while it is written, from the very first message on."""

import aiohttp
import pytest
from tests.doubles.http_server import Answer
from tests.doubles.sse_client import Feed
from tests.line.test_streamed_answers import PIECES, READ, held
from tests.line.test_writing import ASKED, Kb, kb
from tests.plugins.llm import completions as wire

__all__ = ["kb"]


@pytest.fixture
async def base(kb: Kb) -> str:
    await kb.desk.channel("web", {})
    kb.desk.program.forget_entrances()
    return f"{kb.desk.program.client.base_url}/widget/{kb.desk.assistant_id}"


async def test_the_answer_to_the_first_message_comes_as_drafts_and_last_as_lines(kb: Kb, base: str) -> None:
    answer, go_on = held(wire.text([*PIECES]), "send them")
    kb.first.answers(answer)
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{base}/session") as begun:
            token = (await begun.json())["token"]
        headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
        body = {"id": "message-1", "text": ASKED}
        async with session.post(f"{base}/messages", json=body, headers=headers) as said:
            assert said.headers["Content-Type"].startswith("text/event-stream")
            feed = Feed(said.content)
            while (await feed.next("draft")).data["text"] != READ:
                pass
            go_on.set()
            shown = (await feed.next("answer")).data
        assert [line["by"] for line in shown["lines"]] == ["you", "ai"]
        assert shown["lines"][1]["parts"][0]["text"].startswith(READ)


async def test_what_is_refused_has_its_status_also_where_a_stream_was_asked_for(kb: Kb, base: str) -> None:
    kb.first.answers(Answer(401))
    async with aiohttp.ClientSession() as session:
        headers = {"Accept": "text/event-stream"}
        async with session.post(f"{base}/messages", json={"id": "message-1"}, headers=headers) as said:
            assert said.status == 401
            assert (await said.json())["code"] == "unauthenticated"


async def test_whose_session_ends_meanwhile_hears_no_more_of_what_is_written(kb: Kb, base: str) -> None:
    """As it does where people merge their contact with somebody's who is signed in."""
    first = READ.split(". ")[0] + "."
    answer, go_on = held(wire.text([*PIECES]), "Then you")
    kb.first.answers(answer)
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{base}/session") as begun:
            token = (await begun.json())["token"]
        headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
        body = {"id": "message-1", "text": ASKED}
        async with session.post(f"{base}/messages", json=body, headers=headers) as said:
            feed = Feed(said.content)
            assert (await feed.next("draft")).data["text"] == first
            await kb.desk.program.execute(
                "DELETE FROM visitor_sessions WHERE workspace_id = $1", kb.desk.workspace
            )
            go_on.set()
            rest = (await said.content.read()).decode()
    assert "event: draft" not in rest
    assert '"code":"taken_unanswered"' in rest
    assert [row["author"] for row in await kb.desk.rows("messages", "seq")] == ["contact", "bot"]
