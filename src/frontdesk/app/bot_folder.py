"""A bot's files out of a folder of the disk and back into one; what makes a bot is for `dialog.load` to say."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path, PurePosixPath

from frontdesk.app.cannot_start import CannotStart
from frontdesk.dialog.load import MAIN_FILE, MAX_BYTES, MAX_FILES
from frontdesk.studio.files import SUFFIXES, is_inside


def read_bot(folder: Path) -> dict[str, str]:
    """Path within `folder` -> text; hidden files and those of other kinds are left out.

    A file that is not in UTF-8 comes with lone surrogates in it, which `check_files` reports as an error of its line.
    What a link stands for may be any file of this computer, so a folder with one is refused.

    Raises:
        CannotStart: It is no bot's folder, or a file of it is a link or cannot be read.
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
    """Everything that is called like a file of a bot, whatever it is, and every link to a folder."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (path for name in folders if (path := Path(where, name)).is_symlink())
        for name in sorted(names):
            path = Path(where, name)
            if not name.startswith(".") and path.suffix in SUFFIXES:
                yield path


def _text(path: Path) -> str:
    try:
        with open(os.open(path, _READ), "rb") as file:  # noqa: PTH123  # an open descriptor
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise CannotStart(f"{path} is no ordinary file: remove it, or put a file in its place.")
            if status.st_size > MAX_BYTES:
                raise CannotStart(f"{path} is larger than a bot may be ({MAX_BYTES:,} bytes).")
            return file.read(MAX_BYTES).decode("utf-8", "surrogateescape")  # line ends stay as they are
    except OSError as error:
        if path.is_symlink():
            raise CannotStart(
                f"{path} is a link, to {str(path.readlink())!r}: put the file itself in its place. A bot's folder has "
                "no links, for what they lead to would be published with it."
            ) from error
        raise CannotStart(f"{path} cannot be read ({error.strerror}).") from error


_READ = (
    os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
)  # neither through a link nor until somebody writes into a FIFO


def is_empty(folder: Path) -> bool:
    """Whether nothing is there that writing into the folder could spoil.

    Raises:
        CannotStart: It is no folder.
    """
    try:
        return not any(folder.iterdir()) if folder.exists() or folder.is_symlink() else True
    except OSError as error:
        raise CannotStart(f"{folder} cannot be used ({error.strerror}).") from error


def others(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Files of the kinds that a bot has which are in the folder, but not among `files`."""
    found = (path.relative_to(folder).as_posix() for path in _files(folder) if path.is_file())
    return [path for path in found if path not in files]


def write_new(folder: Path, files: Mapping[str, str]) -> None:
    """All of the files, or none: they are put together beside the folder, which then gets its name.

    Raises:
        CannotStart: They cannot be written; nothing was.
    """
    _refuse_outside(files)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for path, text in files.items():
                place = beside / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(text.encode())
            beside.chmod(0o755)
            beside.rename(folder)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except OSError as error:
        raise CannotStart(f"{folder} cannot be written ({error.strerror}).") from error


def write_over(folder: Path, files: Mapping[str, str]) -> None:
    """Into a folder that is there, each file as a whole; links in it are never followed, so nothing goes elsewhere.

    Raises:
        CannotStart: One cannot be written; those before it were.
    """
    _refuse_outside(files)
    for path, text in files.items():
        try:
            _write_inside(folder, PurePosixPath(path), text.encode())
        except OSError as error:
            raise CannotStart(f"{folder / path} cannot be written ({error.strerror}).") from error


def _refuse_outside(files: Mapping[str, str]) -> None:
    for path in files:
        if not is_inside(path):
            raise CannotStart(f"{path!r} is no path within a folder: nothing was written.")


def _write_inside(folder: Path, path: PurePosixPath, data: bytes) -> None:
    with ExitStack() as opened:
        at = _opened(opened, folder)
        for name in path.parent.parts:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=at)  # below an open folder, which pathlib cannot
            at = _opened(opened, name, at)
        beside = f".{path.name}.new"
        with suppress(FileNotFoundError):
            os.unlink(beside, dir_fd=at)  # left by one that was stopped
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(beside, flags, 0o666, dir_fd=at), "wb") as file:  # noqa: PTH123  # an open descriptor
            file.write(data)
        os.rename(beside, path.name, src_dir_fd=at, dst_dir_fd=at)  # below an open folder


def _opened(opened: ExitStack, folder: Path | str, at: int | None = None) -> int:
    # The folder that was asked for may be a link; what is in it may not.
    flags = os.O_RDONLY | os.O_DIRECTORY | (0 if at is None else os.O_NOFOLLOW)
    found = os.open(folder, flags, dir_fd=at)
    opened.callback(os.close, found)
    return found
