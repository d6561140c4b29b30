"""Workspaces themselves: making one, and what is known about its set-up."""

from dataclasses import dataclass

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import across_workspaces
from frontdesk.store.tx import Tx


@across_workspaces("makes the workspace")
async def create(
    workspace: WorkspaceId, tx: Tx, *, name: str, is_default: bool = False, is_demo: bool = False
) -> None:
    """A new workspace under an id that was minted for it; none when there is a default or demo one already."""
    await tx.execute(
        text(
            """INSERT INTO workspaces (workspace_id, name, is_default, is_demo)
               VALUES (:w, :name, :is_default, :is_demo) ON CONFLICT DO NOTHING"""
        ),
        {"w": workspace, "name": name, "is_default": is_default, "is_demo": is_demo},
    )


async def hold(workspace: WorkspaceId, tx: Tx) -> None:
    """Whoever else wants to hold the workspace waits until this transaction ends."""
    await tx.execute(
        text("SELECT FROM workspaces WHERE workspace_id = :w FOR NO KEY UPDATE"), {"w": workspace}
    )


async def remove(workspace: WorkspaceId, tx: Tx) -> None:
    """Everything of a workspace, for good."""
    await tx.execute(
        text("UPDATE assistants SET published_version = NULL WHERE workspace_id = :w"), {"w": workspace}
    )
    await tx.execute(text("DELETE FROM workspaces WHERE workspace_id = :w"), {"w": workspace})
    # Marked while its conversations went.
    await tx.execute(text("DELETE FROM figure_days_due WHERE workspace_id = :w"), {"w": workspace})


async def is_default(workspace: WorkspaceId, tx: Tx) -> bool:
    """Whether it is the installation's own."""
    found = await tx.scalar(
        text("SELECT is_default FROM workspaces WHERE workspace_id = :w"), {"w": workspace}
    )
    return bool(found)


async def is_set_up(workspace: WorkspaceId, tx: Tx) -> bool:
    done = await tx.scalar(
        text("SELECT set_up_at IS NOT NULL FROM workspaces WHERE workspace_id = :w"), {"w": workspace}
    )
    return bool(done)


async def name_of(workspace: WorkspaceId, tx: Tx) -> str:
    found = await tx.scalar(text("SELECT name FROM workspaces WHERE workspace_id = :w"), {"w": workspace})
    return str(found or "")


async def language_of(workspace: WorkspaceId, tx: Tx) -> str:
    found = await tx.scalar(text("SELECT language FROM workspaces WHERE workspace_id = :w"), {"w": workspace})
    return str(found or "en")


async def set_up(workspace: WorkspaceId, tx: Tx, *, name: str, time_zone: str) -> bool:
    """Name the workspace, once; False when somebody was faster."""
    done = await tx.scalar(
        text(
            """UPDATE workspaces SET name = :name, time_zone = :zone, set_up_at = now()
               WHERE workspace_id = :w AND set_up_at IS NULL RETURNING true"""
        ),
        {"w": workspace, "name": name, "zone": time_zone},
    )
    return bool(done)


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """`language`: of those who have said none; `time_zone`: the company's, in which days begin.

    `api_requests_a_minute`: how often each key of the API may ask; None is without a limit.
    """

    name: str
    language: str
    time_zone: str
    api_requests_a_minute: int | None
    row_version: int


async def settings_of(workspace: WorkspaceId, tx: Tx, *, for_change: bool = False) -> WorkspaceSettings:
    sql = """SELECT name, language, time_zone, api_requests_a_minute, row_version FROM workspaces
             WHERE workspace_id = :w"""
    row = (await tx.execute(text(sql + (" FOR NO KEY UPDATE" if for_change else "")), {"w": workspace})).one()
    return WorkspaceSettings(*row)


async def time_zone(workspace: WorkspaceId, tx: Tx) -> str:
    """The name of its zone; empty where the workspace is gone."""
    found = await tx.scalar(
        text("SELECT time_zone FROM workspaces WHERE workspace_id = :w"), {"w": workspace}
    )
    return str(found or "")


async def change(workspace: WorkspaceId, tx: Tx, settings: WorkspaceSettings) -> None:
    """Keep all of them; the row's version goes up."""
    await tx.execute(
        text(
            """UPDATE workspaces SET name = :name, language = :language, time_zone = :zone,
                      api_requests_a_minute = :requests, row_version = row_version + 1
               WHERE workspace_id = :w"""
        ),
        {
            "w": workspace,
            "name": settings.name,
            "language": settings.language,
            "zone": settings.time_zone,
            "requests": settings.api_requests_a_minute,
        },
    )
