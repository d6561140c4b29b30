"""Workspaces themselves: making one, and what is known about its set-up."""

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint


async def create(store: Store, *, name: str, is_default: bool = False, is_demo: bool = False) -> WorkspaceId:
    workspace = WorkspaceId(mint("ws"))
    async with store.unit_of_work(workspace) as work:
        await work.execute(
            text(
                """INSERT INTO workspaces (workspace_id, name, is_default, is_demo)
                   VALUES (:w, :name, :is_default, :is_demo)"""
            ),
            {"w": workspace, "name": name, "is_default": is_default, "is_demo": is_demo},
        )
    return workspace


async def remove(workspace: WorkspaceId, store: Store) -> None:
    """Everything of a workspace, for good."""
    async with store.unit_of_work(workspace) as work:
        await work.execute(
            text("UPDATE assistants SET published_version = NULL WHERE workspace_id = :w"), {"w": workspace}
        )
        await work.execute(text("DELETE FROM workspaces WHERE workspace_id = :w"), {"w": workspace})


async def is_set_up(workspace: WorkspaceId, store: Store) -> bool:
    async with store.unit_of_work(workspace) as work:
        done = await work.scalar(
            text("SELECT set_up_at IS NOT NULL FROM workspaces WHERE workspace_id = :w"), {"w": workspace}
        )
    return bool(done)


async def set_up(workspace: WorkspaceId, store: Store, *, name: str, time_zone: str) -> bool:
    """Name the workspace, once; False when somebody was faster."""
    async with store.unit_of_work(workspace) as work:
        done = await work.scalar(
            text(
                """UPDATE workspaces SET name = :name, time_zone = :zone, set_up_at = now()
                   WHERE workspace_id = :w AND set_up_at IS NULL RETURNING true"""
            ),
            {"w": workspace, "name": name, "zone": time_zone},
        )
    return bool(done)
