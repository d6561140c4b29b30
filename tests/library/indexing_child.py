"""Indexes a workspace with a model that never finishes its third batch: for tests that kill it in the middle."""

import asyncio
import os
import sys
from collections.abc import Sequence

import numpy
from numpy.typing import NDArray
from tests.library.conftest import Here, WordMeaning

from frontdesk.core.ids import WorkspaceId
from frontdesk.library.indexing import Indexing
from frontdesk.store.connect import open_store


class Stuck(WordMeaning):
    async def embed_passages(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        if self.asked > 40:
            sys.stdout.write("stuck\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
        return await super().embed_passages(texts)


async def main() -> None:
    store = await open_store(os.environ["TEST_URL"], pool_size=2)
    await Indexing(store, Here(Stuck("words:2", 32))).run(WorkspaceId(os.environ["TEST_WORKSPACE"]))


if __name__ == "__main__":
    asyncio.run(main())
