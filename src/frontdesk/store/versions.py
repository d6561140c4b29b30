"""The versions that an assistant's bot has had; `bots` makes them."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import text

from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    created_at: datetime
    created_by: str
    note: str
    is_live: bool


async def list_versions(
    workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, *, limit: int = 50
) -> list[VersionRow]:
    """The newest first."""
    rows = await tx.execute(
        text(
            """SELECT v.number, v.created_at, v.created_by, v.note, v.id = a.published_version AS is_live
               FROM bot_versions v
               JOIN assistants a ON a.workspace_id = v.workspace_id AND a.id = v.assistant_id
               WHERE v.workspace_id = :w AND v.assistant_id = :a ORDER BY v.number DESC LIMIT :limit"""
        ),
        {"w": workspace, "a": assistant_id, "limit": limit},
    )
    return [VersionRow(*row) for row in rows]


async def files_of_number(
    workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, number: int
) -> dict[str, str] | None:
    """Path -> text of one version; None when there is none of that number."""
    files = await tx.scalar(
        text(
            """SELECT CAST(files AS text) FROM bot_versions
               WHERE workspace_id = :w AND assistant_id = :a AND number = :number"""
        ),
        {"w": workspace, "a": assistant_id, "number": number},
    )
    return None if files is None else msgspec.json.decode(files, type=dict[str, str])
