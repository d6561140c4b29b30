"""Makes a data folder, starts a server on it, waits until it answers, ends it. The caller holds the lock.

A server killed a moment ago leaves children that still hold its memory; the next one is refused until they are
gone, so a start is tried again for a while.
"""

import asyncio
import os
import re
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.app.cannot_start import CannotStart, disk_full, writing_in
from frontdesk.app.postgres import binaries, conf, former
from frontdesk.app.postgres.account import RunAs
from frontdesk.app.postgres.dsn import Dsn
from frontdesk.app.postgres.folder import ADMIN, Folder, open_private, socket_folder, write_private
from frontdesk.app.postgres.process import runs_on
from frontdesk.store import cluster

if TYPE_CHECKING:
    import subprocess

_LOOK_S = 0.015
_REFUSED_WAIT_S = 30.0
_GONE_WAIT_S = 60.0
# A crash under load is followed by redo; the server says that it is starting and is believed for this long.
_REDO_WAIT_S = 600.0
_FAST_WAIT_S = 20.0
_IMMEDIATE_WAIT_S = 10.0
_HAS_BUILTIN_LOCALE = 17
_STILL_DYING = ("pre-existing shared memory block", "already exists", "Address already in use")


@dataclass(frozen=True)
class Site:
    """What a server is started with."""

    folder: Folder
    bin: Path
    run_as: RunAs
    options: tuple[str, ...] = ()


def prepare(site: Site) -> None:
    """The data folder made if missing, of the right version, with this release's settings."""
    folder, number = site.folder, binaries.major(binaries.version(site.bin))
    with writing_in(folder.data):
        folder.make_passwords()
        if folder.pgdata.exists():
            _refuse_other_version(folder, number)
            _hand_over(site)
        else:
            former.refuse_half_done(folder)
            _initdb(site, number)
        write_private(
            folder.pgdata / "frontdesk.conf", conf.settings(socket_folder(folder, site.run_as), number)
        )
        write_private(folder.pgdata / "pg_hba.conf", conf.LOGINS)
        write_private(folder.pgdata / "user.conf", folder.own_settings())
        folder.roll_log()


def _refuse_other_version(folder: Folder, number: int) -> None:
    try:
        made_by = int((folder.pgdata / "PG_VERSION").read_text("ascii"))
    except (FileNotFoundError, ValueError):
        raise CannotStart(
            f"{folder.pgdata} is not a data folder of PostgreSQL: move it away and start again."
        ) from None
    if made_by != number:
        raise CannotStart(
            f"The data in {folder.pgdata} belongs to PostgreSQL {made_by}, this is PostgreSQL {number}: "
            "run `frontdesk upgrade`."
        )


def _hand_over(site: Site) -> None:
    """Root's data goes to the account that runs the server from now on, when namespaces have become forbidden."""
    owner, group = site.run_as.owner
    if os.geteuid() != 0 or site.folder.pgdata.stat().st_uid == owner:
        return
    for place in (site.folder.pgdata, *site.folder.pgdata.rglob("*")):
        os.chown(place, owner, group, follow_symlinks=False)


def _initdb(site: Site, number: int) -> None:
    """Into a draft that gets its name when it is whole: a start that is killed here leaves nothing half made."""
    root = site.folder.root
    draft, secret = root / "data.new", root / "initdb.password"
    shutil.rmtree(draft, ignore_errors=True)
    secret.unlink(missing_ok=True)
    draft.mkdir(mode=0o700)
    try:
        write_private(secret, site.folder.password(ADMIN))
        if os.geteuid() == 0:
            for place in (draft, secret):
                os.chown(place, *site.run_as.owner)
        # Letters of every language count as letters in searches, which needs more than the C locale; not all have it.
        if _made(site, draft, secret, _locale("C.UTF-8", number)) is not None:
            said = _made(site, draft, secret, _locale("C", number))
            if said is not None:
                raise _refused(said, site.folder)
        with (draft / "postgresql.conf").open("a", encoding="ascii") as file:
            file.write(conf.INCLUDES)
        draft.rename(site.folder.pgdata)
    finally:
        secret.unlink(missing_ok=True)
        shutil.rmtree(draft, ignore_errors=True)


def _locale(letters: str, number: int) -> list[str]:
    builtin = (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if number >= _HAS_BUILTIN_LOCALE else []
    )
    return [*builtin, "--locale=C", f"--lc-ctype={letters}"]


def _made(site: Site, draft: Path, secret: Path, locale: list[str]) -> str | None:
    """None when it worked, else what initdb said."""
    command = [f"{site.bin}/initdb", f"--pgdata={draft}", f"--username={ADMIN}", f"--pwfile={secret}"]
    rules = ["--auth=scram-sha-256", "--encoding=UTF8", "--text-search-config=simple"]
    done = site.run_as.run(*command, *rules, *locale)
    return None if done.returncode == 0 else done.stdout + done.stderr


