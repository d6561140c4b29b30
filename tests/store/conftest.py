"""A second workspace, to see that it sees nothing."""

import pytest

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint


@pytest.fixture
async def other_workspace(store: Store) -> WorkspaceId:
    made = WorkspaceId(mint("ws"))
    async with store.turn_work(made) as connection:
        await connection.execute("INSERT INTO workspaces (workspace_id, name) VALUES ($1, 'Other')", made)
    return made
