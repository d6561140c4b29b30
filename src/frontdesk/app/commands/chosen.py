"""Which workspace and which assistant a command is about: those that it names, else one's own and its default."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands.own import settings_beside
from frontdesk.app.installation import Installation
from frontdesk.app.installation import reached as reached_rows
from frontdesk.core.errors import Refused
from frontdesk.core.ids import BotVersionId, WorkspaceId
from frontdesk.dialog.problems import listed
from frontdesk.store import assistants, audit, bots
from frontdesk.store.assistants import Assistant
from frontdesk.store.connect import Store
from frontdesk.store.directory import WorkspaceRow, every_workspace, own_workspace
from frontdesk.store.tx import Tx

WORKSPACE_HELP = "Its id or name; left out: your own."
ASSISTANT_HELP = "Its short name or id; left out: the one by default."
COMMENT_HELP = "What it is for; the list of versions shows it."
BY = "shell"
"""Who does what a command does, in the audit log."""


@dataclass(frozen=True, slots=True)
class Place:
    """The assistant that a command is about, inside one transaction."""

    here: Installation
    workspace: WorkspaceId
    owner: Assistant
    tx: Tx

    async def record(self, action: str, after: dict[str, object]) -> None:
        entry = audit.Entry(self.here.now(), BY, action, self.owner.id, after=after)
        await audit.append(self.workspace, self.tx, entry)


@asynccontextmanager
async def reached(wanted: str) -> AsyncIterator[tuple[Installation, WorkspaceRow]]:
    """This installation, and the workspace."""
    async with reached_rows(settings_beside()) as here:
        yield here, await workspace(here.store, wanted)


@asynccontextmanager
async def held(here: Installation, own: WorkspaceId, wanted: str) -> AsyncIterator[Place]:
    """A unit of work with the assistant."""
    async with here.store.unit_of_work(own) as tx:
        yield Place(here, own, await assistant(own, tx, wanted), tx)


@asynccontextmanager
async def opened(wanted: str, of_workspace: str) -> AsyncIterator[Place]:
    """Both for a command that needs no more than one unit of work."""
    async with reached(of_workspace) as (here, row), held(here, row.workspace, wanted) as place:
        yield place


async def workspace(store: Store, wanted: str) -> WorkspaceRow:
    """The workspace with this id or name; one's own when nothing is wanted. Capitals count where only they differ.

    Raises:
        CannotStart: There is none, or several have that name.
    """
    if not wanted:
        own = await own_workspace(store)
        if own is None:
            raise CannotStart("There is no workspace here yet: start Frontdesk once.")
        return own
    every = await every_workspace(store)
    found = (
        [row for row in every if row.workspace == wanted]
        or [row for row in every if row.name == wanted]
        or [row for row in every if row.name.casefold() == wanted.casefold()]
    )
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


def published(owner: Assistant) -> BotVersionId:
    """The version with which it answers.

    Raises:
        CannotStart: It has none yet.
    """
    if owner.published_version is None:
        raise CannotStart(f"{owner.slug} has no version yet: `frontdesk bot publish FOLDER` makes one.")
    return owner.published_version
