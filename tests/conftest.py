"""A real, migrated PostgreSQL for every test that asks for one, and the program on it; both for each test process."""

import gc
import secrets
import signal
from collections.abc import AsyncIterator, Iterator
from types import FrameType

import pytest
import structlog
from tests.database import Database, migrated
from tests.program import Program, served

from frontdesk.app.postgres import PostgresServer, start
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store, open_store
from frontdesk.store.ids import mint

# Left to itself, it draws each error's stack with the values of all variables, which takes a second.
_PLAIN = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _PLAIN])


def pytest_configure() -> None:
    """Around each test and fixture, asyncio puts the interpreter's own handler aside, and writes out all of it for that."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)


def _interrupted(number: int, frame: FrameType | None) -> None:
    signal.default_int_handler(number, frame)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Thousands of tests are found and stay: looking through them for garbage again and again is work for nothing."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PostgresServer]:
    """The embedded server as users run it, in a folder of its own."""
    data = tmp_path_factory.mktemp("server")
    # Many programs at once, each with its own pool, where users have one; and nothing of it outlives the tests.
    (data / "postgres.conf").write_text("max_connections = 300\nfsync = off\nsynchronous_commit = off\n")
    running = await start(data)
    yield running
    await running.stop()


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


@pytest.fixture(scope="session")
async def program(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """The one that works off the jobs of `database`; each test makes workspaces of its own."""
    async with served(database, tmp_path_factory.mktemp("program")) as running:
        yield running
