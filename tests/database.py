"""A new, migrated database on the tests' PostgreSQL."""

import asyncio
import dataclasses
import os
import secrets
import sys
from dataclasses import dataclass

import asyncpg

from frontdesk.app.postgres import PostgresServer
from frontdesk.store.migrate import migrate


@dataclass(frozen=True)
class Database:
    """Addresses of one migrated database: as the program's login, and as the administrating one."""

    url: str
    admin_url: str


_TEMPLATE = "migrated_once"


async def migrated(server: PostgresServer, name: str) -> Database:
    """A new database on `server`, with this release's tables: migrated the first time, then copied."""
    connection = await asyncpg.connect(dataclasses.replace(server.admin, database="postgres").url())
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", _TEMPLATE):
            await connection.execute(f"CREATE DATABASE {_TEMPLATE}")
            await _migrate(dataclasses.replace(server.admin, database=_TEMPLATE).url(), server.program.user)
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    finally:
        await connection.close()
    return Database(
        url=dataclasses.replace(server.program, database=name).url(),
        admin_url=dataclasses.replace(server.admin, database=name).url(),
    )


async def older(server: PostgresServer, revision: str) -> str:
    """The administrating address of a new database with the tables of an older release, and nothing in them."""
    found = dataclasses.replace(server.admin, database=f"older_{secrets.token_hex(4)}")
    connection = await asyncpg.connect(dataclasses.replace(server.admin, database="postgres").url())
    try:
        await connection.execute(f"CREATE DATABASE {found.database}")
    finally:
        await connection.close()
    await migrate(found.url(), server.program.user, revision=revision)
    return found.url()


async def _migrate(admin_url: str, program_login: str) -> None:
    environment = {"FRONTDESK_MIGRATE_URL": admin_url, "FRONTDESK_PROGRAM_LOGIN": program_login}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "frontdesk.store.migrate", env={**os.environ, **environment}
    )
    assert await child.wait() == 0
