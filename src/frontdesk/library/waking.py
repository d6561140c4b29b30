"""When indexing runs: after each change, and every so often for what a lost job left or another model asks for.

What does the work is loaded when there is some: a program without articles needs none of it.
"""

import importlib
from typing import TYPE_CHECKING

import structlog

from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.jobs.queue import Payload, drop_queued, enqueue
from frontdesk.library import choosing
from frontdesk.ports.embedder import Embedders
from frontdesk.store import passages, vectors
from frontdesk.store.connect import Store
from frontdesk.store.passages import Kept
from frontdesk.store.tx import Tx

if TYPE_CHECKING:
    from frontdesk.library.indexing import Indexing

JOB = "index_knowledge"
AT_ONCE = 8
"""Jobs, in all processes together: each is at one workspace, and a slow embedding service may hold it for hours."""

log = structlog.get_logger()


async def wake(workspace: WorkspaceId, tx: Tx) -> None:
    """Have what has changed in this transaction indexed after its commit."""
    await enqueue(tx, JOB, {"workspace": workspace})


class LateIndexing:
    """The job's handler, and the net under lost jobs."""

    def __init__(self, store: Store, embedders: Embedders) -> None:
        self._store = store
        self._embedders = embedders
        self._indexing: Indexing | None = None

    async def run_job(self, payload: Payload) -> None:
        """All that is due: each change wakes it, and one run does what all of those that wait ask for."""
        await drop_queued(self._store, JOB, payload)
        await self._run(WorkspaceId(payload["workspace"]))

    async def sweep(self) -> None:
        by_meaning = await vectors.is_there(self._store)
        for kept in await passages.every_kept(self._store):
            try:
                if kept.is_due or (by_meaning and await self._lacks_vectors(kept)):
                    await self._run(kept.workspace)
            except Unavailable:
                raise
            except Exception:
                # What breaks one workspace's indexing must not keep those behind it from theirs.
                log.exception("knowledge.not_indexed", workspace=kept.workspace)

    async def _lacks_vectors(self, kept: Kept) -> bool:
        embedder = choosing.chosen(kept.languages, self._embedders)
        if embedder is None:
            return False
        model = embedder.profile
        return not kept.is_of(model.fingerprint) or await vectors.are_missing(
            kept.workspace, self._store, model.fingerprint, languages=model.languages
        )

    async def _run(self, workspace: WorkspaceId) -> None:
        if self._indexing is None:
            made = importlib.import_module("frontdesk.library.indexing").Indexing
            self._indexing = made(self._store, self._embedders)
        await self._indexing.run(workspace)
