"""What is asked of a PostgreSQL server as a whole: is it there, its logins, its databases.

Called by app.postgres and app.backup with the address of an administrating login. Knows no table of the product
but `alembic_version`, by which a restored database is recognised.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

ROLES = ("frontdesk_owner", "frontdesk_app", "frontdesk_claim")
_PROGRAM = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT"
# Starting up, shutting down, or gone between two packets: all of it may be over at the next try.
_NOT_NOW = (OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)


class LoginRefused(Exception):
    """The server is there and does not take this login and password."""


@dataclass(frozen=True)
class Answer:
    """What a server says of itself."""

    version: str
    has_vector: bool


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


async def ask(url: str) -> Answer | None:
    """A real query's answer, or None while the server is not there, is starting or is stopping."""
    try:
        async with connected(url) as connection:
            version = await connection.fetchval("SHOW server_version")
            vector = await connection.fetchval(
                "SELECT count(*) FROM pg_catalog.pg_available_extensions WHERE name = 'vector'"
            )
    except asyncpg.InvalidAuthorizationSpecificationError as err:
        raise LoginRefused(str(err)) from err
    except _NOT_NOW:
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
            await connection.execute(
                await _format(connection, "CREATE DATABASE %I TEMPLATE template0", database)
            )


async def _format(connection: asyncpg.Connection, pattern: str, *values: str) -> str:
    """DDL takes no bound values, so the server itself quotes them."""
    return str(await connection.fetchval("SELECT format($1, VARIADIC $2::text[])", pattern, list(values)))


async def _exists(connection: asyncpg.Connection, database: str) -> bool:
    return bool(await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", database))
