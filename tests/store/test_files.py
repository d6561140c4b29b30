"""Files in the database: whole, once, capped, and each workspace's own."""

import hashlib
import os

import pytest

from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.files import CHUNK_BYTES, StoredFile, delete_file, find_file, put_file, read_file, spool


async def stored(
    store: Store, workspace: WorkspaceId, content: bytes, content_type: str = "image/png"
) -> StoredFile:
    with spool() as upload:
        for start in range(0, len(content), 70_000):
            upload.write(content[start : start + 70_000])
        async with store.unit_of_work(workspace) as tx:
            return await put_file(workspace, tx, upload, content_type)


async def content_of(store: Store, workspace: WorkspaceId, file: StoredFile, start: int = 0) -> list[bytes]:
    return [piece async for piece in read_file(workspace, store, file, start=start)]


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES + 7])
async def test_content_comes_back_in_chunks(store: Store, workspace: WorkspaceId, size: int) -> None:
    content = os.urandom(size)
    file = await stored(store, workspace, content)
    assert file == StoredFile(hashlib.sha256(content).hexdigest(), size, "image/png")
    pieces = await content_of(store, workspace, file)
    assert b"".join(pieces) == content
    assert max(map(len, pieces), default=0) <= CHUNK_BYTES


@pytest.mark.parametrize("start", [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 5, 2 * CHUNK_BYTES])
async def test_reading_can_start_anywhere(store: Store, workspace: WorkspaceId, start: int) -> None:
    content = os.urandom(CHUNK_BYTES + 9)
    file = await stored(store, workspace, content)
    assert b"".join(await content_of(store, workspace, file, start)) == content[start:]


async def test_the_same_content_is_kept_once(store: Store, workspace: WorkspaceId) -> None:
    first = await stored(store, workspace, b"same")
    assert await stored(store, workspace, b"same", "text/html") == first
    async with store.turn_work(workspace) as connection:
        assert (
            await connection.fetchval("SELECT count(*) FROM file_chunks WHERE workspace_id = $1", workspace)
            == 1
        )


async def test_a_file_is_its_workspaces_own(
    store: Store, workspace: WorkspaceId, other_workspace: WorkspaceId
) -> None:
    file = await stored(store, workspace, b"ours")
    with pytest.raises(Refused):
        await content_of(store, other_workspace, file)
    async with store.unit_of_work(other_workspace) as tx:
        with pytest.raises(Refused):
            await find_file(other_workspace, tx, file.sha256)
        await delete_file(other_workspace, tx, file.sha256)
    assert await content_of(store, workspace, file) == [b"ours"]


async def test_a_removed_file_is_gone(store: Store, workspace: WorkspaceId) -> None:
    file = await stored(store, workspace, b"short-lived")
    async with store.unit_of_work(workspace) as tx:
        await delete_file(workspace, tx, file.sha256)
    with pytest.raises(Refused, match="no such file"):
        await content_of(store, workspace, file)


def test_a_file_over_the_cap_is_refused_while_it_comes_in() -> None:
    with spool(max_bytes=10) as upload:
        upload.write(b"x" * 10)
        with pytest.raises(Refused) as refused:
            upload.write(b"x")
    assert refused.value.code == "body_too_large"
