"""A customer's question is answered out of the knowledge base, over the REST wire. Acceptance S004-169."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.program import Desk, Program

from frontdesk.library.importing import Report, Wanted, import_files
from frontdesk.store import articles

EXAMPLE = Path(__file__).parents[2] / "examples" / "knowledge-desk"
AT = datetime(2026, 11, 21, tzinfo=UTC)
HONEST = "Sorry, I have found nothing about that."


async def taken_in(desk: Desk, files: dict[str, bytes], wanted: Wanted | None = None) -> list[Report]:
    """Files in the knowledge base, indexed by the running program's own workers."""
    store = desk.program.running.store
    reports = await import_files(desk.workspace, store, files, wanted or Wanted("files"), by="test", at=AT)
    until = time.monotonic() + 20
    while True:
        async with store.unit_of_work(desk.workspace) as tx:
            counts = await articles.count(desk.workspace, tx)
        if not counts.waiting:
            return reports
        assert time.monotonic() < until, "the articles were never indexed"
        await asyncio.sleep(0.05)


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk({"bot.yaml": (EXAMPLE / "bot.yaml").read_text()}, slug="knowledge-desk")
    files = {path.name: path.read_bytes() for path in sorted((EXAMPLE / "articles").iterdir())}
    reports = await taken_in(made, files)
    assert [report.problem for report in reports] == ["", "", ""]
    return made


async def test_a_question_is_answered_with_the_sentence_and_the_articles_link(desk: Desk) -> None:
    answer = await desk.post("jo", "how long does the refund money take to be back on my card?")
    [bubble] = answer.json()
    assert "within 5 working days of the day the box reaches us" in bubble["text"]
    assert "https://shop.example.com/help/returns" in str(bubble)
    assert "Returning goods" in str(bubble)


async def test_a_way_to_do_something_is_given_whole(desk: Desk) -> None:
    [text] = await desk.say("jo", "how do i return something by post office?")
    assert "- Print the label" in text
    assert "- Hand the box in" in text


async def test_a_curated_answer_wins(desk: Desk) -> None:
    [text] = await desk.say("jo", "i forgot my password")
    assert text.startswith('Choose "Forgotten password"')


async def test_what_is_not_known_is_said_honestly_told_outside_and_listed(desk: Desk) -> None:
    assert await desk.say("jo", "can you recommend a dentist in Samarkand?") == [HONEST]
    [event] = [row for row in await desk.rows("events") if row["type"] == "knowledge_base.query_failed"]
    assert (
        '"query": "can you recommend a dentist in Samarkand?"' in str(event["data"]) or event["data"]["query"]
    )
    [kept] = [row for row in await desk.rows("knowledge_questions") if row["outcome"] == "none"]
    assert kept["question"] == "can you recommend a dentist in Samarkand?"
    assert kept["settled_at"] is None


async def test_a_question_is_kept_once_with_what_came_of_it(desk: Desk) -> None:
    await desk.say("jo", "what does delivery cost?")
    [kept] = await desk.rows("knowledge_questions")
    assert (kept["outcome"], kept["how"]) == ("found", "extract")
    assert kept["conversation_id"] == (await desk.rows("conversations"))[0]["id"]
