"""Many wait and several leave: everybody who has to be looked at is, and nobody hears of each step of those before them."""

from collections import Counter
from itertools import pairwise

from tests.desk.people import Person, line_behind, waiting, with_event
from tests.program import Desk, until

WAITING, LEAVE = 60, 6


async def test_after_several_left_all_are_looked_at_and_hear_of_it_once_a_tenth(
    desk: Desk, ann: Person
) -> None:
    first = await waiting(desk, "first")
    await with_event(ann, first, "queue_position")
    await line_behind(desk, first, WAITING - 1)
    line = await desk.program.query(
        "SELECT id FROM conversations WHERE workspace_id = $1 AND owner = 'queued' ORDER BY queued_at, id",
        desk.workspace,
    )
    for number, row in enumerate(line[:LEAVE]):
        await ann.act(
            row["id"], "take" if number % 2 else "close", {} if number % 2 else {"outcome": "solved"}
        )

    async def nobody_is_due() -> bool:
        rows = await desk.program.query(
            """WITH waits AS (
                   SELECT desk_due_at, queue_told, row_number() OVER (ORDER BY queued_at, id) AS place FROM conversations
                   WHERE workspace_id = $1 AND owner = 'queued')
               SELECT count(*) FILTER (WHERE desk_due_at <= now()) AS due, count(*) FILTER (WHERE queue_told > place
                      AND queue_told - place > place / 10) AS behind, count(*) AS line FROM waits""",
            desk.workspace,
        )
        return dict(rows[0]) == {"due": 0, "behind": 0, "line": WAITING - LEAVE}

    await until(nobody_is_due)
    told = await desk.program.query(
        """SELECT conversation_id AS id, (event->>'to')::int AS place FROM messages
           WHERE workspace_id = $1 AND event->>'kind' = 'queue_position' AND conversation_id = ANY ($2) ORDER BY seq""",
        desk.workspace,
        [row["id"] for row in line[LEAVE:]],
    )
    # Those in front hear each step at most; who stands behind them hears of tenths of what was before them.
    each = Counter(row["id"] for row in told)
    assert len(each) == WAITING - LEAVE
    assert max(each.values()) <= LEAVE
    back = [each[row["id"]] for row in line[20 + LEAVE :]]
    assert max(back) <= 3
    for row in line[LEAVE:]:
        places = [one["place"] for one in told if one["id"] == row["id"]]
        assert all(later < earlier for earlier, later in pairwise(places))
