"""Whose server it is: the process that started it, or took it over from a dead one, is the one that stops it.

The lock is held only while a server is being started, adopted or stopped; the record of the owner outlives it.
"""

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from frontdesk.app.cannot_start import CannotStart, writing_in
from frontdesk.app.postgres.folder import Folder, open_private, write_private
from frontdesk.app.postgres.process import identity

_LOCK_WAIT_S = 180.0
_LOOK_S = 0.02


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """One process (and one task of it) at a time decides whether there is a server."""
    with writing_in(path.parent):
        handle = open_private(path, os.O_RDWR)
    try:
        await _take(handle, path)
        yield
    finally:
        os.close(handle)


async def _take(handle: int, path: Path) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if loop.time() > deadline:
                raise CannotStart(
                    f"Another frontdesk has been starting or stopping PostgreSQL for {_LOCK_WAIT_S:.0f} s (it holds "
                    f"{path}): end it and start again."
                ) from None
            await asyncio.sleep(_LOOK_S)
        else:
            return


def claim(folder: Folder) -> None:
    pid = os.getpid()
    write_private(folder.owner, json.dumps({"pid": pid, "started": identity(pid)}))


def disclaim(folder: Folder) -> None:
    folder.owner.unlink(missing_ok=True)


def living_owner(folder: Folder) -> int | None:
    """The process number of the owner, if that very process is alive."""
    try:
        record = json.loads(folder.owner.read_text("ascii"))
        pid, started = int(record["pid"]), str(record["started"])
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return None
    return pid if identity(pid) == started else None
