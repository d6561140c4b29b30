"""Labels of a workspace and of its conversations. Called by `desk` and `web/v1`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

_COLUMNS = "id, name, color, row_version, created_at, deleted_at"
_LIST = text(f"""
    SELECT {_COLUMNS} FROM labels
    WHERE workspace_id = :w AND (deleted_at IS NOT NULL) = :bin AND id > :after ORDER BY id LIMIT :limit""")
_READ = f"SELECT {_COLUMNS} FROM labels WHERE workspace_id = :w AND id = :id"
_TAKEN = text("""
    SELECT 1 FROM labels
    WHERE workspace_id = :w AND lower(name) = lower(:name) AND id <> :id AND deleted_at IS NULL""")
_INSERT = text("INSERT INTO labels (workspace_id, id, name, color) VALUES (:w, :id, :name, :color)")
_UPDATE = text("""
    UPDATE labels SET name = :name, color = :color, row_version = row_version + 1
    WHERE workspace_id = :w AND id = :id""")
_DELETE = text("""
    UPDATE labels SET deleted_at = now(), row_version = row_version + 1 WHERE workspace_id = :w AND id = :id""")
_RESTORE = text("""
    UPDATE labels SET deleted_at = NULL, row_version = row_version + 1 WHERE workspace_id = :w AND id = :id""")
_BY_NAME = text("""
    SELECT id, name FROM labels
    WHERE workspace_id = :w AND deleted_at IS NULL AND lower(name) = ANY (CAST(:names AS text[]))""")
_PUT_ON = text("""
    INSERT INTO conversation_labels (workspace_id, conversation_id, label_id)
    SELECT :w, :conversation, unnest(CAST(:ids AS text[])) ON CONFLICT DO NOTHING""")
_TAKE_OFF = text("""
    DELETE FROM conversation_labels
    WHERE workspace_id = :w AND conversation_id = :conversation AND label_id = ANY (CAST(:ids AS text[]))""")
_OF = text("""
    SELECT l.name FROM conversation_labels c JOIN labels l ON l.workspace_id = c.workspace_id AND l.id = c.label_id
    WHERE c.workspace_id = :w AND c.conversation_id = :conversation AND l.deleted_at IS NULL ORDER BY lower(l.name)""")


@dataclass(frozen=True, slots=True)
class Label:
    id: str
    name: str
    color: str
    row_version: int
    created_at: datetime
    deleted_at: datetime | None


async def list_labels(
    workspace: WorkspaceId, tx: Tx, *, after: str, limit: int, from_bin: bool
) -> list[Label]:
    """In the order they were made; those in the bin instead with `from_bin`."""
    rows = await tx.execute(_LIST, {"w": workspace, "after": after, "limit": limit, "bin": from_bin})
    return [_label(row) for row in rows]


async def read_label(workspace: WorkspaceId, tx: Tx, label_id: str, *, for_change: bool = False) -> Label:
    """One label, in the bin or not."""
    sql = text(_READ + (" FOR UPDATE" if for_change else ""))
    row = (await tx.execute(sql, {"w": workspace, "id": label_id})).first()
    if row is None:
        raise Refused("not_found", "There is no such label.")
    return _label(row)


async def create_label(workspace: WorkspaceId, tx: Tx, *, name: str, color: str) -> str:
    made = mint("lbl")
    await _refuse_taken(workspace, tx, made, name)
    await tx.execute(_INSERT, {"w": workspace, "id": made, "name": name, "color": color})
    return made


async def update_label(workspace: WorkspaceId, tx: Tx, label_id: str, *, name: str, color: str) -> None:
    await _refuse_taken(workspace, tx, label_id, name)
    await tx.execute(_UPDATE, {"w": workspace, "id": label_id, "name": name, "color": color})


async def delete_label(workspace: WorkspaceId, tx: Tx, label_id: str) -> None:
    """Into the bin; conversations keep it there, and have it again when it comes back."""
    await tx.execute(_DELETE, {"w": workspace, "id": label_id})


async def restore_label(workspace: WorkspaceId, tx: Tx, label: Label) -> None:
    await _refuse_taken(workspace, tx, label.id, label.name)
    await tx.execute(_RESTORE, {"w": workspace, "id": label.id})


async def _refuse_taken(workspace: WorkspaceId, tx: Tx, label_id: str, name: str) -> None:
    if (await tx.execute(_TAKEN, {"w": workspace, "id": label_id, "name": name})).scalar():
        raise Refused("invalid", "There is a label of this name already.", field="name")


async def change_labels(
    workspace: WorkspaceId, tx: Tx, conversation: ConversationId, *, add: Sequence[str], remove: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Put labels on a conversation and take others off, by name; the names before and after.

    Raises:
        Refused: One that is to be put on is not there.
    """
    place = {"w": workspace, "conversation": conversation}
    before = await labels_of(workspace, tx, conversation)
    known = {
        row.name.lower(): row.id
        for row in await tx.execute(
            _BY_NAME, {"w": workspace, "names": [name.lower() for name in (*add, *remove)]}
        )
    }
    for name in add:
        if name.lower() not in known:
            raise Refused("invalid", f"There is no label {name!r}.", field="add")
    for sql, names in ((_PUT_ON, add), (_TAKE_OFF, remove)):
        ids = [known[name.lower()] for name in names if name.lower() in known]
        if ids:
            await tx.execute(sql, place | {"ids": ids})
    return before, await labels_of(workspace, tx, conversation)


async def unknown(workspace: WorkspaceId, tx: Tx, names: Sequence[str]) -> list[str]:
    """Those of the names that no label has, each once."""
    rows = await tx.execute(_BY_NAME, {"w": workspace, "names": [name.lower() for name in names]})
    known = {row.name.lower() for row in rows}
    return list({name.lower(): name for name in names if name.lower() not in known}.values())


async def labels_of(workspace: WorkspaceId, tx: Tx, conversation: ConversationId) -> list[str]:
    """The names of a conversation's labels."""
    return [row.name for row in await tx.execute(_OF, {"w": workspace, "conversation": conversation})]


def _label(row: Row[Any]) -> Label:
    return Label(row.id, row.name, row.color, row.row_version, row.created_at, row.deleted_at)
