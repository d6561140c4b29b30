"""Backup under load, restore beside the running program, and what is refused."""

import asyncio
import stat
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from tests.app.conftest import enterable, eventually
from tests.app.sample_tables import TURN, install, run

from frontdesk.app.backup import KEY_NOTE, BackupFailed, backup, discard_old, restore
from frontdesk.app.postgres import Dsn, Hosting, PostgresServer, start
from frontdesk.app.postgres.binaries import major, newest, on_host, version
from frontdesk.store import cluster
from frontdesk.store.connect import AWAY

BUSY = 4


async def seen(dsn: Dsn, role: str, workspace: str) -> object:
    return await run(
        dsn, f"SET ROLE {role}", f"SET frontdesk.workspace = '{workspace}'", "SELECT count(*) FROM turns"
    )


async def databases(server: PostgresServer) -> list[str]:
    return await cluster.names_like(server.admin.url(), "frontdesk.*")


@asynccontextmanager
async def busy_with(work: Callable[[], Coroutine[None, None, None]]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work()) for _ in range(BUSY)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def served() -> AsyncIterator[PostgresServer]:
    async with enterable() as place:
        server = await start(place / "data")
        yield server
        await server.stop()


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[PostgresServer]:
    async with served() as server:
        yield server


@pytest.fixture
async def server(running: PostgresServer) -> PostgresServer:
    await discard_old(running.admin)
    await install(running)
    return running


@pytest.fixture
async def elsewhere() -> AsyncIterator[PostgresServer]:
    """A server on which frontdesk has never been."""
    async with served() as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "frontdesk backup.dump"


def content(path: Path) -> bytes:
    return path.read_bytes()


def write(path: Path, what: bytes) -> None:
    path.write_bytes(what)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


async def test_a_backup_restored_on_a_fresh_server_keeps_rows_owners_rights_and_forced_row_security(
    server: PostgresServer, elsewhere: PostgresServer, target: Path
) -> None:
    made = await backup(server.admin, server.binaries, target)
    assert made.path == target
    assert made.size_bytes == len(content(target)) > 0
    assert "master key" in made.note
    assert made.note == KEY_NOTE
    assert mode(target) == 0o600
    assert names_in(target.parent) == [target.name]

    found = await restore(elsewhere.admin, elsewhere.binaries, target)
    assert (found.tables, found.revision) == (3, "0001")
    admin, program = elsewhere.admin, elsewhere.program
    assert await run(admin, "SELECT count(*) FROM turns") == 3
    assert await run(admin, "SELECT count(*) FROM replies") == 3
    owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'turns'"
    assert await run(admin, owner) == "frontdesk_owner"
    forced = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = 'turns'"
    assert await run(admin, forced) is True
    assert await seen(program, "frontdesk_app", "ws_a") == 2
    assert await seen(program, "frontdesk_app", "ws_b") == 1
    assert await seen(program, "frontdesk_app", "") == 0
    assert await seen(program, "frontdesk_claim", "") == 3
    assert await seen(admin, "frontdesk_owner", "ws_a") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(program, "SELECT count(*) FROM turns")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(program, "SET ROLE frontdesk_owner", "SELECT 1")
    assert await run(admin, "INSERT INTO turns (workspace_id) VALUES ('ws_c') RETURNING seq") == 4


async def test_a_backup_made_under_load_is_of_one_moment(
    server: PostgresServer, elsewhere: PostgresServer, target: Path
) -> None:
    acknowledged = 0

    async def write() -> None:
        nonlocal acknowledged
        connection = await asyncpg.connect(server.admin.url())
        while True:
            await connection.execute(TURN, "ws_load")
            acknowledged += 1

    async def is_loaded() -> bool:
        return acknowledged > 200

    async with busy_with(write):
        await eventually(is_loaded)
        before = acknowledged
        await backup(server.admin, server.binaries, target)
        after = acknowledged
    assert after > before, "nothing was written while the backup was made"

    await restore(elsewhere.admin, elsewhere.binaries, target)
    turns = await run(elsewhere.admin, "SELECT count(*) FROM turns WHERE workspace_id = 'ws_load'")
    replies = await run(elsewhere.admin, "SELECT count(*) FROM replies WHERE workspace_id = 'ws_load'")
    assert turns == replies
    assert isinstance(turns, int)
    assert before <= turns <= after + BUSY


