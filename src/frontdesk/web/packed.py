"""Folders that come along with the program, to be downloaded as one archive: the same bytes each time, on any machine."""

import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import frontdesk
from frontdesk.core.errors import Bug

_BEGINNING = (1980, 1, 1, 0, 0, 0)


def folder_of(name: str) -> Path:
    """`name` in the package, or in the source tree beside it."""
    package = Path(frontdesk.__file__).parent
    for folder in (package / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise Bug(f"{name} is not part of this installation")


def packed(folder: Path, patterns: Iterable[str], inside: str, *, small: bool = True) -> bytes:
    """A zip of the files that `patterns` find in `folder`, with the folder `inside` around them.

    Not `small`: as they are. What deflating makes of a file is not the same everywhere.
    """
    made = BytesIO()
    kind = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
    found = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    with zipfile.ZipFile(made, "w", kind) as archive:
        for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in found):
            archive.writestr(_entry(f"{inside}/{name}", kind), path.read_bytes())
    return made.getvalue()


def _entry(name: str, kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _BEGINNING)
    entry.compress_type = kind
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    return entry
