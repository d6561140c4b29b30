"""Starting, sharing and stopping the server: whose it is, and what of it others can reach."""

import asyncio
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.app.conftest import Spawn, enterable, eventually

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.postgres import PostgresServer, attach, find_binaries, start
from frontdesk.app.postgres.folder import Folder
from frontdesk.app.postgres.launch import alive


async def value(url: str, query: str, *bound: object) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query, *bound)
    finally:
        await connection.close()


def names_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def sockets_of(pid: int) -> set[str]:
    opened = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    found = {target for target in opened if target.startswith("socket:")}
    assert found, "a server without any socket proves nothing"
    return found


def sockets_on_a_network() -> set[str]:
    tables = [
        Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6", "udp", "udp6")
    ]
    return {f"socket:[{row.split()[9]}]" for rows in tables for row in rows}


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[PostgresServer]:
    """One server for all that only look at it."""
    async with enterable() as place:
        started = await start(place / "data")
        yield started
        await started.stop()


@pytest.fixture
def looked_at(server: PostgresServer) -> Path:
    """The data folder of that server."""
    return Path(server.admin.host).parents[1]


async def test_starts_keeps_what_was_committed_and_stops(home: Path) -> None:
    data = home / "data"
    assert await attach(data) is None
    first = await start(data)
    assert first.owned
    assert first.version.startswith("18.")
    assert first.has_vector
    await value(first.admin.url(), "CREATE TABLE kept AS SELECT 42 AS number")
    await first.stop()
    assert alive(Folder.at(data)) is None

    second = await start(data)
    assert await value(second.admin.url(), "SELECT number FROM kept") == 42
    await second.stop()


async def test_attach_makes_nothing_where_nothing_is(home: Path) -> None:
    assert await attach(home / "data") is None
    assert names_in(home) == []


async def test_folders_are_private_and_those_of_others_keep_their_mode(
    looked_at: Path, server: PostgresServer
) -> None:
    assert mode(looked_at.parent) == 0o755
    for folder in (
        looked_at,
        looked_at / "postgres",
        looked_at / "postgres" / "data",
        looked_at / "postgres" / "run",
    ):
        assert mode(folder) == 0o700, folder
    for file in (looked_at / "postgres").glob("*.*"):
        assert mode(file) == 0o600, file
    socket_file = Path(server.admin.host) / ".s.PGSQL.5432"
    assert mode(socket_file) == 0o700
    assert not list((looked_at / "postgres").glob(".*")), "a draft was left"


async def test_nothing_listens_on_a_network(looked_at: Path, server: PostgresServer) -> None:
    pid = alive(Folder.at(looked_at))
    assert pid is not None
    assert not sockets_of(pid) & sockets_on_a_network()
    assert await value(server.admin.url(), "SHOW listen_addresses") == ""


