"""Where the data lies and as whom the server runs: every folder, every kind of host, or one line with the way out."""

import asyncio
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

import asyncpg
import pytest
from tests.app.conftest import CHILD, NOBODY, Spawn

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.postgres import Hosting, PostgresServer, attach, start
from frontdesk.app.postgres.binaries import newest, on_host
from frontdesk.app.postgres.folder import Folder
from frontdesk.app.postgres.launch import alive

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
NO_NAMESPACE = Hosting(unshare=("false",), accounts=("nobody",))


async def answers(server: PostgresServer) -> bool:
    connection = await asyncpg.connect(server.program.url())
    try:
        return bool(await connection.fetchval("SELECT current_database() = 'frontdesk'"))
    finally:
        await connection.close()


async def refusal(data: Path, hosting: Hosting | None = None) -> str:
    with pytest.raises(CannotStart) as refused:
        await start(data, hosting)
    assert "\n" not in refused.value.message
    return refused.value.message


def user_of_server(data: Path) -> int:
    pid = alive(Folder.at(data))
    assert pid is not None
    return Path(f"/proc/{pid}").stat().st_uid


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_all(sockets: Path) -> None:
    sockets.mkdir()
    sockets.chmod(0o777)


def link_elsewhere(sockets: Path) -> None:
    sockets.with_name("elsewhere").mkdir(mode=0o700)
    sockets.symlink_to(sockets.with_name("elsewhere"))


def a_file(sockets: Path) -> None:
    sockets.touch(mode=0o600)


def made_by_nobody(sockets: Path) -> None:
    sockets.mkdir(mode=0o700)
    os.chown(sockets, NOBODY, NOBODY)


def aside(sockets: Path, name: str) -> None:
    sockets.rename(sockets.with_name(name))
    sockets.mkdir()


