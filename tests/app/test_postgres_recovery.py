"""What happens after kill -9 of the server, of its owner, or of both."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs
from tests.app.conftest import Spawn, eventually

from frontdesk.app.postgres import PostgresServer, attach, launch, start
from frontdesk.app.postgres.folder import Folder
from frontdesk.app.postgres.launch import alive
from frontdesk.app.postgres.process import identity, runs_on
from frontdesk.store.connect import AWAY

Logged = Mapping[str, Any]


async def run(url: str, statement: str, *bound: object) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement, *bound)
    finally:
        await connection.close()


def kill_server(data: Path) -> int:
    pid = alive(Folder.at(data))
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def about_the_server(logs: Sequence[Logged]) -> list[Logged]:
    """What was logged of a server; other parts of the program may write while a test listens."""
    return [entry for entry in logs if entry["event"].startswith("postgres.")]


def has(logs: Sequence[Logged], entries: int) -> Callable[[], Awaitable[bool]]:
    async def enough() -> bool:
        return len(about_the_server(logs)) >= entries

    return enough


async def other_than(killed: int, data: Path) -> None:
    async def answers() -> bool:
        return alive(Folder.at(data)) not in {None, killed} and await attach(data) is not None

    await eventually(answers)


async def test_the_next_start_adopts_the_server_of_a_dead_owner(data: Path, spawn: Spawn) -> None:
    owner = await spawn(data)
    assert (await owner.says())["owned"] is True
    before = alive(Folder.at(data))
    await owner.kill()

    heir = await start(data)
    assert heir.owned
    assert alive(Folder.at(data)) == before
    third = await start(data)
    assert not third.owned
    await heir.stop()
    assert await attach(data) is None


async def test_a_killed_server_comes_back_with_everything_committed(data: Path) -> None:
    server = await start(data)
    watching = asyncio.ensure_future(server.supervise())
    await run(server.admin.url(), "CREATE TABLE acknowledged (number int)")
    with capture_logs() as logs:
        for number in range(3):
            await run(server.admin.url(), "INSERT INTO acknowledged VALUES ($1)", number)
            await other_than(kill_server(data), data)
            # Killed before its supervisor has seen it, it would be gone once and not twice.
            await eventually(has(logs, 2 * (number + 1)))
    assert await run(server.admin.url(), "SELECT count(*) FROM acknowledged") == 3
    assert [entry["event"] for entry in about_the_server(logs)] == ["postgres.gone", "postgres.back"] * 3
    await server.stop()
    await asyncio.wait_for(watching, 60)
    assert await attach(data) is None


async def test_an_adopted_server_that_is_killed_comes_back_too(data: Path, spawn: Spawn) -> None:
    owner = await spawn(data, "--supervise")
    await owner.says()
    await owner.kill()
    heir = await spawn(data, "--supervise")
    assert (await heir.says())["owned"] is True
    await other_than(kill_server(data), data)
    await heir.stop_server()
    assert await attach(data) is None


async def test_server_and_owner_killed_together(data: Path, spawn: Spawn) -> None:
    owner = await spawn(data)
    admin = str((await owner.says())["admin"])
    await run(admin, "CREATE TABLE kept AS SELECT 42 AS number")
    kill_server(data)
    await owner.kill()
    heir = await start(data)
    assert heir.owned
    assert await run(heir.admin.url(), "SELECT number FROM kept") == 42
    await heir.stop()


async def test_a_start_waits_for_children_of_the_killed_server_that_are_still_busy(data: Path) -> None:
    server = await start(data)
    busy = await asyncpg.connect(server.admin.url())
    backend = await busy.fetchval("SELECT pg_backend_pid()")
    # No wait in it at which a backend would notice that its server is gone.
    working = asyncio.ensure_future(
        busy.fetchval("SELECT sum(sqrt(n::float8)) FROM generate_series(1, 15000000) n")
    )

    async def is_busy() -> bool:
        asked = "SELECT state FROM pg_stat_activity WHERE pid = $1"
        return await run(server.admin.url(), asked, backend) == "active"

    await eventually(is_busy)
    kill_server(data)
    assert identity(backend) is not None, "the backend must outlive its server for this to test anything"
    again = await start(data)
    assert identity(backend) is None, "two servers have worked on one folder"
    assert await run(again.program.url(), "SELECT 1") == 1
    with suppress(asyncpg.PostgresError, *AWAY):
        await working
    busy.terminate()
    await server.stop()
    await again.stop()
    assert await attach(data) is None


async def test_a_server_started_for_a_living_owner_stays_the_owners(data: Path, spawn: Spawn) -> None:
    owner = await spawn(data)
    assert (await owner.says())["owned"] is True
    kill_server(data)
    guest = await start(data)
    assert not guest.owned
    await guest.stop()
    assert await run(guest.program.url(), "SELECT 1") == 1
    await owner.stop_server()
    assert await attach(data) is None


async def test_who_only_shares_a_server_tells_that_it_went_and_came(data: Path, spawn: Spawn) -> None:
    owner = await spawn(data, "--supervise")
    await owner.says()
    guest = await attach(data)
    assert isinstance(guest, PostgresServer)
    with capture_logs() as logs:
        watching = asyncio.ensure_future(guest.supervise())
        try:
            # Its owner may bring it back so soon that nobody else has seen it gone: not before the guest has.
            owner.process.send_signal(signal.SIGSTOP)
            killed = kill_server(data)
            await eventually(has(logs, 1))
            owner.process.send_signal(signal.SIGCONT)
            await other_than(killed, data)
            await eventually(has(logs, 2))
        finally:
            owner.process.send_signal(signal.SIGCONT)
            watching.cancel()
    assert [(entry["event"], entry.get("owned")) for entry in about_the_server(logs)] == [
        ("postgres.gone", False),
        ("postgres.back", None),
    ]
    await owner.stop_server()


async def test_the_number_of_a_dead_server_may_belong_to_somebody_else_by_now(data: Path) -> None:
    server = await start(data)
    kept = data / "postgres" / "data" / "postmaster.pid"
    lines = kept.read_text().splitlines(keepends=True)
    await server.stop()
    kept.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))
    again = await start(data)
    assert again.owned
    await again.stop()


async def test_a_server_whose_folder_was_moved_is_not_started_twice(data: Path) -> None:
    first = await start(data)
    before = alive(Folder.at(data))
    moved = data.rename(data.with_name("moved"))  # noqa: ASYNC240 - the fault this is about
    assert alive(Folder.at(moved)) == before
    moved.rename(data)
    await first.stop()


@pytest.mark.drill
async def test_a_server_that_does_not_stop_in_time_is_stopped_at_once(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "_FAST_WAIT_S", 1.0)
    server = await start(data)
    client = await asyncpg.connect(server.admin.url())
    backend = await client.fetchval("SELECT pg_backend_pid()")
    os.kill(backend, signal.SIGSTOP)
    await server.stop()
    assert alive(Folder.at(data)) is None
    assert identity(backend) is None
    client.terminate()
    assert "immediate shutdown request" in log_of(data)
    again = await start(data)
    await again.stop()


def log_of(data: Path) -> str:
    return (data / "postgres" / "server.log").read_text()


@pytest.mark.parametrize("proc", [Path("/proc"), Path("/nonexistent")], ids=["proc", "ps"])
async def test_a_process_is_told_from_a_dead_one(proc: Path) -> None:
    process = await asyncio.create_subprocess_exec("sleep", "60")

    async def has_arguments() -> bool:
        return runs_on(process.pid, Path("60"), proc=proc)

    known = identity(process.pid, proc=proc)
    assert known is not None
    assert identity(process.pid, proc=proc) == known
    # A process that was just started has its arguments a moment later.
    await eventually(has_arguments)
    assert not runs_on(process.pid, Path("61"), proc=proc)
    assert identity(os.getpid(), proc=proc) is not None
    process.kill()
    await process.wait()
    assert identity(process.pid, proc=proc) is None
    assert not runs_on(process.pid, Path("60"), proc=proc)


def test_a_dead_process_that_nobody_has_fetched_is_dead() -> None:
    pid = os.posix_spawn("/bin/true", ["true"], {})
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert identity(pid) is None
    os.waitpid(pid, 0)
