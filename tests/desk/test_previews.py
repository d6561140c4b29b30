"""A conversation of an author with their bot is nobody's work: it is in no list, no number and no figure."""

from typing import Any

from tests.desk.people import CONVERSATIONS, Person, conversation_of
from tests.program import Desk, until


async def _tried(boss: Person) -> None:
    """Somebody tries the assistant and asks for a person."""
    [assistant] = (await boss.get("/api/v1/assistants"))["data"]
    path = f"/api/v1/assistants/{assistant['id']}/draft/preview"
    begun = await boss.post(path)
    answer = await boss.post(f"{path}/{begun['id']}/messages", {"text": "human"})
    assert answer["messages"]


async def _numbers(boss: Person) -> dict[str, Any]:
    page = (await boss.send("GET", "/panel/contacts")).body.decode()
    nav = page.partition('href="/panel/chats"')[2].partition("</a>")[0]
    return {
        "menu": "1" in nav,
        "counts": await boss.get(f"{CONVERSATIONS}/counts"),
        "figures": (await boss.get("/api/v1/analytics/conversations"))["total"],
        "contacts": (await boss.get("/api/v1/contacts"))["data"],
        "contact hits": (await boss.get("/api/v1/search?kind=contacts&q=visitor"))["data"],
        "rows": await boss.rows(),
    }


async def test_a_conversation_with_a_preview_counts_nowhere_also_when_it_waits_for_a_person(
    desk: Desk, boss: Person
) -> None:
    before = await _numbers(boss)
    await _tried(boss)
    assert "preview" not in {one["type"] for one in (await boss.get("/api/v1/channels"))["data"]}
    found = await desk.program.query(
        "SELECT owner FROM conversations WHERE workspace_id = $1", desk.workspace
    )
    assert [row["owner"] for row in found] == ["queued"]
    assert await _numbers(boss) == before
    await desk.say("jo", "human")
    conversation = await conversation_of(desk, "jo")

    async def told() -> Any:
        strips = [line["event"] for line in await boss.lines(conversation) if line["event"]]
        return next((strip["to"] for strip in strips if strip["kind"] == "queue_position"), None)

    assert await until(told) == "1"
    now = await _numbers(boss)
    assert (now["menu"], now["counts"]["queue"], now["figures"]["conversations"]) == (True, 1, 1)
    assert len(now["contacts"]) == 1