@pytest.mark.parametrize(
    "name",
    [
        'it\'s "ünï" \\ $HOME %s й',
        "with,comma:and:colon",
        "д" * 40 + "/" + "long" * 20,
    ],
    ids=["quotes", "comma", "long"],
)
async def test_any_data_folder_will_do(home: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    server = await start(home / name)
    assert await answers(server)
    assert len(os.fsencode(server.program.host)) + len("/.s.PGSQL.5432") <= 107
    assert mode(Path(server.program.host)) == 0o700
    found = await attach(home / name)
    assert found is not None
    assert found.program == server.program
    await server.stop()


async def test_a_socket_folder_that_somebody_else_made_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = home / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    data = home / ("x" * 120)
    server = await start(data)
    sockets = Path(server.program.host)
    assert sockets.parent == temporary
    await server.stop()

    for make in (open_to_all, link_elsewhere, a_file, *([made_by_nobody] if os.geteuid() == 0 else [])):
        shutil.rmtree(sockets)
        make(sockets)
        before = os.lstat(sockets)
        assert f"{sockets} was made by somebody else" in await refusal(data)
        assert os.lstat(sockets) == before, "a folder that may be somebody else's was changed"
        aside(sockets, make.__name__)


async def test_a_private_home_stays_private(home: Path) -> None:
    own = home / "own"
    own.mkdir(mode=0o700)
    server = await start(own / "app" / "data")
    assert await answers(server)
    assert user_of_server(own / "app" / "data") == os.geteuid()
    await server.stop()
    assert mode(own) == 0o700


@needs_root
async def test_an_ordinary_user_in_a_private_home(home: Path, spawn: Spawn) -> None:
    own = home / "own"
    own.mkdir(mode=0o700)
    os.chown(own, NOBODY, NOBODY)
    first = await spawn(own / "data", "--uid", str(NOBODY), "--supervise")
    assert {key: value for key, value in (await first.says()).items() if key != "admin"} == {
        "owned": True,
        "uid": NOBODY,
    }
    assert user_of_server(own / "data") == NOBODY
    second = await spawn(own / "data", "--uid", str(NOBODY))
    assert (await second.says())["owned"] is False
    await second.stop_server()
    await first.kill()
    heir = await spawn(own / "data", "--uid", str(NOBODY))
    assert (await heir.says())["owned"] is True
    await heir.stop_server()
    assert alive(Folder.at(own / "data")) is None
    assert mode(own) == 0o700
    assert {path.lstat().st_uid for path in own.rglob("*")} == {NOBODY}


@needs_root
async def test_root_leaves_an_ordinary_users_data_to_that_user(home: Path, spawn: Spawn) -> None:
    own = home / "own"
    own.mkdir()
    os.chown(own, NOBODY, NOBODY)
    first = await spawn(own / "data", "--uid", str(NOBODY))
    await first.says()
    await first.stop_server()
    by_root = await start(own / "data", Hosting(shared=home / "shared"))
    assert user_of_server(own / "data") == NOBODY
    await by_root.stop()
    assert {path.lstat().st_uid for path in own.rglob("*")} == {NOBODY}
    again = await spawn(own / "data", "--uid", str(NOBODY))
    assert (await again.says())["owned"] is True
    await again.stop_server()


@needs_root
async def test_without_namespaces_an_existing_account_runs_it_from_a_copy(home: Path) -> None:
    hosting = Hosting(
        unshare=("false",), accounts=("no-such-account", "root", "nobody"), shared=home / "shared"
    )
    server = await start(home / "data", hosting)
    assert await answers(server)
    assert user_of_server(home / "data") == NOBODY
    assert server.binaries.is_relative_to(home / "shared")
    assert {path.lstat().st_uid for path in (home / "shared").rglob("*")} == {0}
    assert mode(home / "data") == 0o711
    assert mode(home / "data" / "postgres" / "data") == 0o700
    assert mode(Path(server.program.host)) == 0o700
    for login in ("frontdesk", "frontdesk_admin"):
        secret = home / "data" / "postgres" / f"{login}.password"
        assert (mode(secret), secret.stat().st_uid) == (0o600, 0)
    await server.stop()

    # The data keeps its owner, also where namespaces are allowed again.
    server = await start(home / "data", Hosting(shared=home / "shared"))
    assert user_of_server(home / "data") == NOBODY
    await server.stop()


@needs_root
async def test_a_copy_that_others_could_have_changed_is_refused(home: Path) -> None:
    hosting = Hosting(unshare=("false",), accounts=("nobody",), shared=home / "shared")
    server = await start(home / "data", hosting)
    await server.stop()
    release = server.binaries.parents[2]
    release.chmod(0o777)
    assert str(release) in await refusal(home / "data", hosting)


@needs_root
async def test_data_is_handed_over_when_namespaces_become_forbidden(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data").chmod(0o711)
    (home / "data" / "postgres").mkdir()
    (home / "data" / "postgres").chmod(0o711)
    before = await start(home / "data")
    assert user_of_server(home / "data") == 0
    await before.stop()
    after = await start(
        home / "data", Hosting(unshare=("false",), accounts=("nobody",), shared=home / "shared")
    )
    assert await answers(after)
    assert user_of_server(home / "data") == NOBODY
    await after.stop()


@needs_root
async def test_an_account_that_cannot_enter_the_folder_is_told_with_the_way_out(home: Path) -> None:
    own = home / "own"
    own.mkdir(mode=0o700)
    hosting = Hosting(unshare=("false",), accounts=("nobody",), shared=home / "shared")
    said = await refusal(own / "data", hosting)
    assert str(home / "shared") in said
    assert "FRONTDESK_DATA" in said
    assert mode(own) == 0o700


@needs_root
async def test_no_namespace_and_no_account(home: Path) -> None:
    said = await refusal(home / "data", Hosting(unshare=("/nonexistent/unshare",), accounts=()))
    assert "ordinary user" in said
    assert "DATABASE_URL" in said
    assert list(os.scandir(home)) == [], "a refused start leaves nothing behind"


@needs_root
async def test_an_ordinary_user_needs_neither(home: Path, spawn: Spawn) -> None:
    os.chown(home, NOBODY, NOBODY)
    starter = await spawn(home / "data", "--uid", str(NOBODY), "--nothing-offered")
    assert (await starter.says())["owned"] is True
    await starter.stop_server()


@needs_root
async def test_a_folder_that_cannot_be_written(home: Path, spawn: Spawn) -> None:
    (home / "data").mkdir()
    starter = await spawn(home / "data", "--uid", str(NOBODY))
    said = str((await starter.says())["refused"])
    assert str(home / "data") in said
    assert "Permission denied" in said
    assert "FRONTDESK_DATA" in said
    assert "\n" not in said


async def test_a_data_folder_that_is_a_file(home: Path) -> None:
    (home / "data").write_text("")
    assert "FRONTDESK_DATA" in await refusal(home / "data")


async def test_a_path_with_a_line_break_is_refused(home: Path) -> None:
    assert "FRONTDESK_DATA" in await refusal(home / "a\nb")


@needs_root
async def test_a_full_disk(home: Path) -> None:
    disk = home / "disk"
    disk.mkdir()
    mount = 'mount -t tmpfs -o size=16m none "$1" || exit 77; exec "$2" "$3" "$1/data" < /dev/null'
    process = await asyncio.create_subprocess_exec(
        *("unshare", "--mount", "sh", "-c", mount, "sh", str(disk), sys.executable, str(CHILD)),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(CHILD.parents[2] / "src")},
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    if process.returncode == 77:
        pytest.skip("this host does not let root mount")
    assert b"No space left" in said
    assert b"FRONTDESK_DATA" in said


async def test_data_of_another_major_version_is_refused_with_the_command(home: Path) -> None:
    server = await start(home / "data")
    await server.stop()
    stamp = home / "data" / "postgres" / "data" / "PG_VERSION"
    stamp.write_text("17\n")
    said = await refusal(home / "data")
    assert "PostgreSQL 17" in said
    assert "PostgreSQL 18" in said
    assert "frontdesk upgrade" in said
    stamp.write_text("18\n")
    again = await start(home / "data")
    await again.stop()


async def test_a_folder_of_something_else_is_left_alone(home: Path) -> None:
    strange = home / "data" / "postgres" / "data"
    strange.mkdir(parents=True)
    (strange / "letters.txt").write_text("mine")
    password = home / "data" / "postgres" / "frontdesk_admin.password"
    password.write_text("x")
    assert str(strange) in await refusal(home / "data")
    assert (strange / "letters.txt").read_text() == "mine"


async def test_a_lost_or_wrong_password_is_said(home: Path) -> None:
    server = await start(home / "data")
    password = home / "data" / "postgres" / "frontdesk_admin.password"
    right = password.read_text()
    password.write_text("wrong")
    assert str(password) in await refusal(home / "data")
    password.write_text(right)
    await server.stop()
    password.unlink()
    assert str(password) in await refusal(home / "data")


async def test_a_postgresql_of_the_host_serves_where_there_is_no_wheel(home: Path) -> None:
    programs = newest(on_host())
    if programs is None:
        pytest.skip("no PostgreSQL of the host's own here")
    server = await start(home / "data", Hosting(programs=programs))
    assert await answers(server)
    assert server.binaries == programs
    await server.stop()
    if int(server.version.partition(".")[0]) != 18:
        assert "frontdesk upgrade" in await refusal(home / "data")


def program_folder(place: Path, said: str) -> Path:
    place.mkdir()
    for name in ("postgres", "initdb"):
        (place / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {said}'\n")
        (place / name).chmod(0o755)
    return place


def test_the_newest_usable_postgresql_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for major in ("9", "14", "16", "17"):
        (tmp_path / "lib" / major).mkdir(parents=True)
        program_folder(tmp_path / "lib" / major / "bin", f"{major}.3 (Debian {major}.3-1)")
    on_path = program_folder(tmp_path / "path", "18beta1")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    folders = tmp_path / "lib"
    assert newest(on_host(folders)) == folders / "17" / "bin"
    monkeypatch.setenv("PATH", f"{tmp_path / 'empty'}:{on_path}:/bin")
    assert newest(on_host(folders)) == on_path
    shutil.rmtree(folders / "17")
    shutil.rmtree(folders / "16")
    on_path.joinpath("postgres").write_text("not a program")
    assert newest(on_host(folders)) is None
