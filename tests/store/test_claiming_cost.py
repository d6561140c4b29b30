"""What claiming costs is not multiplied by what waits beside the lanes that are claimed."""

import json
from collections.abc import Iterator
from typing import Any

import asyncpg
from tests.database import Database

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.deliveries import SETTLE
from frontdesk.store.ids import mint

LANES, WAITING = 100, 1_000
ADD = """
    INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, body, due_at)
    SELECT $1, $2::text || n, $2::text || ':' || n, 'callback', $2, 'x', now() - interval '1 second'
    FROM generate_series(1, $3::int) n"""
NOTHING_DONE: list[list[object]] = [[]] * 9
DROPPED = ("Rows Removed by Join Filter", "Rows Removed by Filter")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def touched(node: dict[str, Any]) -> float:
    rows: float = node["Actual Rows"] + sum(node.get(name, 0) for name in DROPPED)
    return rows * float(node["Actual Loops"])


async def test_claiming_compares_no_lane_with_all_that_waits(
    database: Database, workspace: WorkspaceId
) -> None:
    connection, target = await asyncpg.connect(database.admin_url), mint("hook")
    wanted = [[workspace] * LANES, [f"{target}:{n}" for n in range(1, LANES + 1)], ["t"] * LANES]
    try:
        # Nobody has counted these rows yet, as after a burst.
        await connection.execute(ADD, workspace, target, WAITING)
        found = await connection.fetchval(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {SETTLE}", *NOTHING_DONE, *wanted, 60.0
        )
        claimed = "SELECT count(*) FROM deliveries WHERE workspace_id = $1 AND status = 'sending'"
        assert await connection.fetchval(claimed, workspace) == LANES
    finally:
        await connection.execute("DELETE FROM deliveries WHERE workspace_id = $1", workspace)
        await connection.close()
    (whole,) = json.loads(found)
    assert max(touched(node) for node in nodes(whole["Plan"])) <= 5 * WAITING
