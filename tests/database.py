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


async def migrated(server: PostgresServer, name: str) -> Database:
    """A new database on `server`, brought to this release's tables."""
    connection = await asyncpg.connect(dataclasses.replace(server.admin, database="postgres").url())
    try:
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    made = Database(
        url=dataclasses.replace(server.program, database=name).url(),
        admin_url=dataclasses.replace(server.admin, database=name).url(),
    )
    environment = {"FRONTDESK_MIGRATE_URL": made.admin_url, "FRONTDESK_PROGRAM_LOGIN": server.program.user}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "frontdesk.store.migrate", env={**os.environ, **environment}
    )
    assert await child.wait() == 0
    return made
