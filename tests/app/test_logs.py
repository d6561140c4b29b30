"""What a log line may hold: where something broke, never the values that were at hand there."""

import os
import pty
import subprocess
import sys

import pytest
from tests.database import Database

BREAKS = """
import structlog
from frontdesk.app import logs

logs.configure("info")

def handle(message):
    raise ValueError("it broke")

try:
    handle("my " + "card is 4111")
except ValueError:
    structlog.get_logger().exception("turn.failed")
"""


@pytest.mark.parametrize("watched", [False, True], ids=["json", "terminal"])
def test_a_traceback_shows_no_values(*, watched: bool) -> None:
    reader, writer = pty.openpty() if watched else os.pipe()
    path = os.pathsep.join(sys.path)
    subprocess.run(
        [sys.executable, "-c", BREAKS], stderr=writer, check=True, env={**os.environ, "PYTHONPATH": path}
    )
    os.close(writer)
    said = _all(reader)
    assert "turn.failed" in said
    assert "it broke" in said
    assert "handle" in said
    assert "card is 4111" not in said


CANARY = "canary@example.com"
DRIVER_BREAKS = """
import asyncio, logging, os, structlog
from sqlalchemy import text
from frontdesk.app import logs
from frontdesk.store.connect import open_store

logs.configure("info")
log = structlog.get_logger()
values = {"id": "asst_1", "w": "ws_1", "slug": os.environ["CANARY"]}
MAKE = "INSERT INTO assistants (workspace_id, id, slug, name) VALUES "

async def twice(store):
    async with store.unit_of_work("ws_1") as tx:
        await tx.execute(text("INSERT INTO workspaces (workspace_id, name) VALUES ('ws_1', 'One')"))
        await tx.execute(text(MAKE + "(:w, :id, :slug, 'A')"), values)
        await tx.execute(text(MAKE + "(:w, :id || '2', :slug, 'A')"), values)

async def twice_by_turn(store):
    async with store.turn_work("ws_2") as tx, tx.transaction():
        await tx.execute("INSERT INTO workspaces (workspace_id, name) VALUES ('ws_2', 'Two')")
        for id_ in "ab":
            await tx.execute(MAKE + "('ws_2', $1, $2, 'A')", id_, values["slug"])

async def mistyped(store):
    async with store.turn_work("ws_3") as tx:
        await tx.execute("SELECT $1::int", values["slug"])

async def quoted(store):
    try:
        await twice_by_turn(store)
    except Exception as error:
        raise RuntimeError(f"while at it: {error}") from error

async def grouped(store):
    async with asyncio.TaskGroup() as group:
        group.create_task(twice(store))

async def main():
    store = await open_store(os.environ["URL"], pool_size=2)
    for breaks in (twice, twice_by_turn, mistyped, quoted, grouped):
        try:
            await breaks(store)
        except BaseException:
            log.exception("turn.failed", where=breaks.__name__)
            logging.getLogger("library").exception("broke")
    await store.close()

asyncio.run(main())
"""


@pytest.mark.parametrize("watched", [False, True], ids=["json", "terminal"])
def test_no_row_and_no_bound_value_is_in_what_is_logged_of_the_database(
    database: Database, *, watched: bool
) -> None:
    reader, writer = pty.openpty() if watched else os.pipe()
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "URL": database.url, "CANARY": CANARY}
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER_BREAKS], stderr=writer, env={**os.environ, **environment}
    ) as child:
        os.close(writer)
        said = _all(reader)
    assert child.returncode == 0, said
    assert said.count("turn.failed") == 5
    assert said.count("ERROR library broke") == 5
    assert "UniqueViolationError" in said
    assert "sqlstate 23505, constraint assistants_workspace_id_slug_key" in said
    assert "twice_by_turn" in said  # where it broke is still told
    assert CANARY not in said
    assert "DETAIL" not in said


def _all(reader: int) -> str:
    said = b""
    try:
        while piece := os.read(reader, 65_536):
            said += piece
    except OSError:
        pass  # how a terminal says that nobody writes to it any more
    os.close(reader)
    return said.decode()
