"""The settings of a workspace's desk. Called by `desk` and `web/v1`."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import json_text
from frontdesk.store.tx import Tx

_READ = "SELECT settings, row_version FROM desk_settings WHERE workspace_id = :w"
_WRITE = text("""
    INSERT INTO desk_settings (workspace_id, settings, row_version) VALUES (:w, CAST(:settings AS jsonb), 2)
    ON CONFLICT (workspace_id)
    DO UPDATE SET settings = excluded.settings, row_version = desk_settings.row_version + 1""")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was set; what was not has its default."""

    settings: dict[str, object]
    row_version: int


async def read(workspace: WorkspaceId, tx: Tx, *, for_change: bool = False) -> Kept:
    row = (await tx.execute(text(_READ + (" FOR UPDATE" if for_change else "")), {"w": workspace})).first()
    return Kept({}, 1) if row is None else Kept(row.settings, row.row_version)


async def write(workspace: WorkspaceId, tx: Tx, settings: Mapping[str, object]) -> None:
    await tx.execute(_WRITE, {"w": workspace, "settings": json_text(settings)})
