"""`frontdesk migrate|upgrade|backup`: the database as a whole."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from frontdesk.app import backup as backups
from frontdesk.app import database
from frontdesk.app import upgrade as upgrading
from frontdesk.app.cannot_start import CannotStart, writing_in
from frontdesk.app.commands.own import own_settings
from frontdesk.app.console import run, say
from frontdesk.app.settings import Settings


def migrate() -> None:
    async def work(settings: Settings) -> None:
        async with database.opened(settings, start=True) as found:
            if found.admin_url is None:
                raise CannotStart("Set DATABASE_ADMIN_URL to a login that may create roles and tables.")
            await database.migrate(found.admin_url, found.login)
        say("The database has this release's tables.")

    run(work(own_settings()))


def upgrade(
    *,
    programs: Annotated[
        Path | None,
        typer.Option(
            "--from", help="The folder with the former PostgreSQL's programs, where they are not found."
        ),
    ] = None,
) -> None:
    run(upgrading.upgrade(own_settings(), programs, say))


def backup(
    target: Annotated[
        Path | None,
        typer.Argument(
            help="The file to write; left out: one named by the time, in `backups` in the data folder."
        ),
    ] = None,
) -> None:
    async def work(settings: Settings) -> None:
        async with database.opened(settings, start=True) as found:
            made = await backups.backup(found.admin(), found.programs(), target or _backup_of_now(settings))
        say(f"Wrote {made.path} ({made.size_bytes / 1e6:.1f} MB).")
        say(made.note)

    run(work(own_settings()))


def _backup_of_now(settings: Settings) -> Path:
    folder = settings.frontdesk_data / "backups"
    with writing_in(settings.frontdesk_data):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup"
