"""Files in the database: named by the SHA-256 of their content, kept in chunks, the same content once a workspace.

An upload is collected in a `Spool` first (on disk when it is large), so that no transaction waits for a slow
sender; `put_file` then stores it. Reading takes one short query a chunk, so that a slow reader holds nothing.
"""

import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from sqlalchemy import text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.tx import Tx

CHUNK_BYTES = 1_048_576
MAX_FILE_BYTES = 25_000_000

_PUT = text("""
    INSERT INTO files (workspace_id, sha256, size_bytes, content_type)
    VALUES (:workspace, :sha256, :size_bytes, :content_type)
    ON CONFLICT DO NOTHING RETURNING sha256""")
_PUT_CHUNK = text("""
    INSERT INTO file_chunks (workspace_id, sha256, n, data) VALUES (:workspace, :sha256, :n, :data)""")
_FIND = text("""
    SELECT sha256, size_bytes, content_type FROM files WHERE workspace_id = :workspace AND sha256 = :sha256""")
_DELETE = text("DELETE FROM files WHERE workspace_id = :workspace AND sha256 = :sha256")
_CHUNK = "SELECT data FROM file_chunks WHERE workspace_id = $1 AND sha256 = $2 AND n = $3"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`content_type` is what the first one to store this content said."""

    sha256: str
    size_bytes: int
    content_type: str


class Spool:
    """An upload on its way in, made by `spool`: write to it, then hand it to `put_file`."""

    def __init__(self, file: IO[bytes], max_bytes: int) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._max_bytes = max_bytes
        self.size_bytes = 0

    def write(self, data: bytes) -> None:
        self.size_bytes += len(data)
        if self.size_bytes > self._max_bytes:
            raise Refused("body_too_large", f"A file may have up to {self._max_bytes} bytes.")
        self._digest.update(data)
        self._file.write(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def rewind(self) -> None:
        self._file.seek(0)

    def read_chunk(self) -> bytes:
        return self._file.read(CHUNK_BYTES)


@contextmanager
def spool(max_bytes: int = MAX_FILE_BYTES) -> Iterator[Spool]:
    with tempfile.SpooledTemporaryFile(max_size=CHUNK_BYTES) as file:
        yield Spool(file, max_bytes)


async def put_file(workspace: WorkspaceId, tx: Tx, upload: Spool, content_type: str) -> StoredFile:
    file = StoredFile(upload.sha256, upload.size_bytes, content_type)
    place = {"workspace": workspace, "sha256": file.sha256}
    row = {**place, "size_bytes": file.size_bytes, "content_type": content_type}
    if (await tx.execute(_PUT, row)).first() is None:
        return await find_file(workspace, tx, file.sha256)
    upload.rewind()
    n = 0
    while data := upload.read_chunk():
        await tx.execute(_PUT_CHUNK, {**place, "n": n, "data": data})
        n += 1
    return file


async def find_file(workspace: WorkspaceId, tx: Tx, sha256: str) -> StoredFile:
    row = (await tx.execute(_FIND, {"workspace": workspace, "sha256": sha256})).first()
    if row is None:
        raise Refused("not_found", "There is no such file.")
    return StoredFile(row.sha256, row.size_bytes, row.content_type)


async def delete_file(workspace: WorkspaceId, tx: Tx, sha256: str) -> None:
    """For whoever knows that nothing refers to it any more."""
    await tx.execute(_DELETE, {"workspace": workspace, "sha256": sha256})


async def read_file(
    workspace: WorkspaceId, store: Store, file: StoredFile, *, start: int = 0
) -> AsyncIterator[bytes]:
    """The content from byte `start` on, in pieces of at most `CHUNK_BYTES`."""
    n, skip = divmod(start, CHUNK_BYTES)
    while n * CHUNK_BYTES < file.size_bytes:
        async with store.turn_work(workspace) as connection:
            data = await connection.fetchval(_CHUNK, workspace, file.sha256, n)
        if data is None:
            raise Refused("not_found", "There is no such file any more.")
        yield data[skip:]
        n, skip = n + 1, 0
