"""Files for the knowledge base off the disk: those named, and in folders all of the kinds that are read."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from frontdesk.app.cannot_start import CannotStart
from frontdesk.library.file_kinds import ENDINGS
from frontdesk.library.importing import MOST_FILE_BYTES

MOST_FILES = 20_000
FILES_AT_ONCE, BYTES_AT_ONCE = 50, 10_000_000


@dataclass(frozen=True, slots=True)
class Sources:
    """Files by path: a file's name, or its place within the folder that was named; and paths of kinds that are not read."""

    files: dict[str, Path]
    not_read: tuple[str, ...] = ()


def find_sources(places: Sequence[Path]) -> Sources:
    """What there is to take in.

    Raises:
        CannotStart: One is not there or cannot be read, or there is nothing to read.
    """
    found: dict[str, Path] = {}
    not_read: list[str] = []
    for place in places:
        for path, file in _files(place):
            if place.is_dir() and file.suffix.lower() not in ENDINGS:
                not_read.append(path)
                continue
            if path in found:
                raise CannotStart(
                    f"Two files are called {path}: take them in one after the other, with --source."
                )
            _content(file, 1)
            found[path] = file
            if len(found) > MOST_FILES:
                raise CannotStart(f"These are more than {MOST_FILES} files: take them in folder by folder.")
    if not found:
        raise CannotStart(f"There is no file to read there; these kinds are: {', '.join(ENDINGS)}.")
    return Sources(found, tuple(not_read))


def read_in_turn(files: Mapping[str, Path]) -> Iterator[dict[str, bytes]]:
    """Their contents, no more of them at a time than memory has room for.

    Raises:
        CannotStart: One cannot be read any more.
    """
    some: dict[str, bytes] = {}
    for path, file in files.items():
        # One byte more than is taken in tells that it is too large.
        some[path] = _content(file, MOST_FILE_BYTES + 1)
        if len(some) == FILES_AT_ONCE or sum(map(len, some.values())) >= BYTES_AT_ONCE:
            yield some
            some = {}
    if some:
        yield some


def _files(place: Path) -> Iterator[tuple[str, Path]]:
    if not place.is_dir():
        yield place.name, place
        return
    # Links are not followed: they may lead anywhere.
    for folder, names, files in os.walk(place):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            file = Path(folder) / name
            if not file.is_symlink() and not name.startswith("."):
                yield file.relative_to(place).as_posix(), file


def _content(file: Path, most_bytes: int) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(most_bytes)
    except OSError as error:
        raise CannotStart(f"{file} cannot be read ({error.strerror}).") from error
