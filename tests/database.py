"""A new, migrated database on the tests' PostgreSQL."""

import asyncio
import dataclasses
import os
import sys
from dataclasses import dataclass

import asyncpg

from frontdesk.app.postgres import PostgresServer


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


async def _migrate(admin_url: str, program_login: str) -> None:
    environment = {"FRONTDESK_MIGRATE_URL": admin_url, "FRONTDESK_PROGRAM_LOGIN": program_login}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "frontdesk.store.migrate", env={**os.environ, **environment}
    )
    assert await child.wait() == 0