@pytest.mark.parametrize("password", ["", "wrong"])
async def test_a_wrong_password_is_refused_even_to_the_account_of_the_server(
    server: PostgresServer, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    for known in (server.admin, server.program):
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await asyncpg.connect(replace(known, password=password).url())


async def test_neither_passwords_nor_rows_are_in_the_log(looked_at: Path, server: PostgresServer) -> None:
    connection = await asyncpg.connect(server.program.url())
    try:
        await connection.execute("CREATE TEMP TABLE said (text text UNIQUE)")
        await connection.execute("INSERT INTO said VALUES ($1)", "my card is 4111")
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute("INSERT INTO said VALUES ($1)", "my card is 4111")
    finally:
        await connection.close()
    said = (looked_at / "postgres" / "server.log").read_text()
    assert "duplicate key" in said
    assert "4111" not in said
    assert server.admin.password not in said
    assert server.program.password not in said
    assert server.program.password not in repr(server.program)


async def test_the_programs_login_has_no_power_of_its_own(server: PostgresServer) -> None:
    connection = await asyncpg.connect(server.program.url())
    try:
        row = await connection.fetchrow("SELECT * FROM pg_roles WHERE rolname = current_user")
        assert await connection.fetchval("SELECT current_database()") == "frontdesk"
    finally:
        await connection.close()
    assert row is not None
    assert row["rolcanlogin"]
    powers = ("rolsuper", "rolbypassrls", "rolcreatedb", "rolcreaterole", "rolinherit", "rolreplication")
    assert not [power for power in powers if row[power]]


async def test_settings_are_for_a_small_host_that_loses_nothing(server: PostgresServer) -> None:
    wanted = {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "max_parallel_maintenance_workers": "0",
        "max_parallel_workers_per_gather": "0",
        "log_parameter_max_length_on_error": "0",
        "password_encryption": "scram-sha-256",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "jit": "off",
    }
    for name, expected in wanted.items():
        assert await value(server.program.url(), "SELECT current_setting($1)", name) == expected, name


async def test_letters_of_every_language_are_letters(server: PostgresServer) -> None:
    await value(server.admin.url(), "CREATE EXTENSION pg_trgm")
    assert await value(server.program.url(), "SELECT upper('привет, größe, ў')") == "ПРИВЕТ, GRÖßE, Ў"
    assert await value(server.program.url(), "SELECT similarity('привет', 'приветы')") > 0.5


async def test_the_users_own_settings_win(home: Path) -> None:
    data = home / "data"
    data.mkdir()
    (data / "postgres.conf").write_text("# größer\nwork_mem = '7MB'\n", "utf-8")
    server = await start(data)
    assert await value(server.program.url(), "SHOW work_mem") == "7MB"
    await server.stop()

    (data / "postgres.conf").write_text("wrok_mem = '7MB'\n")
    with pytest.raises(CannotStart) as refused:
        await start(data)
    assert "wrok_mem" in refused.value.message
    assert str(data / "postgres.conf") in refused.value.message
    assert "\n" not in refused.value.message


async def test_a_second_process_shares_the_server_and_does_not_stop_it(data: Path, spawn: Spawn) -> None:
    owner = await start(data)
    other = await spawn(data)
    told = await other.says()
    assert told["owned"] is False
    assert told["admin"] == owner.admin.url()
    await other.stop_server()
    attached = await attach(data)
    assert attached is not None
    assert not attached.owned
    assert attached.binaries == find_binaries()
    await attached.stop()
    assert await value(owner.program.url(), "SELECT 1") == 1
    await owner.stop()
    assert await attach(data) is None


async def test_simultaneous_starts_make_one_server(home: Path, spawn: Spawn) -> None:
    starters = await asyncio.gather(*(spawn(home / "data") for _ in range(3)))
    told = await asyncio.gather(*(starter.says() for starter in starters))
    assert sorted(bool(one["owned"]) for one in told) == [False, False, True]
    assert len({one["admin"] for one in told}) == 1
    log = (home / "data" / "postgres" / "server.log").read_text()
    assert log.count("ready to accept connections") == 1
    owner = starters[[one["owned"] for one in told].index(True)]
    await owner.stop_server()
    assert await attach(home / "data") is None


async def test_simultaneous_starts_in_one_process_make_one_server(home: Path) -> None:
    servers = await asyncio.gather(start(home / "data"), start(home / "data"))
    assert sorted(server.owned for server in servers) == [False, True]
    for server in servers:
        await server.stop()
    assert await attach(home / "data") is None


async def test_a_large_log_is_put_aside_at_start(home: Path) -> None:
    log = home / "data" / "postgres" / "server.log"
    log.parent.mkdir(parents=True, mode=0o700)
    with log.open("wb") as file:
        file.truncate(10 * 1024 * 1024 + 1)
    server = await start(home / "data")
    await server.stop()
    assert log.stat().st_size < 10_000
    assert log.with_name("server.log.1").stat().st_size > 10 * 1024 * 1024


async def test_a_start_that_was_killed_half_way_is_begun_again(home: Path) -> None:
    draft = home / "data" / "postgres" / "data.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    server = await start(home / "data")
    await server.stop()
    assert not draft.exists()


async def test_cancelling_a_start_leaves_no_server(data: Path) -> None:
    starting = asyncio.ensure_future(start(data))
    folder = Folder.at(data)

    async def is_there() -> bool:
        return alive(folder) is not None

    await eventually(is_there)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert alive(folder) is None
