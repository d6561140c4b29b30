"""Lists of conversations by the moment of their last message and by assistant."""

from typing import Any

import pytest
from tests.desk.people import CONVERSATIONS, Person, line_behind, machine, waiting
from tests.program import Desk

LONG_AGO = "2020-01-01T00:00:00Z"


@pytest.fixture
async def other(desk: Desk, boss: Person) -> str:
    """Conversations c1 to c4 of long ago, an hour apart; c4 is with this assistant, the others with the desk's."""
    await line_behind(desk, await waiting(desk, "first"), 4)
    made: str = (await boss.post("/api/v1/assistants", {"name": "Another", "begin": "knowledge"}, 201))["id"]
    await desk.program.execute(
        """UPDATE conversations SET owner = 'closed',
               last_message_at = CAST($2 AS text)::timestamptz + make_interval(hours => right(external_id, 1)::int),
               assistant_id = CASE external_id WHEN 'c4' THEN $3 ELSE assistant_id END
           WHERE workspace_id = $1 AND external_id LIKE 'c_'""",
        desk.workspace,
        LONG_AGO,
        made,
    )
    return made


def called(rows: list[dict[str, Any]]) -> list[str]:
    return [row["contact"]["external_id"] for row in rows]


async def test_from_a_moment_on_and_before_another(ann: Person, other: str) -> None:
    span = {"since": "2020-01-01T02:00:00Z", "until": "2020-01-01T04:00:00Z"}
    assert called(await ann.rows(**span)) == ["c3", "c2"]
    assert called(await ann.rows(**span, order="oldest")) == ["c2", "c3"]
    assert called(await ann.rows(until="2020-01-01T08:00:00%2B05:00")) == ["c2", "c1"]
    assert called(await ann.rows(since="2020-01-01T04:00:00Z", order="oldest"))[0] == "c4"
    assert await ann.rows(since=span["until"], until=span["since"]) == []


async def test_of_one_assistant(desk: Desk, ann: Person, other: str) -> None:
    assert called(await ann.rows(assistant_id=other)) == ["c4"]
    [of_it] = await ann.rows(assistant_id=other)
    assert of_it["assistant"]["id"] == other
    [first] = await ann.rows(since="2020-01-01T03:00:00Z", until="2020-01-01T04:00:00Z")
    assert called(await ann.rows(assistant_id=first["assistant"]["id"], view="closed")) == ["c3", "c2", "c1"]
    assert await ann.rows(assistant_id="asst_unknown") == []
    limited = await machine(desk, assistant_ids=frozenset({first["assistant"]["id"]}))
    assert await limited.rows(assistant_id=other) == []


async def test_page_after_page_of_a_span(ann: Person, other: str) -> None:
    path = f"{CONVERSATIONS}?until=2020-01-02T00:00:00Z&limit=1"
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await ann.get(f"{path}&cursor={cursor}")
        found += called(page["data"])
        cursor = page["next_cursor"]
    assert found == ["c4", "c3", "c2", "c1"]
    cursor = (await ann.get(path))["next_cursor"]
    refused = await ann.get(f"{CONVERSATIONS}?since={LONG_AGO}&limit=1&cursor={cursor}", 400)
    assert refused["code"] == "cursor_invalid"


async def test_what_is_no_moment_is_refused_with_the_name(boss: Person) -> None:
    nothing = ("yesterday", "2020-01-01T00:00:00", "10000-01-01T00:00:00Z", "%00")
    beyond = ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00")
    for path in (CONVERSATIONS, "/api/v1/activity"):
        for name in ("since", "until"):
            for moment in (*nothing, *beyond):
                assert (await boss.get(f"{path}?{name}={moment}", 422))["field"] == name
            await boss.get(f"{path}?{name}=0001-01-01T00:00:00Z")
            await boss.get(f"{path}?{name}=9999-12-31T23:59:59Z")
