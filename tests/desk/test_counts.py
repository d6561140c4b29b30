"""Views of many conversations: counted to an end that people read, and found by a label however many have it."""

from tests.desk.people import CONVERSATIONS, Person, line_behind, machine, waiting
from tests.doubles.sse_client import listening
from tests.program import Desk

MANY = 2100
"""More than are counted of one view, and more than a label may have to lead to its conversations."""


async def labelled(ann: Person, desk: Desk, name: str, condition: str) -> None:
    """Give the label to what fits the condition."""
    made = await ann.post("/api/v1/labels", {"name": name}, 201)
    await desk.program.execute(
        f"""INSERT INTO conversation_labels (workspace_id, conversation_id, label_id)
            SELECT workspace_id, id, $2 FROM conversations WHERE workspace_id = $1 AND {condition}""",  # noqa: S608
        desk.workspace,
        made["id"],
    )


async def test_what_has_no_end_is_counted_to_a_thousand_and_the_rest_exactly(
    desk: Desk, boss: Person
) -> None:
    first = await waiting(desk, "first")
    await line_behind(desk, first, MANY)
    turned = (
        "UPDATE conversations SET owner = $2 WHERE workspace_id = $1 AND right(external_id, 1) = ANY ($3)"
    )
    await desk.program.execute(turned, desk.workspace, "bot", ["1", "2", "3", "4", "5"])
    await desk.program.execute(turned, desk.workspace, "closed", ["6"])
    found = await boss.get(f"{CONVERSATIONS}/counts")
    told = {"bot": 1000, "closed": 210, "queue": 841, "human": 0, "unassigned": 841}
    assert {name: found[name] for name in told} == told
    async with listening(desk.program.client.base_url, (await machine(desk)).key) as feed:
        while not told.items() <= (await feed.next("counts")).data.items():
            pass


async def test_a_label_finds_its_conversations_whether_few_or_many_have_it(desk: Desk, boss: Person) -> None:
    first = await waiting(desk, "first")
    await line_behind(desk, first, MANY)
    await labelled(boss, desk, "Many", "external_id LIKE 'c%'")
    await labelled(boss, desk, "Few", "external_id IN ('c7', 'c2000', 'c9')")
    assert [
        row["contact"]["external_id"] for row in await boss.rows(view="queue", order="waiting", label="few")
    ] == [
        "c7",
        "c9",
        "c2000",
    ]
    many = await boss.rows(view="queue", label="MANY", limit="100")
    assert len(many) == 100
    assert all(row["labels"][0]["name"] == "Many" for row in many)
    assert await boss.rows(view="closed", label="few") == []
    assert await boss.rows(label="unknown") == []
