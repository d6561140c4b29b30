"""Drafts of assistants' bots, file by file: what is being written and has not been published. Called by `studio`.

Whoever changes a draft holds the assistant's row, so that changes come one after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text

from frontdesk.core.ids import AssistantId, BotVersionId, WorkspaceId
from frontdesk.store.connect import json_text
from frontdesk.store.tx import Tx

_READ = text("""
    SELECT base_version, is_open, discarded_at, row_version, edited_by, edited_at FROM bot_drafts
    WHERE workspace_id = :w AND assistant_id = :a""")
_BEGIN = text("""
    INSERT INTO bot_drafts (workspace_id, assistant_id, base_version, edited_by, edited_at)
    VALUES (:w, :a, :base, :by, :at)
    ON CONFLICT (workspace_id, assistant_id) DO UPDATE
    SET base_version = :base, is_open = true, discarded_at = NULL, row_version = bot_drafts.row_version + 1,
        edited_by = :by, edited_at = :at""")
_EMPTY = text("DELETE FROM bot_draft_files WHERE workspace_id = :w AND assistant_id = :a")
_FILL = text("""
    INSERT INTO bot_draft_files (workspace_id, assistant_id, path, content, edited_by, edited_at)
    SELECT :w, :a, key, value, :by, :at FROM jsonb_each_text(CAST(:files AS jsonb))""")
_FILES = text("""
    SELECT path, content, edited_by, edited_at FROM bot_draft_files
    WHERE workspace_id = :w AND assistant_id = :a AND removed_at IS NULL ORDER BY path""")
_FILE = text("""
    SELECT path, content, edited_by, edited_at FROM bot_draft_files
    WHERE workspace_id = :w AND assistant_id = :a AND path = :path AND removed_at IS NULL""")
_PUT = text("""
    INSERT INTO bot_draft_files (workspace_id, assistant_id, path, content, edited_by, edited_at)
    VALUES (:w, :a, :path, :content, :by, :at)
    ON CONFLICT (workspace_id, assistant_id, path) DO UPDATE
    SET content = :content, edited_by = :by, edited_at = :at, removed_at = NULL""")
_REMOVE = text("""
    UPDATE bot_draft_files SET removed_at = :at, edited_by = :by, edited_at = :at
    WHERE workspace_id = :w AND assistant_id = :a AND path = :path AND removed_at IS NULL""")
_RESTORE = text("""
    UPDATE bot_draft_files SET removed_at = NULL, edited_by = :by, edited_at = :at
    WHERE workspace_id = :w AND assistant_id = :a AND path = :path AND removed_at IS NOT NULL""")
_TOUCH = text("""
    UPDATE bot_drafts SET row_version = row_version + 1, edited_by = :by, edited_at = :at
    WHERE workspace_id = :w AND assistant_id = :a AND is_open""")
_DISCARD = text("""
    UPDATE bot_drafts SET is_open = false, discarded_at = :at, row_version = row_version + 1,
           edited_by = :by, edited_at = :at
    WHERE workspace_id = :w AND assistant_id = :a AND is_open""")
_REOPEN = text("""
    UPDATE bot_drafts SET is_open = true, discarded_at = NULL, row_version = row_version + 1,
           edited_by = :by, edited_at = :at
    WHERE workspace_id = :w AND assistant_id = :a AND NOT is_open AND discarded_at IS NOT NULL""")
_END = text("""
    UPDATE bot_drafts SET is_open = false, discarded_at = NULL, row_version = row_version + 1
    WHERE workspace_id = :w AND assistant_id = :a""")
_OPEN = text("SELECT assistant_id, edited_by, edited_at FROM bot_drafts WHERE workspace_id = :w AND is_open")
_PUBLISHED = text("""
    SELECT a.published_version, v.files, v.created_by, v.created_at
    FROM assistants a
    LEFT JOIN bot_versions v ON v.workspace_id = a.workspace_id AND v.id = a.published_version
    WHERE a.workspace_id = :w AND a.id = :a""")


@dataclass(frozen=True, slots=True)
class DraftRow:
    """`is_open`: it is being written; else it was published, or discarded and may be taken up again."""

    base_version: BotVersionId | None
    is_open: bool
    discarded_at: datetime | None
    row_version: int
    edited_by: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    path: str
    text: str
    edited_by: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class Live:
    """The version that answers, with its files; `version_id` None while none does."""

    version_id: BotVersionId | None
    files: dict[str, FileRow]


@dataclass(frozen=True, slots=True)
class By:
    """Who changes a draft, and when."""

    name: str
    at: datetime


async def read_draft(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> DraftRow | None:
    """None where there was never one."""
    row = (await tx.execute(_READ, {"w": workspace, "a": assistant_id})).first()
    return None if row is None else DraftRow(*row)


async def open_drafts(workspace: WorkspaceId, tx: Tx) -> dict[str, tuple[str, datetime]]:
    """Which assistants have a draft: by whom it was changed last, and when."""
    rows = await tx.execute(_OPEN, {"w": workspace})
    return {row.assistant_id: (row.edited_by, row.edited_at) for row in rows}


async def live(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> Live:
    row = (await tx.execute(_PUBLISHED, {"w": workspace, "a": assistant_id})).first()
    if row is None or row.published_version is None:
        return Live(None, {})
    files = msgspec.convert(row.files, dict[str, str])
    found = {path: FileRow(path, files[path], row.created_by, row.created_at) for path in sorted(files)}
    return Live(row.published_version, found)


async def begin(
    workspace: WorkspaceId,
    tx: Tx,
    assistant_id: AssistantId,
    files: Mapping[str, str],
    *,
    base: BotVersionId | None,
    by: By,
) -> None:
    """A draft of these files, in the place of one that is open no more."""
    keys = {"w": workspace, "a": assistant_id, "by": by.name, "at": by.at}
    await tx.execute(_BEGIN, {**keys, "base": base})
    await tx.execute(_EMPTY, {"w": workspace, "a": assistant_id})
    await tx.execute(_FILL, {**keys, "files": json_text(dict(files))})


async def read_files(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> dict[str, FileRow]:
    """By path, in their order."""
    rows = await tx.execute(_FILES, {"w": workspace, "a": assistant_id})
    return {row.path: _file(row) for row in rows}


async def read_file(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, path: str) -> FileRow | None:
    row = (await tx.execute(_FILE, {"w": workspace, "a": assistant_id, "path": path})).first()
    return None if row is None else _file(row)


async def put_file(
    workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, path: str, content: str, *, by: By
) -> None:
    keys = {"w": workspace, "a": assistant_id, "by": by.name, "at": by.at}
    await tx.execute(_PUT, {**keys, "path": path, "content": content})
    await tx.execute(_TOUCH, keys)


async def remove_file(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, path: str, by: By) -> None:
    """It is kept beside the draft for as long as that is open."""
    keys = {"w": workspace, "a": assistant_id, "by": by.name, "at": by.at}
    await tx.execute(_REMOVE, {**keys, "path": path})
    await tx.execute(_TOUCH, keys)


async def restore_file(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, path: str, by: By) -> bool:
    """False where no file of this path was removed from the draft."""
    keys = {"w": workspace, "a": assistant_id, "by": by.name, "at": by.at}
    found = (await tx.execute(_RESTORE, {**keys, "path": path})).rowcount
    await tx.execute(_TOUCH, keys)
    return bool(found)


async def discard(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, by: By) -> bool:
    """Whether there was an open one; it can be reopened until another is begun."""
    keys = {"w": workspace, "a": assistant_id, "by": by.name, "at": by.at}
    return bool((await tx.execute(_DISCARD, keys)).rowcount)


async def reopen(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, by: By) -> bool:
    keys = {"w": workspace, "a": assistant_id, "by": by.name, "at": by.at}
    return bool((await tx.execute(_REOPEN, keys)).rowcount)


async def end(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId) -> None:
    """What it held is published: there is no draft any more."""
    await tx.execute(_END, {"w": workspace, "a": assistant_id})
    await tx.execute(_EMPTY, {"w": workspace, "a": assistant_id})


def _file(row: Row[Any]) -> FileRow:
    return FileRow(row.path, row.content, row.edited_by, row.edited_at)
