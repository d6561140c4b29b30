"""A real, migrated PostgreSQL for every test that asks for one; a database of its own per test process."""

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import asyncpg
import pytest

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store, open_store
from frontdesk.store.ids import mint


@dataclass(frozen=True)
class Database:
    """Addresses of one migrated database: as the program's login, and as the administrating one."""

    url: str
    admin_url: str


def admin_query(url: str, *statements: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    with asyncio.Runner() as runner:
        runner.run(run())


@pytest.fixture(scope="session")
def server_url() -> str:
    """The administrating address of a running server, with `{database}` and `{login}` to fill in."""
    return os.environ["FRONTDESK_TEST_SERVER"]


@pytest.fixture(scope="session")
def database(server_url: str) -> Iterator[Database]:
    name = f"test_{secrets.token_hex(4)}"
    maintenance = server_url.format(login="frontdesk_admin", database="postgres")
    admin_query(maintenance, f"CREATE DATABASE {name}")
    found = Database(
        url=server_url.format(login="frontdesk", database=name),
        admin_url=server_url.format(login="frontdesk_admin", database=name),
    )
    subprocess.run(
        [sys.executable, "-m", "frontdesk.store.migrate"],
        check=True,
        env={**os.environ, "FRONTDESK_MIGRATE_URL": found.admin_url, "FRONTDESK_PROGRAM_LOGIN": "frontdesk"},
    )
    yield found
    admin_query(maintenance, f"DROP DATABASE {name} WITH (FORCE)")


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
