"""What every command ends with: a loop to run in, an exit code, lines printed."""

import asyncio
import sys
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import typer
import uvloop

from frontdesk.dialog.problems import Problem, in_order

T = TypeVar("T")
_COLOURS = {"error": typer.colors.RED, "warning": typer.colors.YELLOW}


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
