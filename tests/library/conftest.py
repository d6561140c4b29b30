"""A workspace with articles in it, indexed, and an embedder whose meaning can be foreseen."""

import secrets
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy
import pytest
from numpy.typing import NDArray
from tests.database import Database, migrated

from frontdesk.app.postgres import PostgresServer
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.library import editing
from frontdesk.library.indexing import Indexing
from frontdesk.ports.embedder import Embedder, EmbedderProfile
from frontdesk.store.articles import Article, Content
from frontdesk.store.connect import Store, open_store
from frontdesk.store.ids import mint

AT = datetime(2026, 11, 21, tzinfo=UTC)
SYNONYMS = {
    "refund": "money",
    "cash": "money",
    "parcel": "delivery",
    "shipment": "delivery",
    "shipping": "delivery",
}


class WordMeaning:
    """Texts mean the words in them, and some words the same: enough to tell meaning from spelling."""

    def __init__(self, fingerprint: str = "words:1", dim: int = 64) -> None:
        self.profile = EmbedderProfile("words", fingerprint, dim, 256, dense_weight=0.6)
        self.asked = 0
        self.away = False

    def trouble(self) -> str:
        return ""

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        return self._vectors(texts)

    embed_intents = embed_passages = embed_queries

    def _vectors(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        if self.away:
            raise Unavailable("the model is away")
        self.asked += len(texts)
        found = numpy.zeros((len(texts), self.profile.dim), numpy.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", " ").replace("?", " ").split():
                meant = SYNONYMS.get(word, word)
                found[row, zlib.crc32(meant.encode()) % self.profile.dim] += 1
        scaled: NDArray[numpy.float32] = found / numpy.maximum(
            numpy.linalg.norm(found, axis=1, keepdims=True), 1e-6
        )
        return scaled


class Here:
    """`ports.embedder.Embedders` of an installation that has these, the first that knows all languages being wanted."""

    def __init__(self, *embedders: Embedder | None) -> None:
        self.those = [embedder for embedder in embedders if embedder is not None]
        self.sought = 0

    def of(self, languages: Sequence[str]) -> Embedder | None:
        self.sought += 1
        return next((one for one in self.those if all(map(one.profile.knows, languages))), None)

    def by(self, fingerprint: str) -> Embedder | None:
        self.sought += 1
        return next((one for one in self.those if one.profile.fingerprint == fingerprint), None)


async def conversation(store: Store, workspace: WorkspaceId, name: str = "jo") -> ConversationId:
    """One of a customer of this name, with nothing said in it."""
    made = ConversationId(mint("conv"))
    async with store.turn_work(workspace) as connection:
        for statement in (
            "INSERT INTO channels (workspace_id, id, type, name) VALUES ($1, $2, 'rest', $3)",
            "INSERT INTO contacts (workspace_id, id, name) VALUES ($1, $2, $3)",
            """INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id,
                                          state, state_format)
               VALUES ($1, $2, $2, 'task_1', 'asst_1', $2, $3, '{}', 1)""",
        ):
            await connection.execute(statement, workspace, made, name)
    return made


@pytest.fixture(scope="session")
async def database(server: PostgresServer) -> Database:
    """One that no program works on: it would index these workspaces with its own models."""
    return await migrated(server, f"library_{secrets.token_hex(4)}")


@pytest.fixture(scope="session")
async def store(database: Database) -> AsyncIterator[Store]:
    opened = await open_store(database.url, pool_size=4)
    yield opened
    await opened.close()


Write = Callable[..., Awaitable[Article]]


@pytest.fixture
def write(store: Store, workspace: WorkspaceId) -> Write:
    """`await write("Title", "Body", tags=(...))`: an article, not indexed yet."""

    async def written(title: str, body: str, **others: Any) -> Article:
        content = Content(title=title, body=body, **others)
        async with store.unit_of_work(workspace) as tx:
            return await editing.add(workspace, tx, content, by="test", at=AT)

    return written


@pytest.fixture
def index(store: Store, workspace: WorkspaceId) -> Callable[..., Awaitable[None]]:
    async def indexed(embedder: Embedder | None = None) -> None:
        await Indexing(store, Here(embedder)).run(workspace)

    return indexed