async def test_a_restore_while_the_program_runs_swaps_at_once_and_keeps_the_old(
    server: PostgresServer, target: Path
) -> None:
    await backup(server.admin, server.binaries, target)
    await run(server.admin, "INSERT INTO turns (workspace_id) VALUES ('ws_after') RETURNING seq")
    # More than the program's own pool: others that come back the moment they are cut off.
    pool = await asyncpg.create_pool(server.program.url(), min_size=4, max_size=4)
    answers: list[int] = []
    failures: list[Exception] = []

    async def read() -> None:
        while True:
            try:
                async with pool.acquire() as connection:
                    await connection.execute("SET ROLE frontdesk_app")
                    await connection.execute("SET frontdesk.workspace = 'ws_after'")
                    answers.append(await connection.fetchval("SELECT count(*) FROM turns"))
            except (asyncpg.PostgresError, *AWAY) as err:
                failures.append(err)

    async def has_read(count: int) -> bool:
        return answers.count(count) > 20

    async with busy_with(read):
        await eventually(lambda: has_read(1))
        found = await restore(server.admin, server.binaries, target)
        await eventually(lambda: has_read(0))
    await pool.close()

    assert failures, "nobody was cut off, so nothing was tested"
    assert answers == sorted(answers, reverse=True), "the old database answered after the new one"
    assert await databases(server) == ["frontdesk", found.kept]
    assert found.kept is not None
    kept = replace(server.admin, database=found.kept)
    assert await run(kept, "SELECT count(*) FROM turns WHERE workspace_id = 'ws_after'") == 1
    assert await discard_old(server.admin) == [found.kept]
    assert await databases(server) == ["frontdesk"]


async def test_an_error_before_the_swap_changes_nothing(server: PostgresServer, target: Path) -> None:
    await backup(server.admin, server.binaries, target)
    await run(server.admin, "INSERT INTO turns (workspace_id) VALUES ('ws_after') RETURNING seq")
    given: list[Dsn] = []

    async def migrate(restored: Dsn) -> None:
        given.append(restored)
        assert await run(restored, "SELECT count(*) FROM turns") == 3
        raise RuntimeError("revision unknown")

    with pytest.raises(RuntimeError, match="revision unknown"):
        await restore(server.admin, server.binaries, target, before_swap=migrate)
    assert given[0].database.startswith("frontdesk_restore_")
    assert await databases(server) == ["frontdesk"]
    assert await run(server.admin, "SELECT count(*) FROM turns") == 4


async def test_two_restores_at_once_do_not_meet(server: PostgresServer, target: Path) -> None:
    await backup(server.admin, server.binaries, target)
    said: list[str] = []

    async def restore_another(restored: Dsn) -> None:
        with pytest.raises(BackupFailed) as refused:
            await restore(server.admin, server.binaries, target)
        said.append(refused.value.message)
        assert await discard_old(server.admin) == [], "a database that is being filled was dropped"

    await restore(server.admin, server.binaries, target, before_swap=restore_another)
    assert "Another restore" in said[0]


async def test_a_restore_into_a_server_without_the_database(server: PostgresServer, target: Path) -> None:
    await backup(server.admin, server.binaries, target)
    await run(replace(server.admin, database="postgres"), "DROP DATABASE frontdesk WITH (FORCE)")
    found = await restore(server.admin, server.binaries, target)
    assert found.kept is None
    assert await databases(server) == ["frontdesk"]
    assert await seen(server.program, "frontdesk_app", "ws_a") == 2


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "missing", "folder"])
async def test_what_is_no_whole_backup_is_refused_and_changes_nothing(
    server: PostgresServer, target: Path, damage: str
) -> None:
    await run(
        server.admin, "INSERT INTO turns (workspace_id) SELECT md5(n::text) FROM generate_series(1, 5000) n"
    )
    await backup(server.admin, server.binaries, target)
    spoil(target, damage)
    with pytest.raises(BackupFailed) as refused:
        await restore(server.admin, server.binaries, target)
    assert "\n" not in refused.value.message
    assert await databases(server) == ["frontdesk"]
    assert await run(server.admin, "SELECT count(*) FROM turns") == 5003


