"""On a PostgreSQL without pgvector words alone answer; when it comes later, `migrate` is all that is needed."""

import secrets
from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.database import Database, migrated
from tests.library.conftest import AT, Here, WordMeaning

from frontdesk.app import database as program_database
from frontdesk.app.postgres import PostgresServer
from frontdesk.core.ids import WorkspaceId
from frontdesk.library import editing, indexing
from frontdesk.library.indexing import Indexing
from frontdesk.library.search import Query, Search
from frontdesk.store import vectors, workspaces
from frontdesk.store.articles import Content
from frontdesk.store.connect import Store, open_store
from frontdesk.store.ids import mint


@pytest.fixture
async def without(server: PostgresServer) -> AsyncIterator[tuple[Database, Store]]:
    made = await migrated(server, f"plain_{secrets.token_hex(4)}")
    connection = await asyncpg.connect(made.admin_url)
    await connection.execute("DROP TABLE passage_vectors")
    await connection.execute("DROP EXTENSION vector")
    await connection.close()
    opened = await open_store(made.url, pool_size=2)
    yield made, opened
    await opened.close()


async def test_words_alone_answer_until_pgvector_comes(
    server: PostgresServer, without: tuple[Database, Store]
) -> None:
    place, store = without
    workspace, meaning = WorkspaceId(mint("ws")), WordMeaning()
    async with store.unit_of_work(workspace) as tx:
        await workspaces.create(workspace, tx, name="Plain")
        content = Content(title="Money back", body="You get your money within five days.")
        await editing.add(workspace, tx, content, by="test", at=AT)
    await Indexing(store, Here(meaning)).run(workspace)
    assert not await vectors.is_there(store)
    found = await Search(store, Here(meaning)).find(workspace, Query("my money", "en"))
    assert (found.by_meaning, [hit.found.title for hit in found.hits]) == (False, ["Money back"])
    told = await indexing.progress(workspace, store, Here(meaning))
    assert (told.passages, told.with_vectors, told.by_meaning) == (1, 0, False)
    await program_database.migrate(place.admin_url, server.program.user)
    assert await vectors.is_there(store)
    await Indexing(store, Here(meaning)).run(workspace)
    assert (await Search(store, Here(meaning)).find(workspace, Query("cash", "en"))).by_meaning
