"""The parts of the whole program beside the one that runs, for commands that search, ask models or understand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from frontdesk.app import database
from frontdesk.app.commands import chosen
from frontdesk.app.commands.own import settings_beside
from frontdesk.app.wiring import Running, wired
from frontdesk.store.directory import WorkspaceRow


@asynccontextmanager
async def opened(wanted: str) -> AsyncIterator[tuple[Running, WorkspaceRow]]:
    """They, and the workspace."""
    settings = settings_beside()
    async with database.opened(settings, start=False) as found, wired(settings, found.url) as running:
        yield running, await chosen.workspace(running.store, wanted)
