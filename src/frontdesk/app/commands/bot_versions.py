"""`frontdesk bot versions`, `export`, `diff` and `rollback`: what an assistant has been, and back to it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Annotated

import typer

from frontdesk.app import database
from frontdesk.app.commands import chosen
from frontdesk.app.commands.bot_import import write_folder
from frontdesk.app.console import counted, run, say, settings_beside
from frontdesk.app.postgres import CannotStart
from frontdesk.app.wiring import Running, wired
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.assistants import Assistant
from frontdesk.store.tx import Tx
from frontdesk.store.versions import files_of_number, list_versions
from frontdesk.studio.publish import publish_as

BY = "shell"
Which = Annotated[str, typer.Option("--assistant", help=chosen.ASSISTANT_HELP)]
Where = Annotated[str, typer.Option("--workspace", help=chosen.WORKSPACE_HELP)]
Number = Annotated[int, typer.Argument(min=1, help="The version's number.")]


@dataclass(frozen=True, slots=True)
class _Place:
    """One assistant, and a transaction in its workspace."""

    running: Running
    workspace: WorkspaceId
    tx: Tx
    owner: Assistant

    async def files(self, number: int) -> dict[str, str]:
        found = await files_of_number(self.workspace, self.tx, self.owner.id, number)
        if found is None:
            raise CannotStart(
                f"{self.owner.slug} has no version {number}: `frontdesk bot versions` lists them."
            )
        return found

    async def live(self) -> int:
        for row in await list_versions(self.workspace, self.tx, self.owner.id):
            if row.is_live:
                return row.number
        raise CannotStart(f"Nothing of {self.owner.slug} is published.")


@asynccontextmanager
async def _opened(assistant: str, workspace: str) -> AsyncIterator[_Place]:
    settings = settings_beside()
    async with (
        database.opened(settings, start=False) as found,
        wired(settings, found.url) as running,
    ):
        where = await chosen.workspace(running.store, workspace)
        async with running.store.unit_of_work(where.workspace) as tx:
            yield _Place(running, where.workspace, tx, await chosen.assistant(where.workspace, tx, assistant))


def versions(assistant: Which = "", workspace: Where = "") -> None:
    """List the versions of an assistant's bot, the newest first."""

    async def work() -> None:
        async with _opened(assistant, workspace) as place:
            rows = await list_versions(place.workspace, place.tx, place.owner.id)
        for row in rows:
            live = "  answers now" if row.is_live else ""
            say(f"{row.number:5}  {row.created_at:%Y-%m-%d %H:%M} UTC  by {row.created_by}{live}")

    run(work())


def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go; must not be there yet.")],
    version: Annotated[int, typer.Option(help="Its number; left out: the one that answers.")] = 0,
    assistant: Which = "",
    workspace: Where = "",
) -> None:
    """Write a version's files into a folder, byte for byte as they were published."""
    if folder.exists():
        raise CannotStart(f"{folder} is there already: give a folder that is not.")

    async def work() -> None:
        async with _opened(assistant, workspace) as place:
            number = version or await place.live()
            files = await place.files(number)
        write_folder(folder, files)
        say(f"Version {number}: {counted(len(files), 'file')} in {folder}.")

    run(work())


def diff(before: Number, after: Number, assistant: Which = "", workspace: Where = "") -> None:
    """Show what changed from one version to another, file by file."""

    async def work() -> None:
        async with _opened(assistant, workspace) as place:
            lines = _diff(await place.files(before), await place.files(after), str(before), str(after))
        for line in lines or ["They are the same."]:
            say(line)

    run(work())


def rollback(number: Number, assistant: Which = "", workspace: Where = "") -> None:
    """Let the files of an earlier version answer again, as a new version."""

    async def work() -> None:
        async with _opened(assistant, workspace) as place:
            files, slug = await place.files(number), place.owner.slug
            where, store, at = place.workspace, place.running.store, place.running.line.clock.now()
        done = await publish_as(where, store, slug, files=files, by=BY, at=at)
        if done.changed:
            say(f"The files of version {number} answer again, as version {done.version.number}.")
        else:
            say(f"They answer already, as version {done.version.number}.")

    run(work())


def _diff(before: Mapping[str, str], after: Mapping[str, str], first: str, second: str) -> list[str]:
    lines: list[str] = []
    for path in sorted({*before, *after}):
        old, new = before.get(path, ""), after.get(path, "")
        names = f"version {first}/{path}", f"version {second}/{path}"
        lines += unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="")
    return lines
