"""Brings a database to this release's revision: roles, rights, tables. Runs in a child: `python -m frontdesk.store.migrate`.

The address of the administrating login comes in `FRONTDESK_MIGRATE_URL` (never on the command line, where
other processes could read it), the program's login name in `FRONTDESK_PROGRAM_LOGIN`.
"""

import asyncio
import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from frontdesk.store.cluster import ROLES
from frontdesk.store.vector_table import make_vector_table

# Anything that is the same for every installation: two migrations of one database must not run at once.
_LOCK = 0x46726F6E74
_DEADLOCK = "40P01"
TRIES = 10
"""How often an upgrade is begun that meets what a former release does at the moment."""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _prepare(connection: Connection, program_login: str) -> None:
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
    present = {row[0] for row in connection.execute(text("SELECT rolname FROM pg_roles"))}
    for role in ROLES:
        if role not in present:
            connection.execute(text(f"CREATE ROLE {role} NOLOGIN"))
    connection.execute(text("GRANT frontdesk_owner TO CURRENT_USER"))
    connection.execute(text("GRANT CREATE, USAGE ON SCHEMA public TO frontdesk_owner"))
    login = _quoted(program_login)
    connection.execute(text(f"ALTER ROLE {login} NOINHERIT"))
    connection.execute(text(f"GRANT frontdesk_app, frontdesk_claim TO {login}"))
    for extension in ("pg_trgm", "unaccent", "vector"):
        if connection.scalar(text("SELECT 1 FROM pg_available_extensions WHERE name = :n"), {"n": extension}):
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
    connection.commit()


def _upgrade(connection: Connection, program_login: str, revision: str) -> None:
    _prepare(connection, program_login)
    connection.execute(text("SET ROLE frontdesk_owner"))
    connection.commit()
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    for tries_left in reversed(range(TRIES)):
        try:
            command.upgrade(config, revision)
            break
        except DBAPIError as error:
            # A former release that goes on beside it holds one table and waits for another. All of it is undone: once more.
            if getattr(error.orig, "sqlstate", "") != _DEADLOCK or not tries_left:
                raise
            connection.rollback()
    # Not a step of its own: pgvector may come to a server long after the tables.
    make_vector_table(connection)
    connection.commit()


async def migrate(admin_url: str, program_login: str, revision: str = "head") -> None:
    """`revision`: tests stop at an older one."""
    engine = create_async_engine(admin_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade, program_login, revision)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(migrate(os.environ["FRONTDESK_MIGRATE_URL"], os.environ["FRONTDESK_PROGRAM_LOGIN"]))
