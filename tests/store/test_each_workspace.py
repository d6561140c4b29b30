"""Workspaces are visited one after the other, a page at a time."""

import pytest

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.directory import each_workspace, every_workspace
from frontdesk.store.ids import mint

ADD = "INSERT INTO workspaces (workspace_id, name) VALUES ($1, 'Test workspace')"


async def made(store: Store) -> WorkspaceId:
    workspace = WorkspaceId(mint("ws"))
    async with store.turn_work(workspace) as connection:
        await connection.execute(ADD, workspace)
    return workspace


@pytest.mark.parametrize("a_page", [1, 2, 500])
async def test_each_is_visited_once(store: Store, a_page: int) -> None:
    own = {await made(store) for _ in range(3)}
    seen = [one async for one in each_workspace(store, a_page=a_page) if one.workspace in own]
    assert [one.workspace for one in seen] == sorted(own)
    known = {one.workspace: one for one in await every_workspace(store)}
    assert seen == [known[one.workspace] for one in seen]


async def test_who_stops_on_the_way_holds_no_connection(store: Store, workspace: WorkspaceId) -> None:
    stopped = [each_workspace(store, a_page=1) for _ in range(store.pool.get_max_size() + 1)]
    assert all([await anext(walk) for walk in stopped])
    for walk in stopped:
        await walk.aclose()
