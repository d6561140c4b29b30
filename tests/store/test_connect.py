"""The door to the database: what its trouble becomes, and that nothing of it outlasts the program."""

import asyncio
import os
import signal

import asyncpg
import pytest
from tests.database import Database
from tests.program import until

from frontdesk.core.actor import NOWHERE
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store, away_is_unavailable, open_store

OURS = """SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'frontdesk' AND query LIKE '%mine%'"""


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(),
        TimeoutError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        asyncpg.AdminShutdownError(),
        asyncpg.CrashShutdownError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.TooManyConnectionsError(),
        asyncpg.DiskFullError(),
        asyncpg.InvalidCatalogNameError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_database_that_is_away_is_passing_trouble(error: Exception) -> None:
    async def fail() -> None:
        async with away_is_unavailable():
            raise error

    with pytest.raises(Unavailable):
        await fail()


async def test_a_connection_left_in_doubt_is_in_no_workspace(store: Store) -> None:
    """Entering a workspace may be cut off half way; the next user must not find that workspace's rows."""
    async with store.turn_work(WorkspaceId("ws_first")) as connection:
        with pytest.raises(asyncpg.DataError):
            await connection.enter("ws\0broken")  # type: ignore[attr-defined]  # the pool's own kind
        async with connection.transaction():
            pass
    for _ in range(8):
        async with store.turn_work(NOWHERE) as connection:
            found = await connection.fetchval("SELECT current_setting('frontdesk.workspace', true)")
            assert found in {"", None}


async def test_closing_does_not_wait_for_a_database_that_says_nothing(database: Database) -> None:
    admin = await asyncpg.connect(database.admin_url)
    store = await open_store(database.url, pool_size=2)
    async with store.turn_work(NOWHERE) as connection:
        await connection.execute("SELECT 'mine'")
    backend = await until(lambda: admin.fetchval(OURS))
    os.kill(backend, signal.SIGSTOP)
    try:
        async with asyncio.timeout(60):
            await store.close()
    finally:
        os.kill(backend, signal.SIGCONT)
        await admin.close()
