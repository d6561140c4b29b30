"""`frontdesk bot import`: an export of the Conversation Builder becomes a bot's folder; nothing of it is run."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from frontdesk.app.console import counted, say
from frontdesk.app.postgres import CannotStart
from frontdesk.studio.importing import Finding, ImportRefused, import_export


def import_bot(
    export: Annotated[Path, typer.Argument(help="The JSON file that the Conversation Builder exported.")],
    folder: Annotated[Path, typer.Argument(help="Where the bot's files go; must not be there yet.")],
) -> None:
    """Make a bot's folder of a Conversation Builder export, and say what could not be carried over."""
    if folder.exists():
        raise CannotStart(f"{folder} is there already: give a folder that is not.")
    try:
        found = import_export(export.read_bytes(), folder.name)
    except OSError as error:
        raise CannotStart(f"{export} cannot be read ({error.strerror}).") from error
    except ImportRefused as error:
        raise CannotStart(f"{export} was not imported: {error.message}") from error
    write_folder(folder, found.files)
    for finding in found.report:
        _tell(finding)
    say(f"{counted(len(found.files), 'file')} in {folder}, {counted(len(found.report), 'finding')}.")
    say(f"Go through them, then: frontdesk bot check {folder}")


def _tell(finding: Finding) -> None:
    say(f"{typer.style(finding.where, bold=True)}\n    {finding.what}\n    {finding.todo}")


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """All of the files, or none: they are put together beside the folder, which then gets its name."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for path, text in files.items():
                place = beside / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8")
            beside.chmod(0o755)
            beside.rename(folder)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except OSError as error:
        raise CannotStart(f"{folder} cannot be written ({error.strerror}).") from error
