"""Lists that look for words look through so many entries a page, and find on later pages what is further back."""

from typing import Any

import pytest
from tests.desk.people import CONVERSATIONS, Person, line_behind, waiting
from tests.program import Desk

from frontdesk.store import contact_lists, desk_lists
from frontdesk.store.desk_lists import Asked, Order

CONTACTS = "/api/v1/contacts"
FEW = 8


async def pages(ann: Person, path: str) -> list[list[dict[str, Any]]]:
    """Page after page, to the end of the list."""
    found: list[list[dict[str, Any]]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await ann.get(f"{path}&cursor={cursor}")
        found.append(page["data"])
        cursor = page["next_cursor"]
    return found


async def few(desk: Desk) -> None:
    """c1 to c8, the latest last; of the even ones the contact is called so, of c3 and c6 the subject."""
    await line_behind(desk, await waiting(desk, "first"), FEW)
    await desk.program.execute(
        """UPDATE contacts p SET name = CASE right(c.external_id, 1)::int % 2 WHEN 0 THEN 'Zelda 100%' ELSE '' END
           FROM conversations c WHERE c.workspace_id = $1 AND p.workspace_id = $1 AND p.id = c.contact_id
            AND c.external_id LIKE 'c_'""",
        desk.workspace,
    )
    await desk.program.execute(
        """UPDATE conversations SET owner = 'closed',
               subject = CASE WHEN external_id IN ('c3', 'c6') THEN 'for zELDA' ELSE '' END,
               last_message_at = '2020-01-01'::timestamptz + make_interval(hours => right(external_id, 1)::int),
               waiting_since = CASE WHEN external_id < 'c5' THEN '2020-01-02'::timestamptz END
           WHERE workspace_id = $1 AND external_id LIKE 'c_'""",
        desk.workspace,
    )


@pytest.mark.parametrize("order", ["newest", "oldest", "waiting"])
async def test_however_few_are_looked_at_the_same_are_found_in_the_same_order(
    desk: Desk, order: Order
) -> None:
    await few(desk)

    async def listed(limit: int, most: int) -> list[str]:
        asked, after, found = Asked("acct_none", order=order, filters={"q": "zelda"}), "", list[str]()
        while True:
            async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
                part = await desk_lists.list_rows(
                    desk.workspace, tx, asked, within=set(), after=after, limit=limit, most=most
                )
            assert len(part.rows) <= limit
            found += [row.external_id for row in part.rows]
            if not part.upto:
                return found
            after = part.upto

    expected = await listed(50, 5_000)
    assert sorted(expected) == ["c2", "c3", "c4", "c6", "c8"]
    if order != "waiting":
        assert expected == sorted(expected, reverse=order == "newest")
    for limit, most in ((50, 1), (50, 3), (1, 3), (2, 5), (3, FEW)):
        assert await listed(limit, most) == expected


async def test_however_few_contacts_are_looked_at_the_same_are_found(desk: Desk) -> None:
    await few(desk)

    async def listed(q: str, limit: int, most: int) -> list[str]:
        after, found = "", list[str]()
        while True:
            async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
                part = await contact_lists.list_contacts(
                    desk.workspace, tx, q=q, within=frozenset(), after=after, limit=limit, most=most
                )
            assert len(part.rows) <= limit
            found += [row.external_id for row in part.rows]
            if not part.upto:
                return found
            after = part.upto

    for limit, most in ((50, 5_000), (50, 1), (1, 3), (2, 5), (3, FEW)):
        assert await listed("zelda 100%", limit, most) == ["c8", "c6", "c4", "c2"]
        assert await listed("c5", limit, most) == ["c5"]
        assert await listed("c", limit, most) == []
    assert len(await listed("", 2, 1)) == FEW + 1


async def test_what_is_further_back_than_a_page_looks_is_on_a_later_page(desk: Desk, boss: Person) -> None:
    await line_behind(desk, await waiting(desk, "first"), desk_lists.LOOKED_AT + 5)
    await desk.program.execute(
        """UPDATE conversations SET subject = 'A needle', last_message_at = '2020-01-01'
           WHERE workspace_id = $1 AND external_id = 'c7'""",
        desk.workspace,
    )
    first, *later = await pages(boss, f"{CONVERSATIONS}?q=needle")
    assert first == []
    assert [row["contact"]["external_id"] for page in later for row in page] == ["c7"]
    [only] = await pages(boss, f"{CONVERSATIONS}?q=needle&until=2020-01-02T00:00:00Z")
    assert len(only) == 1


async def test_a_page_of_contacts_for_people_goes_on_until_there_is_something_to_show(
    desk: Desk, boss: Person
) -> None:
    await desk.program.execute(
        """INSERT INTO contacts (workspace_id, id, name)
           SELECT $1, 'vis_' || lpad(n::text, 26, '0'), CASE n WHEN 7 THEN 'Zelda' ELSE '' END
           FROM generate_series(1, $2::int) n""",
        desk.workspace,
        contact_lists.LOOKED_AT + 50,
    )
    found = await pages(boss, f"{CONTACTS}?q=zelda")
    assert found[0] == []
    assert [row["name"] for page in found for row in page] == ["Zelda"]
    shown = (await boss.send("GET", "/panel/contacts?q=zelda")).body.decode()
    assert f"{found[-1][0]['id']}" in shown
