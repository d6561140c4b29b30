"""`frontdesk bot import`: an export of the Conversation Builder becomes a bot's folder; nothing of it is run."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from frontdesk.app.bot_folder import write_new
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.console import counted, result, say, visible
from frontdesk.app.invoked import program
from frontdesk.studio.importing import Finding, ImportRefused, import_export
from frontdesk.studio.importing.readable import readable

REPORT = "import-report.txt"
"""Lies in the folder beside the bot's files; of its kind a bot has none, so it is never published."""
MOST_BYTES = 50_000_000


def import_bot(
    export: Annotated[Path, typer.Argument(help="The JSON file that the Conversation Builder exported.")],
    folder: Annotated[Path, typer.Argument(help="Where the bot's files go; must not be there yet.")],
) -> None:
    if folder.exists() or folder.is_symlink():
        raise CannotStart(f"{folder} is there already: give a folder that is not.")
    try:
        with export.open("rb") as file:
            found = result(readable(import_export(file.read(MOST_BYTES), folder.resolve().name)))
    except OSError as error:
        raise CannotStart(f"{export} cannot be read ({error.strerror}).") from error
    except ImportRefused as error:
        raise CannotStart(f"{export} was not imported: {error.message}") from error
    head = f"{counted(len(found.files), 'file')} in {folder}, {counted(len(found.report), 'finding')}."
    told = [f"Imported from {export.name}: {head}", *(_text(finding) for finding in found.report)]
    write_new(folder, {**found.files, REPORT: "\n\n".join(told) + "\n"})
    for finding in found.report:
        say(f"{typer.style(visible(finding.where), bold=True)}\n    {_indented(finding)}")
    say(head)
    check = f"{program()} bot check {shlex.quote(str(folder))}"
    if found.report:
        say(f"Go through them (they are in {folder / REPORT} too), then: {check}")
    else:
        say(f"Next: {check}")


def _text(finding: Finding) -> str:
    return f"{visible(finding.where)}\n    {_indented(finding)}"


def _indented(finding: Finding) -> str:
    return f"{visible(finding.what)}\n    {visible(finding.todo)}"
