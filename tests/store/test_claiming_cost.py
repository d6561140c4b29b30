"""What claiming costs is not multiplied by what waits beside the lanes that are claimed."""

import json
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from tests.database import Database

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.deliveries import IN_ORDER, SETTLE
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


NEVER = "SELECT pg_clear_relation_stats('public', 'deliveries')"
A_FEW = """
    SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', 'deliveries', 'version', 180000,
                                     'relpages', 1, 'reltuples', 1::real)"""


@pytest.mark.parametrize("counted", [NEVER, A_FEW, "ANALYZE deliveries"])
async def test_claiming_compares_no_lane_with_all_that_waits(
    database: Database, workspace: WorkspaceId, counted: str
) -> None:
    """Whatever the planner knows: nothing, what was there before a burst, or what waits."""
    connection, target = await asyncpg.connect(database.admin_url), mint("hook")
    wanted = [[workspace] * LANES, [f"{target}x:{n}" for n in range(1, LANES + 1)], ["t"] * LANES]
    kept = connection.transaction()
    try:
        await kept.start()
        await connection.execute(ADD, workspace, target, 1)
        await connection.execute(counted)
        await connection.execute(ADD, workspace, f"{target}x", WAITING)
        await connection.execute(IN_ORDER)
        found = await connection.fetchval(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {SETTLE}", *NOTHING_DONE, *wanted, 60.0
        )
        claimed = "SELECT count(*) FROM deliveries WHERE workspace_id = $1 AND status = 'sending'"
        assert await connection.fetchval(claimed, workspace) == LANES
        await kept.rollback()
    finally:
        await connection.close()
    (whole,) = json.loads(found)
    assert max(touched(node) for node in nodes(whole["Plan"])) <= 5 * WAITING