def spoil(target: Path, damage: str) -> None:
    whole = target.read_bytes()
    target.unlink()
    match damage:
        case "cut":
            target.write_bytes(whole[: len(whole) * 3 // 4])
        case "text":
            target.write_text("-- not a backup\n" * 100)
        case "empty":
            target.touch()
        case "folder":
            target.mkdir()


async def test_a_backup_of_something_else_is_refused(server: PostgresServer, target: Path) -> None:
    await run(server.admin, "DROP TABLE alembic_version")
    await backup(server.admin, server.binaries, target)
    with pytest.raises(BackupFailed, match="no schema version"):
        await restore(server.admin, server.binaries, target)
    assert await databases(server) == ["frontdesk"]


async def test_a_restore_that_is_not_whole_is_refused(
    server: PostgresServer, target: Path, tmp_path: Path
) -> None:
    await backup(server.admin, server.binaries, target)
    with pytest.raises(BackupFailed, match="1 of 3 tables"):
        await restore(server.admin, restoring_in_part(tmp_path / "tools", server.binaries), target)
    assert await databases(server) == ["frontdesk"]


def restoring_in_part(tools: Path, binaries: Path) -> Path:
    """A pg_restore that succeeds without restoring everything."""
    tools.mkdir()
    part = f'case "$1" in --no-password) set -- --table=alembic_version "$@";; esac\nexec {binaries}/pg_restore "$@"'
    (tools / "pg_restore").write_text(f"#!/bin/sh\n{part}\n")
    (tools / "pg_restore").chmod(0o755)
    return tools


async def test_a_backup_that_fails_leaves_the_one_before(server: PostgresServer, target: Path) -> None:
    write(target, b"the one before")
    with pytest.raises(BackupFailed) as refused:
        await backup(replace(server.admin, database="absent"), server.binaries, target)
    assert "absent" in refused.value.message
    assert "\n" not in refused.value.message
    assert content(target) == b"the one before"
    assert names_in(target.parent) == [target.name]
    await backup(server.admin, server.binaries, target)
    assert content(target).startswith(b"PGDMP")


async def test_a_place_that_cannot_be_written(server: PostgresServer, tmp_path: Path) -> None:
    for place in (tmp_path / "absent" / "file", tmp_path):
        with pytest.raises(BackupFailed, match="give a file in a folder"):
            await backup(server.admin, server.binaries, place)
    assert names_in(tmp_path) == []


async def test_a_login_that_does_not_see_every_row_makes_no_backup(
    server: PostgresServer, target: Path
) -> None:
    await run(server.admin, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO frontdesk", "SELECT 1")
    await run(server.admin, "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO frontdesk", "SELECT 1")
    with pytest.raises(BackupFailed, match="BYPASSRLS"):
        await backup(server.program, server.binaries, target)
    assert names_in(target.parent) == []


async def test_a_server_that_is_not_there(server: PostgresServer, target: Path, tmp_path: Path) -> None:
    away = replace(server.admin, host=str(tmp_path))
    with pytest.raises(BackupFailed, match="Cannot reach"):
        await backup(away, server.binaries, target)
    with pytest.raises(BackupFailed, match="Cannot reach"):
        await restore(away, server.binaries, target)


async def test_tools_older_than_the_server_are_refused(
    server: PostgresServer, target: Path, tmp_path: Path
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    with pytest.raises(BackupFailed, match="No usable pg_dump"):
        await backup(server.admin, tools, target)
    for name in ("pg_dump", "pg_restore"):
        (tools / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) 17.9'\n")
        (tools / name).chmod(0o755)
    with pytest.raises(BackupFailed, match="version 17, the server of version 18"):
        await backup(server.admin, tools, target)
    with pytest.raises(BackupFailed, match="version 17, the server of version 18"):
        await restore(server.admin, tools, target)


async def test_our_tools_serve_an_older_server_but_never_backwards(
    server: PostgresServer, target: Path
) -> None:
    programs = newest(on_host())
    if programs is None or major(version(programs)) >= 18:
        pytest.skip("no older PostgreSQL of the host's own here")
    async with enterable() as place:
        older = await start(place / "data", Hosting(programs=programs))
        await install(older)
        await backup(older.admin, server.binaries, target)
        await restore(older.admin, server.binaries, target)
        assert await seen(older.program, "frontdesk_app", "ws_a") == 2
        await restore(server.admin, server.binaries, target)
        assert await seen(server.program, "frontdesk_app", "ws_a") == 2
        await backup(server.admin, server.binaries, target)
        with pytest.raises(BackupFailed, match="made with PostgreSQL 18"):
            await restore(older.admin, server.binaries, target)
        await older.stop()


async def test_a_cancelled_backup_leaves_nothing(server: PostgresServer, target: Path) -> None:
    blocker = await asyncpg.connect(server.admin.url())
    async with blocker.transaction():
        await blocker.execute("LOCK TABLE turns")
        making = asyncio.ensure_future(backup(server.admin, server.binaries, target))

        async def is_waiting() -> bool:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump' AND wait_event_type = 'Lock'"
            return await run(server.admin, asked) == 1

        await eventually(is_waiting)
        making.cancel()
        with pytest.raises(asyncio.CancelledError):
            await making
    await blocker.close()
    assert names_in(target.parent) == []
