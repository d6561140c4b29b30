"""A bot's folder read and checked for a command, with everything that is wrong told line by line."""

from collections.abc import Sequence
from pathlib import Path

import typer

from frontdesk.app.bot_folder import read_bot
from frontdesk.app.console import counted, result, say
from frontdesk.app.registry import load_registry
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.problems import BotInvalid, Problem
from frontdesk.dialog.stories import Story
from frontdesk.studio.publish import check
from frontdesk.studio.testing import stories_of

COLOURS = {"error": typer.colors.RED, "warning": typer.colors.YELLOW}


def loaded(folder: Path) -> Bot:
    """The bot, with its warnings told; ends the command when there are errors."""
    try:
        bot = result(check(read_bot(folder), limits=load_registry().text_limits))
    except BotInvalid as error:
        raise _refused(error, "the bot does not load") from None
    tell(bot.warnings)
    return bot


def loaded_stories(folder: Path, bot: Bot) -> tuple[Story, ...]:
    """The conversations of its `tests/`; ends the command when something is wrong with them."""
    try:
        return stories_of(read_bot(folder), bot)
    except BotInvalid as error:
        raise _refused(error, "the tests cannot be run") from None


def _refused(error: BotInvalid, what: str) -> typer.Exit:
    tell(error.problems)
    errors = sum(problem.severity == "error" for problem in error.problems)
    say(f"{counted(errors, 'error')}: {what}.")
    return typer.Exit(1)


def tell(problems: Sequence[Problem]) -> None:
    files = {problem.file: None for problem in problems}
    for problem in sorted(problems, key=lambda problem: (list(files).index(problem.file), problem.line)):
        mark = typer.style(f"{problem.severity:7}", fg=COLOURS[problem.severity])
        say(f"{mark}  {problem}")
