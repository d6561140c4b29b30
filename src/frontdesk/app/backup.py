"""Backup of a running installation into one file, and restore of one while the program runs.

A restore fills a new database, looks it over, then swaps the names in one transaction; the old database stays
beside it until `discard_old`. The command line calls these with the address of the administrating login.
"""

import asyncio
import errno
import os
import re
import secrets
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from frontdesk.app.postgres.account import environment
from frontdesk.app.postgres.binaries import major, version
from frontdesk.app.postgres.dsn import Dsn
from frontdesk.core.errors import FrontdeskError
from frontdesk.store import cluster

KEY_NOTE = (
    "The backup does not contain the master key (master.key in the data folder, or what you set in the environment): "
    "keep a copy of it in another place, for without it the secrets in the backup cannot be read."
)
_STAMP = "%Y%m%dt%H%M%Sz"
_STAMP_PATTERN = r"\d{8}t\d{6}z"
# Names have 63 bytes at most, and ours add at most 25.
_NAME_KEPT = 36


class BackupFailed(FrontdeskError):
    """`message` is one line for people, with the way out."""


@dataclass(frozen=True)
class BackedUp:
    """`note` is to be shown to the person who made the backup."""

    path: Path
    size_bytes: int
    note: str = KEY_NOTE


@dataclass(frozen=True)
class Restored:
    """`revision` is the schema's; `kept` the name under which the former database stays until `discard_old`."""

    tables: int
    revision: str
    kept: str | None
    note: str = KEY_NOTE


async def backup(source: Dsn, binaries: Path, target: Path) -> BackedUp:
    """Writes the database as it is at one moment to `target` (0600), which is replaced only by a whole backup."""
    _need(binaries, "pg_dump", await _server_major(source))
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        await asyncio.to_thread(_make_private, draft, target)
        said = await _run(
            binaries / "pg_dump", source, "--format=custom", "--lock-wait-timeout=60s", f"--file={draft}"
        )
        if said is not None:
            raise BackupFailed(_dump_refused(said))
        return BackedUp(target, await asyncio.to_thread(_keep, draft, target))
    except OSError as err:
        raise BackupFailed(
            f"Cannot write {target} ({err.strerror}): give a file in a folder that you may write in."
        ) from err
    finally:
        draft.unlink(missing_ok=True)


def _make_private(draft: Path, target: Path) -> None:
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))


def _keep(draft: Path, target: Path) -> int:
    """The file's content, then its name, on the disk for good. Its size in bytes."""
    _sync(draft)
    size_bytes = draft.stat().st_size
    draft.replace(target)
    _sync(target.parent)
    return size_bytes


