"""A real, migrated PostgreSQL for every test that asks for one; a database of its own per test process."""

import asyncio
import dataclasses
import os
import secrets
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest

from frontdesk.app.postgres import PostgresServer, start
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store, open_store
from frontdesk.store.ids import mint


@dataclass(frozen=True)
class Database:
    """Addresses of one migrated database: as the program's login, and as the administrating one."""

    url: str
    admin_url: str


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PostgresServer]:
    """The embedded server as users run it, in a folder of its own."""
    data = tmp_path_factory.mktemp("server")
    # Many programs at once, each with its own pool, where users have one.
    (data / "postgres.conf").write_text("max_connections = 300\n")
    running = await start(data)
    yield running
    await running.stop()


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


@pytest.fixture(scope="session")
async def database(server: PostgresServer) -> Database:
    return await migrated(server, f"test_{secrets.token_hex(4)}")


@pytest.fixture(scope="session")
async def store(database: Database) -> AsyncIterator[Store]:
    opened = await open_store(database.url, pool_size=4)
    yield opened
    await opened.close()


@pytest.fixture
async def workspace(store: Store) -> WorkspaceId:
    """A fresh workspace, so that tests never see each other's rows."""
    made = WorkspaceId(mint("ws"))
    async with store.turn_work(made) as connection:
        await connection.execute(
            "INSERT INTO workspaces (workspace_id, name) VALUES ($1, 'Test workspace')", made
        )
    return made
