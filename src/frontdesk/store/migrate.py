"""Brings a database to this release's revision: roles, rights, tables. Runs in a child: `python -m frontdesk.store.migrate`.

A release that goes on beside it is not held up for long: each step waits a few seconds for its locks, and where they are not
to be had, all of it is undone and begun once more a little later (`Patience`).

The address of the administrating login comes in `FRONTDESK_MIGRATE_URL` (never on the command line, where
other processes could read it), the program's login name in `FRONTDESK_PROGRAM_LOGIN`.
"""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
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
_NOT_TO_BE_HAD = "55P03"

# Whoever has had a lock on one of the tables for longest is whom the others wait behind.
_HOLDERS = text("""
    SELECT c.relname, l.pid, coalesce(a.application_name, ''), coalesce(a.usename, ''),
           coalesce(a.client_addr::text, 'this machine'), to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')
    FROM pg_locks l
    JOIN pg_class c ON c.oid = l.relation
    LEFT JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.granted AND l.pid <> pg_backend_pid() AND c.relname = ANY (:names)
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY a.xact_start NULLS LAST LIMIT 1""")
_NAMED = text("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relname = ANY (:names) LIMIT 1")


@dataclass(frozen=True)
class Patience:
    """How long a step waits for a lock, how often the upgrade is begun, and how long it lets the others go on before it is again."""

    wait_s: float = 3
    pause_s: float = 2
    tries: int = 5
    after_deadlocks: int = 10


PATIENCE = Patience()


class InUse(Exception):
    """Somebody held a table for as long as the upgrade was tried; nothing was changed."""


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


def _upgrade(connection: Connection, program_login: str, revision: str, patience: Patience) -> None:
    _prepare(connection, program_login)
    connection.execute(text("SET ROLE frontdesk_owner"))
    connection.commit()
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    _patiently(connection, config, revision, patience)


def _patiently(connection: Connection, config: Config, revision: str, patience: Patience) -> None:
    connection.execute(text(f"SET lock_timeout = {max(1, round(patience.wait_s * 1000))}"))
    connection.commit()
    deadlocks = refused = 0
    while True:
        try:
            command.upgrade(config, revision)
            # Not a step of its own: pgvector may come to a server long after the tables.
            make_vector_table(connection)
            connection.commit()
        except DBAPIError as error:
            connection.rollback()
            # A former release that goes on beside it holds one table and waits for another, or holds one for long.
            # All of it is undone: once more.
            match getattr(error.orig, "sqlstate", ""):
                case code if code == _DEADLOCK and deadlocks < patience.after_deadlocks - 1:
                    deadlocks += 1
                case code if code == _NOT_TO_BE_HAD:
                    refused += 1
                    if refused == patience.tries:
                        raise InUse(_in_use(connection, error.statement or "", patience)) from None
                    _pause(connection, patience)
                case _:
                    raise
        else:
            return


def _pause(connection: Connection, patience: Patience) -> None:
    connection.execute(text("SELECT pg_sleep(:s)"), {"s": patience.pause_s})
    connection.rollback()


def _in_use(connection: Connection, statement: str, patience: Patience) -> str:
    # The owner of the tables is not shown what others do.
    connection.execute(text("SET LOCAL ROLE NONE"))
    names = {"names": re.findall(r"[a-z_]+", statement)}
    held = connection.execute(_HOLDERS, names).one_or_none()
    named = connection.scalar(_NAMED, names)
    connection.rollback()
    tried = (
        f"the upgrade tried {patience.tries} times, each for {patience.wait_s:g} s, and has changed nothing"
    )
    if held is None:
        return f"The table {named} is in use: {tried}. Stop what writes to it for long, then start again."
    table, pid, program, login, where, since = held
    who = f"process {pid} of PostgreSQL ({program or 'a program without a name'}, login {login}, {where}"
    who += f", since {since} UTC)" if since else ")"
    return (
        f"The table {table} is in use by {who}: {tried}. Let that end, or end it with "
        f"SELECT pg_terminate_backend({pid}), or stop the former release; then start again."
    )


async def migrate(
    admin_url: str, program_login: str, revision: str = "head", patience: Patience = PATIENCE
) -> None:
    """`revision`: tests stop at an older one.

    Raises:
        InUse: A table was held by somebody for as long as `patience` lasts.
    """
    engine = create_async_engine(admin_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade, program_login, revision, patience)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    try:
        asyncio.run(migrate(os.environ["FRONTDESK_MIGRATE_URL"], os.environ["FRONTDESK_PROGRAM_LOGIN"]))
    except InUse as error:
        sys.exit(str(error))
