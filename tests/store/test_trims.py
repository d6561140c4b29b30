"""Trims let go of what is old and finished, however it ended, and of nothing else."""

import asyncpg
from tests.conftest import Database

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.trims import trim_workspace


async def test_old_events_go_and_young_ones_stay(
    database: Database, store: Store, workspace: WorkspaceId
) -> None:
    connection = await asyncpg.connect(database.admin_url)
    try:
        for days in (100, 91, 89, 0):
            await connection.execute(
                """INSERT INTO events (workspace_id, id, type, data, created_at)
                   VALUES ($1, $2, $3, '{}', now() - make_interval(days => $4))""",
                workspace,
                mint("in"),
                f"{days} days",
                days,
            )
        assert await trim_workspace(workspace, store, traces_days=30, events_days=90) == 2
        left = await connection.fetch(
            "SELECT type FROM events WHERE workspace_id = $1 ORDER BY seq", workspace
        )
        assert [row["type"] for row in left] == ["89 days", "0 days"]
    finally:
        await connection.close()
