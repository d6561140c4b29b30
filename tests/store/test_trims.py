"""Trims let go of what is old and finished, however it ended, and of nothing else."""

import asyncpg
import pytest
from tests.database import Database
from tests.library.conftest import conversation

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import trims
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.trims import trim_line, trim_workspace


@pytest.mark.parametrize("batch", [1, 2_000])
async def test_old_events_go_and_young_ones_stay(
    database: Database, store: Store, workspace: WorkspaceId, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(trims, "BATCH", batch)
    connection = await asyncpg.connect(database.admin_url)
    try:
        for days in (100, 91, 89, 0):
            await connection.execute(
                """INSERT INTO events (workspace_id, id, type, data, created_at)
                   VALUES ($1, $2, $3, '{}', now() - make_interval(days => $4))""",
                workspace,
                mint("evt"),
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


async def test_old_deliveries_go_finished_or_waiting(
    database: Database, store: Store, workspace: WorkspaceId
) -> None:
    connection = await asyncpg.connect(database.admin_url)
    try:
        for status, days, finished in (
            ("sent", 31, True),
            ("failed", 31, True),
            ("waiting", 31, False),
            ("sending", 31, False),
            ("sent", 29, True),
            ("waiting", 29, False),
        ):
            await connection.execute(
                """INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, body, status, created_at,
                                           finished_at, claimed_until)
                   VALUES ($1, $2, $2, 'callback', 'ch', '', $3, now() - make_interval(days => $4),
                           CASE WHEN $5 THEN now() - make_interval(days => $4) END, now() + interval '1 hour')""",
                workspace,
                mint("dlv"),
                status,
                days,
                finished,
            )
        await trim_line(store, inbound_days=14, deliveries_days=30)
        left = await connection.fetch(
            "SELECT status FROM deliveries WHERE workspace_id = $1 ORDER BY seq", workspace
        )
        assert [row["status"] for row in left] == ["sending", "sent", "waiting"]
    finally:
        await connection.execute("DELETE FROM deliveries WHERE workspace_id = $1", workspace)
        await connection.close()


async def test_old_questions_go_with_the_events(store: Store, workspace: WorkspaceId) -> None:
    there = await conversation(store, workspace)
    async with store.turn_work(workspace) as connection:
        for days in (91, 89):
            await connection.execute(
                """INSERT INTO knowledge_questions (workspace_id, key, assistant_id, conversation_id, question,
                                                    language, outcome, asked_at)
                   VALUES ($1, $2, 'asst_1', $4, 'why?', 'en', 'none', now() - make_interval(days => $3))""",
                workspace,
                f"{days} days",
                days,
                there,
            )
        assert await trim_workspace(workspace, store, traces_days=30, events_days=90) == 1
        left = await connection.fetch("SELECT key FROM knowledge_questions")
    assert [row["key"] for row in left] == ["89 days"]
