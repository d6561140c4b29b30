"""A data folder of an older PostgreSQL: how its server is run once more, and how two data folders change places.

Called by app.upgrade. The launcher asks only whether an upgrade was cut short here.

<data>/postgres/upgrade          while an upgrade runs: an installation of its own, for the new server
<data>/postgres/data.pg15        what was `data` before the upgrade
<data>/postgres/data.former      the same for an instant, where the system cannot exchange two names at once
"""

import ctypes
import errno
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.postgres import owner
from frontdesk.app.postgres.folder import Folder
from frontdesk.app.postgres.process import runs_on

# Not a port of any network: the number in the socket's name, by which the server of an upgrade is known.
_PORT = 5431
_KEPT = re.compile(r"data\.pg(\d+)")
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}

Exchange = Callable[[Path, Path], bool]


def options(sockets: Path) -> tuple[str, ...]:
    """What the older server is started with instead of its settings, which it may not know; it changes no row."""
    settings = {
        "config_file": "/dev/null",
        "listen_addresses": "",
        "unix_socket_directories": '"' + str(sockets).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "port": str(_PORT),
        "default_transaction_read_only": "on",
        "autovacuum": "off",
        "archive_mode": "off",
        "shared_preload_libraries": "",
        "logging_collector": "off",
        "log_destination": "stderr",
        "log_min_error_statement": "panic",
    }
    return tuple(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))


def workshop(folder: Folder) -> Folder:
    """Where the new server is made; nothing in it is of worth once the upgrade is over."""
    return Folder(folder.root / "upgrade")


def kept(folder: Folder, major: int) -> Path:
    return folder.root / f"data.pg{major}"


def made_by(pgdata: Path) -> int | None:
    """The major version whose data folder this is."""
    try:
        return int((pgdata / "PG_VERSION").read_text("ascii"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def is_left(folder: Folder) -> bool:
    """True when the server on this folder is the one that an upgrade reads from."""
    found = folder.running()
    return (
        found is not None
        and found[2] == _PORT
        and runs_on(found[0], folder.pgdata)
        and owner.living_owner(folder) is None
    )


def refuse_half_done(folder: Folder) -> None:
    """`CannotStart` while an upgrade reads from this folder, or was killed where it left something to mend."""
    if is_left(folder) or (_aside(folder).exists() and not folder.pgdata.exists()):
        raise CannotStart(
            f"The database in {folder.data} is being upgraded, or its upgrade was cut short: let it end, or run "
            "`frontdesk upgrade` again."
        )


def exchange(one: Path, other: Path) -> bool:
    """Gives two folders each other's name at one stroke. False where the system has no such thing."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:  # another system than Linux, or an old C library
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(one))


def swap(folder: Folder, major: int, *, exchanged: Exchange = exchange) -> Path:
    """Puts the new data folder out of the workshop in the place of `major`'s, which is kept under the name returned.

    Killed at any point, `put_back` finds out what was done by the names and the versions.
    """
    place = kept(folder, major)
    (workshop(folder).pgdata).rename(place)
    if not exchanged(place, folder.pgdata):
        folder.pgdata.rename(_aside(folder))
        place.rename(folder.pgdata)
        _aside(folder).rename(place)
    _sync(folder.root)
    return place


def put_back(folder: Folder) -> None:
    """Ends what a killed `swap` began: back before the new folder was in its place, forth after it."""
    aside = _aside(folder)
    if aside.exists():
        number = made_by(aside)
        aside.rename(kept(folder, number) if folder.pgdata.exists() and number else folder.pgdata)
    for place in folder.root.glob("data.pg*"):
        named, number = _KEPT.fullmatch(place.name), made_by(place)
        # Under the name of the old one lies the new one, which was about to take its place.
        if named and number is not None and number != int(named[1]):
            shutil.rmtree(place)


def _aside(folder: Folder) -> Path:
    return folder.root / "data.former"


def _sync(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
