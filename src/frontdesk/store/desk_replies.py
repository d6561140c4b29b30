"""Saved replies: texts that people send again and again, with places for names. Called by `web/v1`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

_COLUMNS = "id, name, text, language, row_version, created_at, updated_at, deleted_at"
_LIST = text(f"""
    SELECT {_COLUMNS} FROM saved_replies
    WHERE workspace_id = :w AND (deleted_at IS NOT NULL) = :bin AND id > :after
      AND (:q = '' OR name ILIKE :like OR text ILIKE :like)
    ORDER BY id LIMIT :limit""")
_READ = f"SELECT {_COLUMNS} FROM saved_replies WHERE workspace_id = :w AND id = :id"
_TAKEN = text("""
    SELECT 1 FROM saved_replies
    WHERE workspace_id = :w AND lower(name) = lower(:name) AND language = :language AND id <> :id
      AND deleted_at IS NULL""")
_INSERT = text("""
    INSERT INTO saved_replies (workspace_id, id, name, text, language) VALUES (:w, :id, :name, :text, :language)""")
_UPDATE = text("""
    UPDATE saved_replies
    SET name = :name, text = :text, language = :language, updated_at = now(), row_version = row_version + 1
    WHERE workspace_id = :w AND id = :id""")
_DELETE = text("""
    UPDATE saved_replies SET deleted_at = now(), row_version = row_version + 1 WHERE workspace_id = :w AND id = :id""")
_RESTORE = text("""
    UPDATE saved_replies SET deleted_at = NULL, row_version = row_version + 1 WHERE workspace_id = :w AND id = :id""")


@dataclass(frozen=True, slots=True)
class Words:
    """What a saved reply says. `name` is what people find it by; an empty `language` is for every one."""

    name: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    id: str
    words: Words
    row_version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


async def list_replies(
    workspace: WorkspaceId, tx: Tx, *, words: str, after: str, limit: int, from_bin: bool
) -> list[Reply]:
    """In the order they were made, those with `words` in name or text; those in the bin instead with `from_bin`."""
    like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    given = {"w": workspace, "q": words, "like": like, "after": after, "limit": limit, "bin": from_bin}
    return [_reply(row) for row in await tx.execute(_LIST, given)]


async def read_reply(workspace: WorkspaceId, tx: Tx, reply_id: str, *, for_change: bool = False) -> Reply:
    """One saved reply, in the bin or not."""
    sql = text(_READ + (" FOR UPDATE" if for_change else ""))
    row = (await tx.execute(sql, {"w": workspace, "id": reply_id})).first()
    if row is None:
        raise Refused("not_found", "There is no such saved reply.")
    return _reply(row)


async def create_reply(workspace: WorkspaceId, tx: Tx, words: Words) -> str:
    made = mint("reply")
    await _refuse_taken(workspace, tx, made, words)
    await tx.execute(_INSERT, _given(workspace, made, words))
    return made


async def update_reply(workspace: WorkspaceId, tx: Tx, reply_id: str, words: Words) -> None:
    await _refuse_taken(workspace, tx, reply_id, words)
    await tx.execute(_UPDATE, _given(workspace, reply_id, words))


async def delete_reply(workspace: WorkspaceId, tx: Tx, reply_id: str) -> None:
    await tx.execute(_DELETE, {"w": workspace, "id": reply_id})


async def restore_reply(workspace: WorkspaceId, tx: Tx, reply: Reply) -> None:
    await _refuse_taken(workspace, tx, reply.id, reply.words)
    await tx.execute(_RESTORE, {"w": workspace, "id": reply.id})


async def _refuse_taken(workspace: WorkspaceId, tx: Tx, reply_id: str, words: Words) -> None:
    if (await tx.execute(_TAKEN, _given(workspace, reply_id, words))).scalar():
        raise Refused("invalid", "There is a saved reply of this name and language already.", field="name")


def _given(workspace: WorkspaceId, reply_id: str, words: Words) -> dict[str, object]:
    return {
        "w": workspace,
        "id": reply_id,
        "name": words.name,
        "text": words.text,
        "language": words.language,
    }


def _reply(row: Row[Any]) -> Reply:
    words = Words(row.name, row.text, row.language)
    return Reply(row.id, words, row.row_version, row.created_at, row.updated_at, row.deleted_at)
