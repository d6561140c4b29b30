"""`frontdesk restore`: says what it replaces, asks, keeps a backup of that, restores, and says how to go back."""

import shlex
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from frontdesk.app import backup as backups
from frontdesk.app import database
from frontdesk.app.cannot_start import CannotStart, writing_in
from frontdesk.app.commands.own import own_settings
from frontdesk.app.console import counted, result, run, say
from frontdesk.app.database import Database
from frontdesk.app.invoked import program
from frontdesk.app.postgres import Dsn
from frontdesk.app.settings import Settings
from frontdesk.store import health
from frontdesk.store.master_key import FILE_NAME

FOLDER = "before-restore"


def restore(
    source: Annotated[Path, typer.Argument(help="A file that `frontdesk backup` wrote.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    no_backup: Annotated[
        bool,
        typer.Option("--no-backup", help="Make no backup of the present database before it is replaced."),
    ] = False,
    discard_old: Annotated[
        bool, typer.Option("--discard-old", help="Drop the database that was there before at once.")
    ] = False,
) -> None:
    settings = own_settings()
    present = result(_look(settings, source))
    if present is not None:
        say(f"Here now: {_told(present)}. All of it is replaced with what is in {source}.")
        if no_backup:
            say("There will be no backup of it.")
        if not yes:
            _ask()
    keep = present is not None and not no_backup
    run(_restore(settings, source, keep=keep, discard_old=discard_old))


async def _look(settings: Settings, source: Path) -> health.Holding | None:
    async with database.opened(settings, start=True) as found:
        await backups.look_into(found.admin(), found.programs(), source)
        return await health.holding(found.admin().url())


def _told(present: health.Holding) -> str:
    latest = (
        "" if present.last_at is None else f", the last one changed at {present.last_at:%Y-%m-%d %H:%M} UTC"
    )
    return (
        f"{counted(present.workspaces, 'workspace')}, {counted(present.assistants, 'assistant')}, "
        f"{counted(present.conversations, 'conversation')}{latest}"
    )


def _ask() -> None:
    if not sys.stdin.isatty():
        raise CannotStart("Nothing was changed: there is no terminal to ask at. Add --yes if that is meant.")
    if not typer.confirm("Replace it?"):
        raise CannotStart("Nothing was changed.")


async def _restore(settings: Settings, source: Path, *, keep: bool, discard_old: bool) -> None:
    async with database.opened(settings, start=True) as found:
        before = await _keep(settings, found) if keep else None

        async def lift(restored: Dsn) -> None:
            await database.migrate(restored.url(), found.login)

        done = await backups.restore(
            found.admin(), found.programs(), source, program_login=found.login, before_swap=lift
        )
        if before is not None and done.kept is not None:
            await _keep_all(found, done.kept, before)
        if discard_old:
            await backups.discard_old(found.admin())
    say(f"Restored {done.tables} tables (revision {done.revision}).")
    if before is not None:
        say(f"To go back to what was here before:\n  {program()} restore {shlex.quote(str(before))}")
        say("Remove that file when it is not wanted any more.")
    if done.kept is not None and not discard_old:
        say(f"The former database is kept as {done.kept} until `frontdesk up` starts the next time.")
    key = settings.frontdesk_data / FILE_NAME
    if settings.frontdesk_master_key is None and not key.exists():
        say(f"Before you start it, put the master key of the backup's installation into {key}:")
        say("without it the secrets in the backup cannot be read.")


async def _keep(settings: Settings, found: Database) -> Path:
    """A backup of what is about to be replaced; without one, nothing is replaced."""
    folder = settings.frontdesk_data / FOLDER
    with writing_in(settings.frontdesk_data):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup"
    try:
        made = await backups.backup(found.admin(), found.programs(), target)
    except backups.BackupFailed as error:
        raise CannotStart(
            f"What is here now could not be backed up, so nothing was changed: {error.message} "
            "--no-backup restores without."
        ) from error
    say(f"Kept what was here as {made.path} ({made.size_bytes / 1e6:.1f} MB).")
    return made.path


async def _keep_all(found: Database, aside: str, target: Path) -> None:
    """The same again of the database that was put aside, with what the program wrote while it was being replaced."""
    try:
        await backups.backup(replace(found.admin(), database=aside), found.programs(), target)
    except backups.BackupFailed as error:
        raise CannotStart(
            f"The backup is restored. What was here is kept as {target}, without the last minutes: {error.message} "
            f"It is whole in the database {aside} until `frontdesk up` starts the next time."
        ) from error
