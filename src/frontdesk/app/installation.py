"""An installation as those have it who read and write its rows and nothing else: most commands, the first start."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from frontdesk.app import database
from frontdesk.app.clock import SystemClock
from frontdesk.app.settings import Settings
from frontdesk.ports.clock import Clock
from frontdesk.store.connect import Store, open_store

POOL = 2


@dataclass(frozen=True, slots=True)
class Installation:
    settings: Settings
    store: Store
    clock: Clock

    def now(self) -> datetime:
        return self.clock.now()


@asynccontextmanager
async def reached(settings: Settings, *, start: bool = False) -> AsyncIterator[Installation]:
    """Its rows, on the database of the running program; `start` starts the database where none runs.

    Raises:
        CannotStart: It does not run, or cannot.
    """
    async with database.opened(settings, start=start) as found:
        store = await open_store(found.url, pool_size=POOL)
        try:
            yield Installation(settings, store, SystemClock())
        finally:
            await store.close()
