"""Which process is which: process numbers are reused, so a number alone never proves anything."""

import subprocess
from pathlib import Path

_PROC = Path("/proc")
_DEAD = {"Z", "X"}


def identity(pid: int, *, proc: Path = _PROC) -> str | None:
    """A word that this very process keeps for life and no other ever has; None when it is dead."""
    if not (proc / "self").exists():
        state, _, started = _ps(pid, "stat=,lstart=").partition(" ")
        return started.strip() if started and state[0] not in _DEAD else None
    try:
        stat = (proc / str(pid) / "stat").read_text("ascii", "replace")
        boot = (proc / "sys/kernel/random/boot_id").read_text("ascii").strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    return f"{boot}:{fields[19]}" if fields[0] not in _DEAD else None


def runs_on(pid: int, folder: Path, *, proc: Path = _PROC) -> bool:
    """True when `pid` is alive and was started with `folder` among its arguments, or works in it by another path."""
    if identity(pid, proc=proc) is None:
        return False
    if not (proc / "self").exists():
        return str(folder) in _ps(pid, "command=")
    try:
        named = bytes(folder) in (proc / str(pid) / "cmdline").read_bytes().split(b"\0")
        return named or (proc / str(pid) / "cwd").samefile(folder)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def _ps(pid: int, columns: str) -> str:
    """Systems without /proc."""
    command = ["ps", "-ww", "-o", columns, "-p", str(pid)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - words of ours
    return found.stdout.strip()
