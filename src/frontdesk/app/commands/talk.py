"""`frontdesk talk`: a conversation in the terminal."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from frontdesk.app import logs, outgoing
from frontdesk.app import talk as talking
from frontdesk.app.commands.own import settings_beside
from frontdesk.app.console import run
from frontdesk.app.recording import Recording


def talk(
    assistant: Annotated[
        str, typer.Argument(help="Its id or short name; left out: the one by default.")
    ] = "",
    *,
    trace: Annotated[bool, typer.Option("--trace", help="Show below each answer how it came about.")] = False,
    real: Annotated[
        bool, typer.Option("--real", help="Call the outside systems of actions that have a sample, too.")
    ] = False,
    record: Annotated[
        Path | None,
        typer.Option(help="A file to write the conversation to, as a test for `frontdesk bot test`."),
    ] = None,
) -> None:
    beside = talking.Beside(trace, real, None if record is None else Recording(record))
    settings = outgoing.of_running(settings_beside())
    # What a call or a script met stands in the trace; between the lines of a conversation it would only disturb.
    logs.configure("error")
    run(talking.talk(settings, assistant, Console(highlight=False), beside))
