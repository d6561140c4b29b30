"""Suggested answers: out of the knowledge base, for the customer's last lines, sent by nobody."""

from typing import Any

import pytest
from tests.line.test_knowledge import EXAMPLE, taken_in
from tests.program import Desk, Program

from frontdesk.store.ids import mint
from frontdesk.store.keys import create_key

ARTICLES = {path.name: path.read_bytes() for path in sorted((EXAMPLE / "articles").iterdir())}


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk()
    await taken_in(made, ARTICLES)
    return made


async def key_of(desk: Desk, *scopes: str, **options: Any) -> str:
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        _, text = await create_key(
            desk.workspace, tx, kind="api", name="A key", scopes=frozenset(scopes), **options
        )
    return text.reveal()


async def asked(desk: Desk, *lines: str) -> str:
    """The conversation of somebody who was handed over to people and then wrote."""
    await desk.post("jo", "human")
    for line in lines:
        await desk.post("jo", line)
    [row] = await desk.rows("conversations")
    return str(row["id"])


async def suggested(desk: Desk, conversation: str, key: str) -> list[dict[str, Any]]:
    answer = await desk.program.client.get(f"/api/v1/conversations/{conversation}/suggestions", key=key)
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def test_the_customers_last_lines_are_answered_out_of_an_article_that_is_named(desk: Desk) -> None:
    conversation = await asked(desk, "hello again", "how do i return something by post office?")
    found = await suggested(desk, conversation, await key_of(desk, "write:conversations"))
    assert "Print the label" in found[0]["text"]
    assert found[0]["by"] == "article"
    assert found[0]["source"]["title"] == "Returning goods"
    assert found[0]["source"]["article_id"].startswith("art_")
    assert found[0]["source"]["url"] == "https://shop.example.com/help/returns"
    assert {row["author"] for row in await desk.rows("messages")} <= {"contact", "bot", "event"}
    assert len(await desk.rows("inbound")) == 3
    assert await desk.rows("knowledge_questions") == []


async def test_nothing_is_suggested_where_nothing_fits_or_nothing_is_unanswered(desk: Desk) -> None:
    key = await key_of(desk, "write:conversations")
    conversation = await asked(desk, "can you recommend a dentist in Samarkand?")
    assert await suggested(desk, conversation, key) == []
    await desk.program.execute(
        """INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts)
           SELECT workspace_id, $3, channel_id, id, last_seq + 100, 'operator', '[]' FROM conversations
           WHERE workspace_id = $1 AND id = $2""",
        desk.workspace,
        conversation,
        mint("msg"),
    )
    assert await suggested(desk, conversation, key) == []


async def test_only_who_may_see_the_conversation_is_helped(desk: Desk, program: Program) -> None:
    conversation = await asked(desk, "how do i return something by post office?")
    path = f"/api/v1/conversations/{conversation}/suggestions"
    other = await program.desk()
    for key, status in (
        (await key_of(desk, "read:articles"), 403),
        (await key_of(desk, "read:conversations"), 403),
        (await key_of(other, "write:conversations"), 404),
        (await key_of(desk, "write:conversations", assistant_ids=frozenset({mint("asst")})), 404),
    ):
        assert (await program.client.get(path, key=key)).status == status


async def test_that_a_bot_knows_nothing_is_no_suggestion(desk: Desk) -> None:
    await desk.program.execute(
        "UPDATE tasks SET service_mode = 'ai_suggests' WHERE workspace_id = $1", desk.workspace
    )
    key = await key_of(desk, "write:conversations")

    async def own() -> list[str]:
        [row] = await desk.rows("conversations")
        found = await suggested(desk, str(row["id"]), key)
        return [one["text"] for one in found if one["by"] == "bot"]

    await desk.post("jo", "can you recommend a dentist in Samarkand?")
    assert await own() == []
    await desk.post("jo", "hello")
    assert await own()
