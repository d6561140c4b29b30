"""A bot's folder out of an uploaded zip: what can lead elsewhere is refused, and what unpacks to more than a bot may be.

Links, encrypted files and paths that climb out refuse the archive as a whole: whoever packed it meant something else.
Hidden files and those of other kinds are left out, as when a folder is published. Called by the API and the panel.
"""

import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath

from frontdesk.core.errors import Refused
from frontdesk.dialog.load import MAIN_FILE, MAX_BYTES, MAX_FILES
from frontdesk.studio.files import SUFFIXES, is_inside

MOST_PACKED_BYTES = 8_000_000
MOST_ENTRIES = 20_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
"""What the standard library says of archives that are none; `RuntimeError` of encrypted ones."""


def unpack(packed: bytes) -> dict[str, str]:
    """Path within the bot's folder -> text. A folder around it is taken off. It takes a while for large ones.

    Raises:
        Refused: It is no such archive, or one that is refused.
    """
    if len(packed) > MOST_PACKED_BYTES:
        raise _refused(f"An archive has at most {MOST_PACKED_BYTES:,} bytes.")
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise _refused(f"It has more than {MOST_ENTRIES:,} files.")
            return _folder(dict(_texts(archive, entries)))
    except _BROKEN as error:
        raise _refused("It is no zip archive that can be read.") from error


def folder_of(files: Mapping[str, str]) -> dict[str, str]:
    """The bot among files that were picked with their folder: without what is around it, hidden or of another kind.

    Raises:
        Refused: There is no bot.yaml, or a path climbs out of the folder.
    """
    for path in files:
        _check_path(path)
    return _folder({path: text for path, text in files.items() if _is_bots(path)})


def _texts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, str]]:
    size_bytes, seen = 0, set[str]()
    for entry in entries:
        if entry.is_dir():
            continue
        _check_path(entry.filename)
        _check_kind(entry)
        if not _is_bots(entry.filename):
            continue
        if entry.filename in seen:
            raise _refused(f"It has two files {_shown(entry.filename)}.")
        seen.add(entry.filename)
        # Not what the archive says of itself: that may be a lie.
        with archive.open(entry) as file:
            data = file.read(MAX_BYTES - size_bytes + 1)
        size_bytes += len(data)
        if size_bytes > MAX_BYTES or len(seen) > MAX_FILES:
            raise _refused(f"It holds more than a bot's {MAX_FILES:,} files or {MAX_BYTES:,} bytes.")
        yield entry.filename, _text(entry.filename, data)


def _text(path: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise _refused(f"{_shown(path)} is not UTF-8 text: save it as that.") from None


def _check_path(path: str) -> None:
    names = path.split("/")
    if path.startswith("/") or "\\" in path or ".." in names or "\x00" in path or ":" in names[0]:
        raise _refused(f"The path {_shown(path)} leads out of the folder.")


def _check_kind(entry: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise _refused(
            f"{_shown(entry.filename)} is a link or no ordinary file: put the file itself in its place."
        )
    if entry.flag_bits & 0x1:
        raise _refused("It is encrypted: pack it without a password.")


def _is_bots(path: str) -> bool:
    names = path.split("/")
    hidden = any(name.startswith((".", "__MACOSX")) for name in names)
    return not hidden and PurePosixPath(path).suffix in SUFFIXES


def _folder(files: dict[str, str]) -> dict[str, str]:
    mains = [path for path in files if PurePosixPath(path).name == MAIN_FILE]
    if not mains:
        raise _refused(f"There is no {MAIN_FILE} in it: give the folder of a bot.")
    top = min(mains, key=lambda path: (path.count("/"), path))
    around = top.removesuffix(MAIN_FILE)
    found = {path.removeprefix(around): text for path, text in files.items() if path.startswith(around)}
    if outside := next((path for path in found if not is_inside(path)), None):
        raise _refused(f"The path {_shown(outside)} can be none of a bot's file.")
    return dict(sorted(found.items()))


def _shown(path: str) -> str:
    return repr(path[:100])


def _refused(message: str) -> Refused:
    return Refused("invalid", message, field="files")
