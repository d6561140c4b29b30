"""What is read often leads to few rows by an index, however many others there are."""

import asyncpg
from tests.database import Database

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.backlog import DELIVERIES

WAITING = """
    INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, body, due_at, status)
    SELECT $1, 'dlv_' || n, md5(n::text), 'callback', 'x', 'x', now() + make_interval(hours => 1, secs => n), 'waiting'
    FROM generate_series(1, 5000) n"""
CONVERSATIONS = """
    INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id, state,
                               state_format, last_message_at)
    SELECT $1, 'conv_' || n, 'chan_x', 'task_x', CASE n % 1000 WHEN 0 THEN 'asst_few' ELSE 'asst_many' END,
           'vis_' || n, n::text, '{}', 1, now() - make_interval(secs => n)
    FROM generate_series(1, 5000) n"""

LISTED = """
    SELECT id FROM conversations WHERE workspace_id = :w AND assistant_id = 'asst_few'
    ORDER BY last_message_at DESC, id DESC LIMIT 51"""


async def plan(database: Database, workspace: WorkspaceId, made: str, statement: str) -> str:
    """How it is read beside the rows that `made` adds, which nobody else ever sees."""
    connection = await asyncpg.connect(database.admin_url)
    try:
        undone = connection.transaction()
        await undone.start()
        # What the rows belong to is not there.
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(made, workspace)
        await connection.execute(f"ANALYZE {made.split()[2]}")
        # All of a table of one test are fewer than an index of them is worth.
        await connection.execute("SET LOCAL enable_seqscan = off")
        await connection.execute("SET LOCAL enable_bitmapscan = off")
        found = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {statement}"))
        await undone.rollback()
    finally:
        await connection.close()
    return found


async def test_what_waits_is_counted_from_its_index_alone(database: Database, workspace: WorkspaceId) -> None:
    assert "Index Only Scan using deliveries_due" in await plan(database, workspace, WAITING, DELIVERIES)


async def test_the_conversations_of_an_assistant_are_read_in_the_order_of_the_list(
    database: Database, workspace: WorkspaceId
) -> None:
    listed = LISTED.replace(":w", f"'{workspace}'")
    found = await plan(database, workspace, CONVERSATIONS, listed)
    assert "using conversations_assistant" in found
    assert "Sort" not in found
