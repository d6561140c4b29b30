"""The program goes on with what waits in every workspace, however long the queue of one of them is."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.database import migrated
from tests.desk.people import line_behind, waiting
from tests.program import Program, served, until

from frontdesk.app.postgres import PostgresServer
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.desk.dispatching import IN_A_ROW, Dispatching


class Noting(Dispatching):
    """Notes where it looks, and does nothing there."""

    order: list[str]

    async def _look(self, workspace: WorkspaceId, conversation_id: ConversationId) -> None:
        self.order.append(workspace)


@pytest.fixture
async def quiet(server: PostgresServer, tmp_path: Path) -> AsyncIterator[Program]:
    """A program that does nothing by itself."""
    database = await migrated(server, f"turns_{secrets.token_hex(4)}")
    async with served(database, tmp_path, jobs=False) as program:
        yield program


async def test_a_long_queue_of_one_workspace_keeps_no_other_waiting(quiet: Program) -> None:
    busy, other = await quiet.desk(), await quiet.desk()
    first, second = await waiting(busy), await waiting(other)

    async def were_looked_at() -> bool:
        rows = await quiet.query(
            "SELECT FROM conversations WHERE id = ANY ($1) AND desk_due_at > now()", [first, second]
        )
        return len(rows) == 2

    # As soon as they came; a look that is under way would say anew when to look again.
    await until(were_looked_at)
    await line_behind(busy, first, 5 * IN_A_ROW)
    due = "UPDATE conversations SET desk_due_at = now() - make_interval(mins => $2) WHERE workspace_id = $1"
    await quiet.execute(due, busy.workspace, 10)
    await quiet.execute(due, other.workspace, 1)
    running = quiet.running
    looking = Noting(running.line, running.lanes)
    looking.order = []
    await looking.sweep()
    assert looking.order.index(other.workspace) <= IN_A_ROW
    assert (looking.order.count(busy.workspace), looking.order.count(other.workspace)) == (
        5 * IN_A_ROW + 1,
        1,
    )
