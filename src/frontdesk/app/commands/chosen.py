"""Which workspace and which assistant a command is about: those that it names, else one's own and its default."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from frontdesk.app import database
from frontdesk.app.console import settings_beside
from frontdesk.app.postgres import CannotStart
from frontdesk.app.wiring import Running, wired
from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.dialog.problems import listed
from frontdesk.store import assistants, audit, bots
from frontdesk.store.assistants import Assistant
from frontdesk.store.connect import Store
from frontdesk.store.directory import WorkspaceRow, every_workspace
from frontdesk.store.tx import Tx

WORKSPACE_HELP = "Its id or name; left out: your own."
ASSISTANT_HELP = "Its short name or id; left out: the one by default."
BY = "shell"
"""Who does what a command does, in the audit log."""


@dataclass(frozen=True, slots=True)
class Place:
    """The assistant that a command is about, inside one transaction."""

    running: Running
    workspace: WorkspaceId
    owner: Assistant
    tx: Tx

    async def record(self, action: str, after: dict[str, object]) -> None:
        entry = audit.Entry(self.running.line.clock.now(), BY, action, self.owner.id, after=after)
        await audit.append(self.workspace, self.tx, entry)


@asynccontextmanager
async def reached(wanted: str) -> AsyncIterator[tuple[Running, WorkspaceRow]]:
    """The running parts of this installation, and the workspace."""
    settings = settings_beside()
    async with database.opened(settings, start=False) as found, wired(settings, found.url) as running:
        yield running, await workspace(running.store, wanted)


@asynccontextmanager
async def held(running: Running, own: WorkspaceId, wanted: str) -> AsyncIterator[Place]:
    """A unit of work with the assistant."""
    async with running.store.unit_of_work(own) as tx:
        yield Place(running, own, await assistant(own, tx, wanted), tx)


@asynccontextmanager
async def opened(wanted: str, of_workspace: str) -> AsyncIterator[Place]:
    """Both for a command that needs no more than one unit of work."""
    async with reached(of_workspace) as (running, row), held(running, row.workspace, wanted) as place:
        yield place


async def workspace(store: Store, wanted: str) -> WorkspaceRow:
    """The workspace with this id or name; one's own when nothing is wanted.

    Raises:
        CannotStart: There is none, or several have that name.
    """
    every = await every_workspace(store)
    if not wanted:
        found = [row for row in every if row.is_default]
        if not found:
            raise CannotStart("There is no workspace here yet: start Frontdesk once.")
        return found[0]
    found = [row for row in every if row.workspace == wanted] or [row for row in every if row.name == wanted]
    if len(found) > 1:
        raise CannotStart(f"Several workspaces are called {wanted}: give the id of one of them.")
    if not found:
        # Names may be given twice, so each stands with its id.
        there = listed(f"{row.name} ({row.workspace})" for row in every)
        raise CannotStart(f"There is no workspace {wanted}. There are: {there}.")
    return found[0]


async def assistant(workspace: WorkspaceId, tx: Tx, wanted: str) -> Assistant:
    """The assistant with this short name or id; the default one when nothing is wanted.

    Raises:
        CannotStart: There is no such assistant; or nothing is wanted, and there is none by default.
    """
    if wanted:
        found = await bots.find_by_slug(workspace, tx, wanted)
        try:
            return await assistants.read_assistant(workspace, tx, found or wanted)
        except Refused:
            raise CannotStart(
                f"There is no assistant {wanted} in this workspace. If it is in another, name that with --workspace."
            ) from None
    found = await assistants.find_default(workspace, tx)
    if found is None:
        raise CannotStart("No assistant is there yet: `frontdesk bot publish FOLDER` makes one.")
    return await assistants.read_assistant(workspace, tx, found)
