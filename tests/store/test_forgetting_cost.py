"""Deleting what belongs to conversations does not read what belongs to others."""

import asyncpg
from tests.database import Database

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.forgetting import DELIVERIES
from frontdesk.store.ids import mint

OTHERS = 2_000
ADD = """
    INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, body, conversation_id, due_at)
    SELECT $1, $2::text || n, $2, 'callback', $2, 'x', 'conv_' || n, now() FROM generate_series(1, $3::int) n"""


async def test_the_deliveries_of_a_conversation_are_found_by_one_index(
    database: Database, workspace: WorkspaceId
) -> None:
    statement = DELIVERIES.replace(":w", f"'{workspace}'").replace(":ids", "'{conv_1,conv_2}'")
    connection = await asyncpg.connect(database.admin_url)
    try:
        undone = connection.transaction()
        await undone.start()
        await connection.execute(ADD, workspace, mint("intg"), OTHERS)
        await connection.execute("ANALYZE deliveries")
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {statement}"))
        await undone.rollback()
    finally:
        await connection.close()
    assert "Scan on deliveries_conversation" in plan or "using deliveries_conversation" in plan
    assert "conversation_id = ANY" in plan.split("Index Cond: ")[1].splitlines()[0]
