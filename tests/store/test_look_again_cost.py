"""Who waits is looked at again without a look at everybody else in the queue."""

import pytest
from tests.database import Database
from tests.store.test_list_cost import plan

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import desk_teams

WAITING = """
    INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id, state,
                               state_format, owner, team, queued_at, desk_due_at)
    SELECT $1, 'conv_' || n, 'chan_x', 'task_x', 'asst_x', 'vis_' || n, n::text, '{}', 1, 'queued',
           CASE WHEN n % 1000 = 0 THEN '' ELSE 'Sales' END, now() - make_interval(secs => n), now() + interval '1 h'
    FROM generate_series(1, 10000) n"""


@pytest.mark.parametrize("said", ["", "Sales"])
async def test_what_waits_is_found_by_the_index_of_the_line(
    database: Database, workspace: WorkspaceId, said: str
) -> None:
    words = f"'{{\"{said}\"}}'"
    asked = str(desk_teams._LOOK_AGAIN).replace(":w", f"'{workspace}'").replace(":said", words)
    found = await plan(database, workspace, WAITING, asked)
    assert "using conversations_in_line" in found
    assert "Sort Key: conversations" not in found  # which would read everybody who waits
