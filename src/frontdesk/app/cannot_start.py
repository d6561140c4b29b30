"""Why the program cannot start or a command cannot be done, in one line for the person at the terminal, with the way out."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT}


class CannotStart(Exception):
    """`message` is one line; the command line prints it and exits with code 2."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def disk_full(folder: Path) -> CannotStart:
    return CannotStart(
        f"No space left on the disk of {folder}: free some, or set FRONTDESK_DATA to a folder on another disk."
    )


@contextmanager
def writing_in(folder: Path) -> Iterator[None]:
    """Turns what the operating system says about `folder` into a line that names the way out."""
    try:
        yield
    except OSError as err:
        if err.errno in _FULL:
            raise disk_full(folder) from err
        raise CannotStart(
            f"Cannot write in the data folder {folder} ({err.strerror}: {err.filename}): make it writable for "
            "this user, or set FRONTDESK_DATA to a folder that is."
        ) from err
