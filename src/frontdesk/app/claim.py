"""One program a data folder: `up` and `web` hold a lock there while they run, which ends with the process, however it does.

Several `web` on one DATABASE_URL may share a folder, where they keep nothing but the key that all of them have.
"""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from frontdesk.app.cannot_start import CannotStart, writing_in
from frontdesk.app.postgres.folder import open_private

FILE = "running.lock"
_MOST_READ_BYTES = 4_000
# `is_claimed` holds the lock for as long as it looks; a start at that moment is no second one.
_LOOKS = 5
_LOOK_S = 0.02


def is_claimed(folder: Path) -> bool:
    """Whether a program that does everything, jobs too, runs on `folder`."""
    try:
        handle = os.open(folder / FILE, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _lock(handle: int, mode: int) -> None:
    for _ in range(_LOOKS):
        with suppress(BlockingIOError):
            fcntl.flock(handle, mode | fcntl.LOCK_NB)
            return
        time.sleep(_LOOK_S)
    fcntl.flock(handle, mode | fcntl.LOCK_NB)


class Claim:
    """The claim of this process to `folder`; `shared` with others that share it too."""

    def __init__(self, folder: Path, address: str, *, shared: bool) -> None:
        self._folder = folder
        self._address = address
        self._mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        self._handle: int | None = None

    def take(self) -> None:
        """Hold the folder from now on; nothing where it is held already, or is not there yet.

        Raises:
            CannotStart: Another program runs there.
        """
        if self._handle is not None or not self._folder.is_dir():
            return
        with writing_in(self._folder):
            handle = open_private(self._folder / FILE, os.O_RDWR)
            try:
                _lock(handle, self._mode)
            except BlockingIOError:
                found = os.read(handle, _MOST_READ_BYTES).decode(errors="replace")
                os.close(handle)
                raise self._taken(found) from None
            except OSError as error:
                os.close(handle)
                raise CannotStart(
                    f"{self._folder} cannot be locked ({error.strerror}): put the data folder on a local disk."
                ) from None
            self._handle = handle
            os.ftruncate(handle, 0)
            os.write(handle, f"process {os.getpid()}, {self._address}\n".encode())

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _taken(self, who: str) -> CannotStart:
        told = f" ({who.strip()})" if who.strip() else ""
        return CannotStart(
            f"Frontdesk already runs on the data folder {self._folder}{told}: stop that one first, or start this "
            "one on another folder, FRONTDESK_DATA=..., and another PORT."
        )
