"""What lies where in the data folder, who may read it, and where the socket goes.

<data>/postgres.conf             optional, the user's own settings
<data>/postgres/data             the server's (0700)
<data>/postgres/run              the socket (0700), where that path is short enough
<data>/postgres/*.password       0600
<data>/postgres/server.log owner.json lock
"""

import hashlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from frontdesk.app.cannot_start import CannotStart, writing_in
from frontdesk.app.postgres.account import RunAs
from frontdesk.app.postgres.binaries import make_open
from frontdesk.app.postgres.dsn import Dsn

ADMIN = "frontdesk_admin"
PROGRAM = "frontdesk"
DATABASE = "frontdesk"
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_LIMIT_BYTES = 107
_LOG_LIMIT_BYTES = 10 * 1024 * 1024
_AS_IS = "surrogateescape"
# Drivers take a comma for the next host of a list, and a colon for the beginning of a port.
_UNFIT = frozenset(",:")


@dataclass(frozen=True)
class Folder:
    """The paths of one installation."""

    data: Path

    @classmethod
    def at(cls, data: Path) -> "Folder":
        try:
            found = data.expanduser().resolve()
        except (OSError, RuntimeError) as err:
            raise CannotStart(
                f"Cannot find the data folder {data} ({err}): set FRONTDESK_DATA to another one."
            ) from err
        if not str(found).isprintable():
            raise CannotStart(
                "The path of the data folder has a character in it that cannot be printed: set FRONTDESK_DATA to another one."
            )
        return cls(found)

    @property
    def root(self) -> Path:
        return self.data / "postgres"

    @property
    def pgdata(self) -> Path:
        return self.root / "data"

    @property
    def log(self) -> Path:
        return self.root / "server.log"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def owner(self) -> Path:
        return self.root / "owner.json"

    @property
    def user_conf(self) -> Path:
        return self.data / "postgres.conf"

    def password_file(self, login: str) -> Path:
        return self.root / f"{login}.password"

    def password(self, login: str) -> str:
        return self.password_file(login).read_text("ascii").strip()

    def make(self, run_as: RunAs) -> None:
        """Makes the missing folders. Another account has to pass through them, without seeing what is inside."""
        mode = 0o700 if run_as.uid is None else 0o711
        with writing_in(self.data):
            for folder in (self.data, self.root):
                make_open(folder, mode)
            if not os.access(self.root, os.W_OK | os.X_OK):
                raise PermissionError(13, "Permission denied", str(self.root))

    def make_passwords(self) -> None:
        """Passwords for both logins; with a server already made, a lost one cannot be guessed again."""
        for login in (ADMIN, PROGRAM):
            if self.password_file(login).exists():
                continue
            if login == ADMIN and self.pgdata.exists():
                raise CannotStart(
                    f"{self.password_file(login)} is missing, and without it nobody gets into the database: put it back "
                    "from a copy of the data folder."
                )
            write_private(self.password_file(login), secrets.token_urlsafe(32) + "\n")

    def own_settings(self) -> str:
        return self.user_conf.read_text("utf-8", _AS_IS) if self.user_conf.exists() else ""

    def roll_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def running(self) -> tuple[int, Path, int] | None:
        """Process number, socket folder and port out of the file the server keeps while it runs (or was killed)."""
        try:
            lines = os.fsdecode((self.pgdata / "postmaster.pid").read_bytes()).split("\n")
            found = int(lines[0]), Path(lines[4]), int(lines[3])
        except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
            return None
        # The file is written line by line: the folder of the socket stays empty for a moment.
        return found if found[1].is_absolute() else None

    def dsn(self, login: str, sockets: Path, port: int, database: str = DATABASE) -> Dsn:
        return Dsn(str(sockets), port, login, self.password(login), database)


def socket_folder(folder: Folder, run_as: RunAs) -> Path:
    """A private folder whose path is short enough for a socket: beside the data, else under the temporary folder."""
    beside = folder.root / "run"
    if _fits(beside):
        with writing_in(folder.data):
            return _private(beside, run_as)
    told_apart = hashlib.sha256(bytes(folder.data) + b"\0%d" % os.geteuid()).hexdigest()[:16]
    for temporary in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - the folder made in it is checked below
        place = temporary / f"frontdesk-{told_apart}"
        if _fits(place):
            with writing_in(temporary):
                return _private(place, run_as)
    raise CannotStart(
        f"{tempfile.gettempdir()} is too long a path for a socket: set TMPDIR to a shorter one."
    )


def _fits(place: Path) -> bool:
    return len(bytes(place / _SOCKET_NAME)) <= _SOCKET_LIMIT_BYTES and not _UNFIT & set(str(place))


def _private(place: Path, run_as: RunAs) -> Path:
    owner, group = run_as.owner
    try:
        place.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if os.geteuid() == 0:
            os.chown(place, owner, group)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()} or found.st_mode & 0o077:
        raise CannotStart(
            f"{place} was made by somebody else or is open to others: remove it and start again."
        )
    if found.st_uid != owner:
        os.chown(place, owner, group)
    return place


def open_private(path: Path, flags: int) -> int:
    """A descriptor of a file that is made if missing: 0600, and owned by whoever owns its folder."""
    handle = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    belongs = path.parent.stat()
    if os.geteuid() == 0 and os.fstat(handle).st_uid != belongs.st_uid:
        os.fchown(handle, belongs.st_uid, belongs.st_gid)
    return handle


def write_private(path: Path, text: str) -> None:
    """A whole file or none."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(
        open_private(draft, os.O_WRONLY | os.O_EXCL), "w", encoding="utf-8", errors=_AS_IS
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
