"""The versions of an assistant's bot as they are looked at: their list, one with its files. None ever changes.

Publishing them is in `bots.py`. Called by `studio`, for the API and the command line.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, BotVersionId, WorkspaceId
from frontdesk.store.tx import Tx

# The same files have the same digest; `same_as` is the first version that had them, if it is an earlier one.
_COLUMNS = """
    SELECT v.id, v.number, v.sha256, v.note, v.created_by, v.created_at, v.id = a.published_version AS published,
           (SELECT min(f.number) FROM bot_versions f
            WHERE f.workspace_id = v.workspace_id AND f.assistant_id = v.assistant_id
              AND f.sha256 = v.sha256 AND f.number < v.number) AS same_as"""
_FROM = """
    FROM bot_versions v JOIN assistants a ON a.workspace_id = v.workspace_id AND a.id = v.assistant_id
    WHERE v.workspace_id = :w AND v.assistant_id = :a"""
_LIST = text(f"{_COLUMNS} {_FROM} AND v.number < :before ORDER BY v.number DESC LIMIT :limit")
_READ = text(f"{_COLUMNS}, v.files {_FROM} AND v.number = :number")
_PUBLISHED = text(f"SELECT v.number {_FROM} AND v.id = a.published_version")
_FORMER = text(f"SELECT max(v.number) {_FROM} AND v.number < :number")
_LIVE = text(f"""{_COLUMNS}, v.assistant_id
    FROM bot_versions v JOIN assistants a ON a.workspace_id = v.workspace_id AND a.id = v.assistant_id
    WHERE v.workspace_id = :w AND v.id = a.published_version""")
NEWEST = 2**31 - 1
"""Where a list begins; numbers are smaller."""


@dataclass(frozen=True, slots=True)
class Version:
    """One published version; `comment` is its author's, `same_as` an earlier version with the same files."""

    id: BotVersionId
    number: int
    sha256: str
    comment: str
    created_by: str
    created_at: datetime
    published: bool
    same_as: int | None


@dataclass(frozen=True, slots=True)
class VersionFiles:
    """A version with its files: path -> text."""

    version: Version
    files: dict[str, str]


async def list_versions(
    workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, *, before: int = NEWEST, limit: int
) -> list[Version]:
    """The newest first, those with a number below `before`."""
    keys = {"w": workspace, "a": assistant_id, "before": before, "limit": limit}
    return [_version(row) for row in await tx.execute(_LIST, keys)]


async def read_version(
    workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, number: int
) -> VersionFiles:
    """One version with its files.

    Raises:
        Refused: There is no such version.
    """
    keys = {"w": workspace, "a": assistant_id, "number": number}
    row = (await tx.execute(_READ, keys)).first() if 0 < number <= NEWEST else None
    if row is None:
        raise Refused("not_found", f"There is no version {number} of this assistant.")
    files = msgspec.convert(row.files, dict[str, str])
    return VersionFiles(_version(row), files)


async def published_number(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> int | None:
    """The number of the version that answers."""
    found: int | None = await tx.scalar(_PUBLISHED, {"w": workspace, "a": assistant_id})
    return found


async def all_live(workspace: WorkspaceId, tx: Tx) -> dict[str, Version]:
    """The version that answers, by assistant."""
    return {row.assistant_id: _version(row) for row in await tx.execute(_LIVE, {"w": workspace})}


async def former_number(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, number: int) -> int | None:
    """The version before that one."""
    found: int | None = await tx.scalar(_FORMER, {"w": workspace, "a": assistant_id, "number": number})
    return found


def _version(row: Row[Any]) -> Version:
    return Version(
        row.id,
        row.number,
        row.sha256,
        row.note,
        row.created_by,
        row.created_at,
        row.published,
        row.same_as,
    )
