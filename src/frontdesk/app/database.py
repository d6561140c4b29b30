"""Which database this process uses, and that it has this release's tables.

`DATABASE_URL`, else the embedded server: started when asked to, or attached to when another process runs it.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from frontdesk.app import postgres
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.postgres import Dsn, PostgresServer
from frontdesk.app.settings import Settings
from frontdesk.store.beside import beside
from frontdesk.store.revision import newest_revision, revision_of


@dataclass(frozen=True, slots=True)
class Database:
    """`server` is None when the database is somebody else's; `admin_url` only where it is known."""

    url: str
    admin_url: str | None
    login: str
    server: PostgresServer | None

    def admin(self) -> Dsn:
        """The administrating login's address.

        Raises:
            CannotStart: It is not known.
        """
        if self.admin_url is None:
            raise CannotStart("Set DATABASE_ADMIN_URL to a login that sees every row of the database.")
        return postgres.parse_dsn(self.admin_url)

    def programs(self) -> Path:
        """The folder of PostgreSQL's own programs."""
        return self.server.binaries if self.server is not None else postgres.find_binaries()


@asynccontextmanager
async def opened(settings: Settings, *, start: bool) -> AsyncIterator[Database]:
    """The database, up; an embedded one that this process started is stopped at the end.

    Raises:
        CannotStart: With the one line for whoever asked.
    """
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        admin = settings.database_admin_url
        admin_url = None if admin is None else admin.get_secret_value()
        try:
            login = postgres.parse_dsn(url).user
        except ValueError as error:
            raise CannotStart(f"DATABASE_URL cannot be used: {error}") from None
        yield Database(url, admin_url, login, None)
        return
    server = await (postgres.start if start else postgres.attach)(settings.frontdesk_data)
    if server is None:
        raise CannotStart(
            f"Frontdesk is not running here, on the data folder {settings.frontdesk_data}: start it with `make run` "
            "or `frontdesk up`, or set FRONTDESK_DATA to the folder that it was started with."
        )
    try:
        async with beside(server.supervise()):
            yield Database(server.program.url(), server.admin.url(), server.program.user, server)
    finally:
        await server.stop()


async def bring_up_to_date(database: Database) -> None:
    """Migrate when the tables are those of another release; in a child, since most starts need none.

    Raises:
        CannotStart: The tables are older and this process may not change them, or newer than the program.
    """
    newest = newest_revision()
    found = await revision_of(database.url)
    if found == newest:
        return
    if found is not None and found > newest:
        raise CannotStart(
            f"The database is at revision {found}, newer than this program ({newest}): install the release "
            "that made it, or restore a backup."
        )
    if database.admin_url is None:
        raise CannotStart(
            "The database needs this release's tables: set DATABASE_ADMIN_URL and run `frontdesk migrate`."
        )
    await migrate(database.admin_url, database.login)


async def migrate(admin_url: str, login: str) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "frontdesk.store.migrate",
        env={**os.environ, "FRONTDESK_MIGRATE_URL": admin_url, "FRONTDESK_PROGRAM_LOGIN": login},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await child.communicate()
    if child.returncode != 0:
        why = _complaint(said.decode(errors="replace"))
        raise CannotStart(f"The database could not be brought to this release's tables: {why}")


def _complaint(said: str) -> str:
    """The server's own words out of a stack, which ends in where to read about it; else its last line."""
    lines = said.strip().splitlines() or ["it said nothing"]
    told = (line.partition(": ")[2] for line in lines if line.startswith("asyncpg.exceptions."))
    return next(told, lines[-1])
