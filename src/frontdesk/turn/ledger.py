"""Claims and finishes of the deliveries that this process sends, many lanes in one transaction.

What comes while a statement is on its way goes with the next: one delivery at a time waits for nothing, and many
share the trip to the database and its write to the disk. Called by `turn/deliver.py`.
"""

import asyncio

from frontdesk.store import deliveries
from frontdesk.store.connect import Store
from frontdesk.store.deliveries import Claimed, Finished, Wanted

Written = asyncio.Task[dict[str, Claimed]]


class Ledger:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._finished: list[Finished] = []
        self._wanted: list[Wanted] = []
        self._collecting: Written | None = None
        self._last: Written | None = None

    async def want(self, wanted: Wanted) -> Claimed | None:
        """The head of the lane, when it is due and nobody is sending it; counts the try.

        Raises:
            Unavailable: The database is away. If it is claimed all the same, the claim runs out.
        """
        self._wanted.append(wanted)
        return await self._claimed(wanted.token)

    async def finish(self, finished: Finished) -> Claimed | None:
        """Close a delivery as sent or failed; the next of its lane when more are wanted and due.

        None, and nothing written, when the claim was lost meanwhile.

        Raises:
            Unavailable: The database is away. If it is not written, the claim runs out.
        """
        self._finished.append(finished)
        return await self._claimed(finished.token)

    async def close(self) -> None:
        """Once nobody enters anything more."""
        if self._last is not None:
            await asyncio.wait([self._last])

    async def _claimed(self, token: str) -> Claimed | None:
        if self._collecting is None:
            self._collecting = self._last = asyncio.create_task(self._write(self._last))
        # One that is cancelled must not take the others' with it.
        return (await asyncio.shield(self._collecting)).get(token)

    async def _write(self, before: Written | None) -> dict[str, Claimed]:
        if before is not None:
            await asyncio.wait([before])
        finished, self._finished = self._finished, []
        wanted, self._wanted = self._wanted, []
        self._collecting = None
        return await deliveries.settle(self._store, finished, wanted)
