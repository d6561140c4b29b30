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
from frontdesk.store.directory import each_workspace
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
        async for row in each_workspace(self._store):
            try:
                if await self._is_work(row.workspace):
                    await self._run(row.workspace)
            except Unavailable:
                raise
            except Exception:
                # What breaks one workspace's indexing must not keep those behind it from theirs.
                log.exception("knowledge.not_indexed", workspace=row.workspace)

    async def _is_work(self, workspace: WorkspaceId) -> bool:
        embedder = await choosing.wanted(workspace, self._store, self._embedders)
        profile = None if embedder is None else embedder.profile
        if await passages.is_work(workspace, self._store, None if profile is None else profile.fingerprint):
            return True
        return profile is not None and await vectors.are_missing(
            workspace, self._store, profile.fingerprint, languages=profile.languages
        )

    async def _run(self, workspace: WorkspaceId) -> None:
        if self._indexing is None:
            made = importlib.import_module("frontdesk.library.indexing").Indexing
            self._indexing = made(self._store, self._embedders)
        await self._indexing.run(workspace)
