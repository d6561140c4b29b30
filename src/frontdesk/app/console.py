"""What every command begins and ends with: settings or one line that says why not, a loop to run in, a line printed."""

import asyncio
import sys
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import typer
import uvloop

from frontdesk.app import address, logs
from frontdesk.app.settings import Settings, read_settings
from frontdesk.dialog.problems import Problem, in_order

T = TypeVar("T")
_COLOURS = {"error": typer.colors.RED, "warning": typer.colors.YELLOW}


def own_settings() -> Settings:
    """The settings of this process.

    Raises:
        CannotStart: One has a value that it cannot have.
    """
    settings = read_settings()
    logs.configure(settings.log_level)
    return settings


def settings_beside() -> Settings:
    """The same for a command beside the running program: its address is that program's."""
    return address.of_running(own_settings())


def result(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def run(work: Coroutine[Any, Any, int | None]) -> None:
    """Ends the command with the exit code that comes of `work`."""
    if code := result(work):
        raise typer.Exit(code)


def say(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()


def visible(text: str) -> str:
    """Text from elsewhere without what a terminal would take for commands."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\t" else ascii(char)[1:-1] for char in text)


def tell_problems(problems: Sequence[Problem]) -> None:
    for problem in in_order(problems):
        mark = typer.style(f"{problem.severity:7}", fg=_COLOURS[problem.severity])
        say(f"{mark}  {problem}")


def counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
