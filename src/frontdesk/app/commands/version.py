"""`frontdesk version`."""

from importlib.metadata import version as version_of

import typer


def version() -> None:
    typer.echo(version_of("frontdesk"))