def _refused(said: str, folder: Folder) -> CannotStart:
    """What PostgreSQL said, as one line with the way out."""
    if "No space left on device" in said:
        return disk_full(folder.data)
    if f"{folder.pgdata / 'user.conf'}" in said:
        reason = _last(said, "LOG")
        return CannotStart(f"PostgreSQL does not take your settings: {reason}: mend {folder.user_conf}.")
    reason = _last(said, "FATAL|PANIC|error") or _last(said, "LOG") or "it said nothing"
    return CannotStart(f"PostgreSQL does not start: {reason} (the whole story: {folder.log}).")


def _last(said: str, level: str) -> str:
    found = re.findall(rf"(?:{level}):\s+(.+)", said)
    return str(found[-1]) if found else ""


async def start(site: Site) -> "subprocess.Popen[bytes]":
    """Starts a server that is known to be down and returns when it answers queries."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _REFUSED_WAIT_S
    while True:
        said_before = site.folder.log.stat().st_size if site.folder.log.exists() else 0
        child = await asyncio.to_thread(_spawn, site)
        try:
            if await answers(site.folder, child):
                return child
        except BaseException:
            await end(site.folder, child)
            raise
        said = _since(site.folder.log, said_before)
        if not any(words in said for words in _STILL_DYING) or loop.time() > deadline:
            raise _refused(said, site.folder)
        await asyncio.sleep(0.2)


def _spawn(site: Site) -> "subprocess.Popen[bytes]":
    with writing_in(site.folder.data):
        log = os.fdopen(open_private(site.folder.log, os.O_WRONLY | os.O_APPEND), "ab")
    with log:
        return site.run_as.spawn(
            f"{site.bin}/postgres", "-D", str(site.folder.pgdata), *site.options, log=log
        )


def _since(log: Path, position: int) -> str:
    with log.open("rb") as file:
        file.seek(position)
        return file.read().decode("utf-8", "replace")


async def answers(folder: Folder, child: "subprocess.Popen[bytes]") -> bool:
    """True when the server answers, False when it has ended before."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _REDO_WAIT_S
    while child.poll() is None:
        found = folder.running()
        if found and found[0] == child.pid and await ask(folder) is not None:
            return True
        if loop.time() > deadline:
            raise CannotStart(f"PostgreSQL has not answered for {_REDO_WAIT_S:.0f} s: see {folder.log}.")
        await asyncio.sleep(_LOOK_S)
    return False


def admin_of(folder: Folder) -> Dsn | None:
    """The address of whatever server there is, dead or alive."""
    found = folder.running()
    return folder.dsn(ADMIN, found[1], found[2], "postgres") if found else None


async def ask(folder: Folder) -> cluster.Answer | None:
    admin = admin_of(folder)
    if admin is None:
        return None
    try:
        return await cluster.ask(admin.url())
    except cluster.LoginRefused as err:
        raise CannotStart(
            f"PostgreSQL does not take the password in {folder.password_file(ADMIN)}: put the right one back from a "
            "copy of the data folder."
        ) from err
    except cluster.ClusterError as err:
        raise refused_by(err, folder) from err


def refused_by(err: cluster.ClusterError, folder: Folder) -> CannotStart:
    if isinstance(err, cluster.NoSpace):
        return disk_full(folder.data)
    return CannotStart(f"PostgreSQL runs and refuses: {err} (its log: {folder.log}).")


def alive(folder: Folder) -> int | None:
    """The process number of a living server on this folder, whether or not it answers."""
    found = folder.running()
    return found[0] if found and runs_on(found[0], folder.pgdata) else None


async def settled(folder: Folder) -> cluster.Answer | None:
    """The answer of a server that is there, or None once there is certainly none."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _GONE_WAIT_S
    while True:
        answer = await ask(folder)
        pid = alive(folder)
        if answer is not None or pid is None:
            return answer
        if loop.time() > deadline:
            raise CannotStart(
                f"PostgreSQL (process {pid}) on {folder.pgdata} does not answer: see {folder.log}, end it and start again."
            )
        await asyncio.sleep(_LOOK_S)


def forget_the_dead(folder: Folder) -> None:
    """Removes the traces of a server that was killed: its process number may belong to somebody else by now.

    The server itself still refuses to start beside children of the dead one, by the memory they share.
    """
    found = folder.running()
    if found and alive(folder) is None:
        (found[1] / f".s.PGSQL.{found[2]}.lock").unlink(missing_ok=True)
        (folder.pgdata / "postmaster.pid").unlink(missing_ok=True)


async def end(folder: Folder, child: "subprocess.Popen[bytes] | None") -> bool:
    """Fast shutdown, then immediate. True when the server is gone."""
    pid = child.pid if child and child.poll() is None else alive(folder)
    if pid is None:
        return True
    for number, wait_s in ((signal.SIGINT, _FAST_WAIT_S), (signal.SIGQUIT, _IMMEDIATE_WAIT_S)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return True
        if await _gone(pid, folder, child, wait_s):
            return True
    return False


async def _gone(pid: int, folder: Folder, child: "subprocess.Popen[bytes] | None", wait_s: float) -> bool:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait_s
    while loop.time() < deadline:
        if child.poll() is not None if child and child.pid == pid else not runs_on(pid, folder.pgdata):
            return True
        await asyncio.sleep(_LOOK_S)
    return False
