"""The command line: every command parses, calls one function and prints; what cannot be done is one line and exit 2."""

import sys
from typing import Annotated

import typer

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands.late import LateGroup, built
from frontdesk.app.commands.table import COMMANDS
from frontdesk.core.errors import FrontdeskError


def _told(wanted: bool) -> None:  # noqa: FBT001  # typer calls it with the option's value alone
    if wanted:
        app.main(["version"])


def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_told, help="This program's version.")
    ] = False,
) -> None:
    """What may stand before every command."""


app = LateGroup("frontdesk", COMMANDS, built("frontdesk", _options, "").params)


def main() -> None:
    """The entry point of the installed program."""
    try:
        app.main()
    except (CannotStart, FrontdeskError) as error:
        typer.echo(error.message, err=True)
        sys.exit(2)
