"""Uploaded files: their names and types, and the conversation each belongs to and goes with.

A file belongs to nobody's conversation until a message with it is written; who never used it loses it after a day.
The content lies in `files`, once a workspace, until the last upload of it has gone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.ids import ConversationId, FileId, WorkspaceId
from frontdesk.core.message import FileFacts
from frontdesk.store.connect import Store
from frontdesk.store.files import Spool, put_file
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

UNUSED_HOURS = 24
BATCH = 200

_COLUMNS = """u.id, u.sha256, u.name, u.content_type, u.size_bytes, u.width, u.height, u.uploaded_by,
    u.conversation_id, u.created_at"""
# Content that is being uploaded again is no longer old, so that no trim takes it away meanwhile.
_KEEP = text("UPDATE files SET created_at = now() WHERE workspace_id = :w AND sha256 = :sha256")
_PUT = text("""
    INSERT INTO uploads (workspace_id, id, sha256, name, content_type, size_bytes, width, height, uploaded_by)
    VALUES (:w, :id, :sha256, :name, :content_type, :size_bytes, :width, :height, :uploaded_by)""")
_READ = text(f"""
    SELECT {_COLUMNS}, c.assistant_id FROM uploads u
    LEFT JOIN conversations c ON c.workspace_id = u.workspace_id AND c.id = u.conversation_id
    WHERE u.workspace_id = :w AND u.id = :id""")
_ATTACH = text("""
    UPDATE uploads SET conversation_id = :conversation
    WHERE workspace_id = :w AND id = ANY(CAST(:ids AS text[]))
      AND (conversation_id IS NULL OR conversation_id = :conversation)
    RETURNING id, coalesce(width, 0) AS width, coalesce(height, 0) AS height, size_bytes""")
_OF_SENDER = f"""
    SELECT {_COLUMNS}, NULL FROM uploads u WHERE u.workspace_id = $1 AND u.uploaded_by = $2 AND u.id = ANY ($3)"""
_COUNT = text("""
    SELECT count(*) FROM uploads
    WHERE workspace_id = :w AND uploaded_by = :by AND created_at > now() - make_interval(hours => :hours)""")
_UNUSED = """DELETE FROM uploads WHERE workspace_id = $1 AND id IN (
        SELECT id FROM uploads
        WHERE workspace_id = $1 AND conversation_id IS NULL AND created_at < now() - make_interval(hours => $2)
        ORDER BY created_at LIMIT $3)"""
_UNREFERENCED = """DELETE FROM files WHERE workspace_id = $1 AND sha256 IN (
        SELECT f.sha256 FROM files f
        WHERE f.workspace_id = $1 AND f.created_at < now() - make_interval(hours => $2)
          AND NOT EXISTS (SELECT FROM uploads u WHERE u.workspace_id = f.workspace_id AND u.sha256 = f.sha256)
        ORDER BY f.created_at LIMIT $3 FOR UPDATE)"""
_GONE = text("""
    DELETE FROM files f WHERE f.workspace_id = :w AND f.sha256 = ANY(CAST(:hashes AS text[]))
      AND NOT EXISTS (SELECT FROM uploads u WHERE u.workspace_id = f.workspace_id AND u.sha256 = f.sha256)""")
# What the visitor handed in last and has not sent yet belongs to no conversation: it goes as well.
_THEIRS = text("""
    DELETE FROM uploads WHERE workspace_id = :w AND id IN (
        SELECT u.id FROM uploads u WHERE u.workspace_id = :w AND u.conversation_id = ANY (CAST(:ids AS text[]))
        UNION ALL
        SELECT u.id FROM conversations c
        JOIN uploads u ON u.workspace_id = c.workspace_id AND u.uploaded_by = 'visitor:' || c.external_id
        WHERE c.workspace_id = :w AND c.id = ANY (CAST(:ids AS text[])) AND u.conversation_id IS NULL)
    RETURNING sha256""")


@dataclass(frozen=True, slots=True)
class NewUpload:
    """`width` and `height` are those of a picture that is shown."""

    name: str
    content_type: str
    uploaded_by: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """`assistant_id`: of its conversation; None while it belongs to none."""

    id: FileId
    sha256: str
    name: str
    content_type: str
    size_bytes: int
    width: int | None
    height: int | None
    uploaded_by: str
    conversation_id: ConversationId | None
    created_at: datetime
    assistant_id: str | None


async def put(workspace: WorkspaceId, tx: Tx, spooled: Spool, new: NewUpload) -> Upload:
    file = await put_file(workspace, tx, spooled, new.content_type)
    if (await tx.execute(_KEEP, {"w": workspace, "sha256": file.sha256})).rowcount == 0:
        raise Unavailable("The file was being cleared away: send it again.")
    id_ = FileId(mint("file"))
    row = {
        "w": workspace,
        "id": id_,
        "sha256": file.sha256,
        "name": new.name,
        "content_type": new.content_type,
        "size_bytes": file.size_bytes,
        "width": new.width,
        "height": new.height,
        "uploaded_by": new.uploaded_by,
    }
    await tx.execute(_PUT, row)
    return await read(workspace, tx, id_)


async def read(workspace: WorkspaceId, tx: Tx, file_id: FileId) -> Upload:
    row = (await tx.execute(_READ, {"w": workspace, "id": file_id})).first()
    if row is None:
        raise Refused("not_found", "There is no such file.")
    return Upload(*row)


async def attach(
    workspace: WorkspaceId, tx: Tx, file_ids: Collection[str], conversation_id: ConversationId
) -> dict[str, FileFacts]:
    """These files belong to the conversation from here on: called with the message that has them. What they are.

    Raises:
        Refused: One of them is not there, or is another conversation's.
    """
    if not file_ids:
        return {}
    given = {"w": workspace, "ids": list(file_ids), "conversation": conversation_id}
    rows = (await tx.execute(_ATTACH, given)).all()
    if len(rows) != len(set(file_ids)):
        raise Refused("invalid", "A file of the message is not there: upload it again.", field="parts")
    return {row.id: FileFacts(row.width, row.height, row.size_bytes) for row in rows}


def visitor(external_id: str) -> str:
    """What a visitor is called as one who has uploaded something."""
    return f"visitor:{external_id}"


async def of_sender(
    workspace: WorkspaceId, store: Store, sender: str, file_ids: Sequence[str]
) -> list[Upload]:
    """What this one has uploaded, in the order of the ids.

    Raises:
        Refused: One of them is not there, or somebody else's.
    """
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_OF_SENDER, workspace, sender, list(file_ids))
    found = {row["id"]: Upload(*row) for row in rows}
    if found.keys() != set(file_ids):
        raise Refused("invalid", "A file of the message is not there: send it again.", field="files")
    return [found[FileId(each)] for each in file_ids]


async def count_of(workspace: WorkspaceId, tx: Tx, sender: str, *, hours: int) -> int:
    """How many files this one has uploaded in the last so many hours."""
    count: int = (await tx.execute(_COUNT, {"w": workspace, "by": sender, "hours": hours})).scalar_one()
    return count


async def erase_of(workspace: WorkspaceId, tx: Tx, conversations: Sequence[str]) -> int:
    """Everything that was uploaded into these conversations; how many files that were."""
    rows = (await tx.execute(_THEIRS, {"w": workspace, "ids": list(conversations)})).scalars().all()
    await tx.execute(_GONE, {"w": workspace, "hashes": list(rows)})
    return len(rows)


async def trim(workspace: WorkspaceId, store: Store) -> None:
    """Uploads that nobody used, and content that no upload has any more."""
    for sql in (_UNUSED, _UNREFERENCED):
        count = BATCH
        while count == BATCH:
            async with store.turn_work(workspace) as connection:
                count = int((await connection.execute(sql, workspace, UNUSED_HOURS, BATCH)).split()[1])
