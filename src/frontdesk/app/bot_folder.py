"""A bot's files out of a folder of the disk; what of them makes a bot is for `dialog.load` to say."""

import os
from collections.abc import Iterator
from pathlib import Path

from frontdesk.app.postgres import CannotStart
from frontdesk.dialog.load import MAIN_FILE, MAX_BYTES, MAX_FILES
from frontdesk.studio.files import SUFFIXES


def read_bot(folder: Path) -> dict[str, str]:
    """Path within `folder` -> text; hidden files and those of other kinds are left out.

    Raises:
        CannotStart: It is no bot's folder, or a file of it cannot be read.
    """
    if not (folder / MAIN_FILE).is_file():
        raise CannotStart(f"There is no {MAIN_FILE} in {folder}: give the folder of a bot.")
    files: dict[str, str] = {}
    size_bytes = 0
    for path in _files(folder):
        files[path.relative_to(folder).as_posix()] = text = _text(path)
        size_bytes += len(text)
        if len(files) > MAX_FILES or size_bytes > MAX_BYTES:
            raise CannotStart(
                f"{folder} holds more than a bot's {MAX_FILES:,} files or {MAX_BYTES:,} bytes: give the folder "
                "of the bot alone."
            )
    return dict(sorted(files.items()))


def _files(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(where, name)
            if not name.startswith(".") and path.suffix in SUFFIXES and path.is_file():
                yield path


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CannotStart(f"{path} is larger than a bot may be ({MAX_BYTES:,} bytes).")
        return path.read_bytes().decode("utf-8")  # line ends stay as they are
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CannotStart(f"{path}:{line}: This is not UTF-8 text: save the file as UTF-8.") from error
    except OSError as error:
        raise CannotStart(f"{path} cannot be read ({error.strerror}).") from error