def _sync(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _dump_refused(said: str) -> str:
    if "row-level security" in said:
        return "This login does not see every row: make the backup with a superuser or a login that has BYPASSRLS."
    return f"pg_dump failed: {complaint(said)}"


async def look_into(target: Dsn, binaries: Path, source: Path) -> None:
    """Refuses what `restore` would, as far as it can be seen before anything is done."""
    server = await _server_major(target)
    _need(binaries, "pg_restore", server)
    await _contents(binaries, source, server)


async def restore(
    target: Dsn,
    binaries: Path,
    source: Path,
    *,
    program_login: str = "frontdesk",
    before_swap: Callable[[Dsn], Awaitable[None]] | None = None,
) -> Restored:
    """Puts the database of a backup in the place of the present one. Until the last step nothing is changed.

    `target` is the administrating login's address of the present database, which need not exist. `before_swap` gets
    the address of the restored one, to migrate it; an error of it abandons the restore.
    """
    server = await _server_major(target)
    _need(binaries, "pg_restore", server)
    listed = await _contents(binaries, source, server)
    maintenance = replace(target, database="postgres")
    stamp = datetime.now(UTC).strftime(_STAMP)
    fresh = replace(target, database=f"{target.database[:_NAME_KEPT]}_restore_{stamp}")
    aside = f"{target.database[:_NAME_KEPT]}_before_{stamp}"
    async with _explained("nothing has been changed"), cluster.only_one_restore(maintenance.url()) as alone:
        if not alone:
            raise BackupFailed("Another restore is running on this server: wait for it to end.")
        await cluster.ensure_roles(maintenance.url(), program_login)
        await cluster.create_like(maintenance.url(), fresh.database, target.database)
        try:
            found = await _fill(fresh, binaries, source, listed)
            if before_swap is not None:
                await before_swap(fresh)
            kept = await cluster.swap(
                maintenance.url(), live=target.database, fresh=fresh.database, aside=aside
            )
        except BaseException:
            await cluster.drop(maintenance.url(), fresh.database)
            raise
    return replace(found, kept=aside if kept else None)


@asynccontextmanager
async def _explained(state: str) -> AsyncIterator[None]:
    try:
        yield
    except cluster.ClusterError as err:
        raise BackupFailed(f"The server refuses ({err}): {state}.") from err


async def discard_old(target: Dsn) -> list[str]:
    """Drops what earlier restores left beside the database: to be called once the program serves again."""
    maintenance = replace(target, database="postgres").url()
    beside = re.escape(target.database[:_NAME_KEPT])
    async with (
        _explained("the old databases are still there"),
        cluster.only_one_restore(maintenance) as alone,
    ):
        dropped = await cluster.names_like(maintenance, f"{beside}_before_{_STAMP_PATTERN}")
        if alone:  # otherwise one of these is being filled just now
            dropped += await cluster.names_like(maintenance, f"{beside}_restore_{_STAMP_PATTERN}")
        for name in dropped:
            await cluster.drop(maintenance, name)
    return dropped


async def _fill(fresh: Dsn, binaries: Path, source: Path, listed: int) -> Restored:
    # Comments on extensions belong to whoever may make extensions, which not every administrating login may.
    said = await _run(binaries / "pg_restore", fresh, "--no-comments", str(source))
    if said is not None and not _only_new_settings(said):
        raise BackupFailed(f"The backup cannot be restored here: {complaint(said)}")
    found = await cluster.look_over(fresh.url())
    if found.tables != listed or found.revision is None:
        raise BackupFailed(
            f"{source} is no backup of frontdesk, or not a whole one ({found.tables} of {listed} tables, "
            f"{'no ' if found.revision is None else ''}schema version): nothing has been changed."
        )
    return Restored(found.tables, found.revision, None)


def _only_new_settings(said: str) -> bool:
    """True when all that went wrong is one setting of newer servers, which pg_restore sends to older ones too."""
    wrong = [line for line in said.splitlines() if line.startswith("pg_restore: error:")]
    harmless = [line for line in wrong if "could not execute query" in line and "transaction_timeout" in line]
    return f"errors ignored on restore: {len(wrong)}\n" in said and len(wrong) == len(harmless) == 1


async def _contents(binaries: Path, source: Path, server: int) -> int:
    """How many tables a backup holds. Refuses what is no backup, and one of a newer server."""
    if not await asyncio.to_thread(_readable, source):
        raise BackupFailed(f"Cannot read {source}: give the file that `frontdesk backup` wrote.")
    status, listing, said = await output(binaries / "pg_restore", "--list", str(source))
    made_by = re.search(r"Dumped from database version: (\d+)", listing)
    if status != 0 or made_by is None:
        raise BackupFailed(f"{source} is not a backup: {complaint(said)}")
    if int(made_by[1]) > server:
        raise BackupFailed(
            f"The backup was made with PostgreSQL {made_by[1]}, this server is {server}: restore it on a newer one."
        )
    return len(re.findall(r"^\d+; \d+ \d+ TABLE (?!DATA |ATTACH )", listing, re.MULTILINE))


def _readable(source: Path) -> bool:
    try:
        return stat.S_ISREG(source.stat().st_mode) and os.access(source, os.R_OK)
    except OSError:
        return False


async def _server_major(dsn: Dsn) -> int:
    try:
        return await cluster.server_major(replace(dsn, database="postgres").url())
    except cluster.ClusterError as err:
        raise BackupFailed(f"Cannot reach the database at {dsn.host} ({err}): start it first.") from err


def _need(binaries: Path, program: str, server: int) -> None:
    tool = major(version(binaries, program))
    if tool == 0:
        raise BackupFailed(
            f"No usable {program} in {binaries}: install the client programs of PostgreSQL {server}."
        )
    if tool < server:
        raise BackupFailed(
            f"{binaries / program} is of version {tool}, the server of version {server}: install the client programs "
            f"of PostgreSQL {server}."
        )


async def _run(program: Path, dsn: Dsn, *arguments: str) -> str | None:
    """None when it worked, else what it said. The password goes where no other account can read it."""
    address = f"--dbname={dsn.url(with_password=False)}"
    status, _, said = await output(program, "--no-password", address, *arguments, password=dsn.password)
    return None if status == 0 else said


async def output(program: Path, *arguments: str, password: str = "") -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**environment(), "PGPASSWORD": password},
    )
    try:
        answer, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, answer.decode("utf-8", "replace"), said.decode("utf-8", "replace")


def complaint(said: str) -> str:
    """The first complaint of PostgreSQL's tools; what follows it are consequences."""
    complaints = (
        [line for line in said.splitlines() if "error:" in line] or said.splitlines() or ["it said nothing"]
    )
    return complaints[0].strip()
