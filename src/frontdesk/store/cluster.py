"""What is asked of a PostgreSQL server as a whole: is it there, its logins, its databases.

Called by app.postgres and app.backup with the address of an administrating login. Knows no table of the product
but `alembic_version`, by which a restored database is recognised.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

ROLES = ("frontdesk_owner", "frontdesk_app", "frontdesk_claim")
# Anything that is the same for every installation: two restores into one server must not run at once.
_RESTORE_LOCK = 0x46726F6E75
_TERMINATE_AGAIN_S = 0.05
_PROGRAM = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT"
# Starting up, shutting down, or gone between two packets: all of it may be over at the next try.
_NOT_NOW = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
)


class ClusterError(Exception):
    """The server does not do what is asked; the text says why."""


class Away(ClusterError):
    """It cannot be reached, is starting or is stopping: try again."""


class LoginRefused(ClusterError):
    """It is there and does not take this login and password."""


class NoSpace(ClusterError):
    """Its disk is full."""


@dataclass(frozen=True)
class Answer:
    """What a server says of itself."""

    version: str
    has_vector: bool


@dataclass(frozen=True)
class Contents:
    """What is in a database."""

    tables: int
    revision: str | None


def _told(err: Exception) -> ClusterError:
    match err:
        case asyncpg.InvalidAuthorizationSpecificationError():
            return LoginRefused(str(err))
        case asyncpg.DiskFullError():
            return NoSpace(str(err))
        case err if isinstance(err, _NOT_NOW):
            return Away(str(err) or type(err).__name__)
        case _:
            return ClusterError(str(err))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    try:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as err:
        raise _told(err) from err


async def ask(url: str) -> Answer | None:
    """A real query's answer, or None while the server is not there, is starting or is stopping."""
    try:
        async with connected(url) as connection:
            version = await connection.fetchval("SHOW server_version")
            vector = await connection.fetchval(
                "SELECT count(*) FROM pg_catalog.pg_available_extensions WHERE name = 'vector'"
            )
    except Away:
        return None
    return Answer(version=str(version).split(" ", 1)[0], has_vector=bool(vector))


async def ensure_program(url: str, login: str, password: str, database: str) -> None:
    """Makes the program's login and database where they are missing, and sets the login's rights and password."""
    async with connected(url) as connection:
        # A failing statement is written to the server's log, and these carry a password.
        await connection.execute("SET log_min_error_statement = panic")
        known = await connection.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = $1", login)
        verb = "ALTER" if known else "CREATE"
        await connection.execute(
            await _format(connection, f"{verb} ROLE %I {_PROGRAM} PASSWORD %L", login, password)
        )
        if not await _exists(connection, database):
            try:
                await connection.execute(
                    await _format(connection, "CREATE DATABASE %I TEMPLATE template0", database)
                )
            except asyncpg.DiskFullError as err:
                raise NoSpace(str(err)) from err


async def _format(connection: asyncpg.Connection, pattern: str, *values: str) -> str:
    """DDL takes no bound values, so the server itself quotes them."""
    return str(await connection.fetchval("SELECT format($1, VARIADIC $2::text[])", pattern, list(values)))


async def _exists(connection: asyncpg.Connection, database: str) -> bool:
    return bool(await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", database))


async def server_major(url: str) -> int:
    async with connected(url) as connection:
        return int(await connection.fetchval("SHOW server_version_num")) // 10_000


async def ensure_roles(url: str, program_login: str) -> None:
    """The roles that own and may use the tables: they belong to the server, so no backup of a database has them."""
    async with connected(url) as connection:
        for role in ROLES:
            known = await connection.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = $1", role)
            if not known:
                await connection.execute(f"CREATE ROLE {role} NOLOGIN")
        await connection.execute("GRANT frontdesk_owner TO CURRENT_USER")
        if await connection.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = $1", program_login):
            grant = "GRANT frontdesk_app, frontdesk_claim TO %I"
            await connection.execute(await _format(connection, grant, program_login))


@asynccontextmanager
async def only_one_restore(url: str) -> AsyncIterator[bool]:
    """True inside for the first of all that ask at once, False for the others."""
    async with connected(url) as connection:
        yield bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", _RESTORE_LOCK))


async def create_like(url: str, database: str, model: str) -> None:
    """An empty database with the owner of `model`, or ours where there is no `model`."""
    async with connected(url) as connection:
        await connection.execute(await _format(connection, "CREATE DATABASE %I TEMPLATE template0", database))
        owner = await connection.fetchval(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1", model
        )
        if owner is not None:
            await connection.execute(
                await _format(connection, "ALTER DATABASE %I OWNER TO %I", database, owner)
            )


async def drop(url: str, database: str) -> None:
    async with connected(url) as connection:
        await connection.execute(
            await _format(connection, "DROP DATABASE IF EXISTS %I WITH (FORCE)", database)
        )


async def names_like(url: str, pattern: str) -> list[str]:
    """Databases whose whole name matches this regular expression, oldest name first."""
    async with connected(url) as connection:
        rows = await connection.fetch(
            "SELECT datname FROM pg_database WHERE datname ~ ('^(' || $1 || ')$') ORDER BY datname", pattern
        )
    return [str(row["datname"]) for row in rows]


async def look_over(url: str) -> Contents:
    """What a restored database has in it; makes its planner statistics on the way."""
    async with connected(url) as connection:
        tables = await connection.fetchval(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema$)' "
            "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
        )
        stamped = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
        revision = (
            await connection.fetchval("SELECT max(version_num) FROM alembic_version") if stamped else None
        )
        await connection.execute("ANALYZE")
    return Contents(tables=int(tables), revision=revision)


def roles_script(dumped: str, *, there: Collection[str]) -> str:
    """What pg_dumpall wrote of a server's roles, for one that has some of them (plain names) already."""
    made = {f"CREATE ROLE {role};" for role in there}
    kept = [line for line in dumped.split("\n") if line not in made]
    # A failing statement is written to the server's log, and these carry passwords.
    return "\n".join(("SET log_min_error_statement = panic;", *kept))


async def row_counts(url: str) -> dict[str, int]:
    """How many rows each table has, without those of extensions. Reads every row."""
    async with connected(url) as connection:
        names = await connection.fetch(
            "SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema$)' "
            "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
        )
        return {
            str(row["name"]): int(await connection.fetchval(f"SELECT count(*) FROM {row['name']}"))
            for row in names
        }


async def swap(url: str, *, live: str, fresh: str, aside: str) -> bool:
    """Gives `live`'s name to `fresh`, in one transaction. True when there was a `live`, which is now `aside`.

    Renaming locks a database's name first, so whoever connects meanwhile waits, and fails once; those connected
    already are ended until the server is satisfied that it is alone.
    """
    async with connected(url) as connection, connected(url) as ending, connection.transaction():
        replaced = await _exists(connection, live)
        for old, new in ((live, aside), (fresh, live)) if replaced else ((fresh, live),):
            statement = await _format(connection, "ALTER DATABASE %I RENAME TO %I", old, new)
            renamed = asyncio.ensure_future(connection.execute(statement))
            try:
                while not renamed.done():
                    await ending.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", old
                    )
                    await asyncio.wait({renamed}, timeout=_TERMINATE_AGAIN_S)
            finally:
                await renamed
    return replaced
