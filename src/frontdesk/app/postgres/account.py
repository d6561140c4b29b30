"""As whom the server runs: PostgreSQL refuses to run as root.

An ordinary user runs it directly. Root runs it inside a user namespace that maps root to an ordinary number, so
that the files stay root's; where the host forbids namespaces, as an unprivileged account that exists already.
No account is ever added. What a folder already belongs to decides for it: its owner runs the server.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from frontdesk.app.cannot_start import CannotStart

_PROBE_S = 30.0


@dataclass(frozen=True)
class Hosting:
    """What a host offers to run a server with, and as something else than root, in order of preference."""

    unshare: tuple[str, ...] = ("unshare", "-U", "--map-user=1000", "--map-group=1000", "--")
    accounts: tuple[str, ...] = ("frontdesk", "postgres", "nobody")
    shared: Path = Path("/var/lib/frontdesk")
    programs: Path | None = None


@dataclass(frozen=True)
class RunAs:
    """Starts programs as whoever the server runs as. `uid` is set only for an account other than our own."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    @property
    def owner(self) -> tuple[int, int]:
        """User and group, as seen from here, of the files the server makes."""
        return (os.geteuid(), os.getegid()) if self.uid is None else (self.uid, self.gid or 0)

    def run(self, *command: str, timeout_s: float | None = None) -> subprocess.CompletedProcess[str]:
        """Runs a program to its end; its output decoded, its exit status for the caller to judge."""
        return subprocess.run(  # noqa: S603 - our own words and the paths of programs we found, no shell
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env=environment(),
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else (),
            timeout=timeout_s,
        )

    def spawn(self, *command: str, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Starts a server in a process session of its own, so that no Ctrl-C of a terminal reaches it."""
        return subprocess.Popen(  # noqa: S603 - our own words and the paths of programs we found, no shell
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=environment(),
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else (),
            start_new_session=True,
        )

    def can(self, *command: str) -> bool:
        try:
            return self.run(*command, timeout_s=_PROBE_S).returncode == 0
        except (OSError, subprocess.SubprocessError):
            return False


def environment() -> dict[str, str]:
    """Ours without what PostgreSQL's programs would take for settings; messages in English, so that we read them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C"}


def choose(pgdata: Path, hosting: Hosting) -> RunAs:
    """Who runs the server of this data folder. `CannotStart` when root finds nobody."""
    if os.geteuid() != 0:
        return RunAs()
    owner = pgdata.stat() if pgdata.exists() else None
    if owner and owner.st_uid != 0:
        return RunAs(uid=owner.st_uid, gid=owner.st_gid)
    namespace = RunAs(prefix=hosting.unshare)
    return namespace if namespace.can("true") else _account(hosting)


def _account(hosting: Hosting) -> RunAs:
    for name in hosting.accounts:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return RunAs(uid=entry.pw_uid, gid=entry.pw_gid)
    raise CannotStart(
        "PostgreSQL does not run as root, and this host has neither user namespaces (unshare -U) nor an account "
        f"named {', '.join(hosting.accounts) or 'for it'}: run frontdesk as an ordinary user, or set DATABASE_URL."
    )
