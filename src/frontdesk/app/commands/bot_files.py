"""A bot's folder read and checked for a command, with everything that is wrong told line by line."""

from pathlib import Path
from typing import Annotated

import typer

from frontdesk.app.bot_folder import read_bot
from frontdesk.app.console import counted, result, say, tell_problems
from frontdesk.app.registry import load_registry
from frontdesk.dialog.problems import BotInvalid
from frontdesk.studio.checking import Checked, check
from frontdesk.studio.testing import stories_of
from frontdesk.studio.testing.stories import Story

Folder = Annotated[Path, typer.Argument(help="The folder with bot.yaml.")]


def loaded(folder: Path) -> Checked:
    """Its files and the bot, with its warnings told; ends the command when there are errors."""
    try:
        checked = result(check(read_bot(folder), limits=load_registry().text_limits))
    except BotInvalid as error:
        raise _refused(error, "the bot does not load") from None
    tell_problems(checked.bot.warnings)
    return checked


def loaded_stories(checked: Checked) -> tuple[Story, ...]:
    """The conversations of its `tests/`; ends the command when something is wrong with them."""
    try:
        return stories_of(checked.files, checked.bot)
    except BotInvalid as error:
        raise _refused(error, "the tests cannot be run") from None


def _refused(error: BotInvalid, what: str) -> typer.Exit:
    tell_problems(error.problems)
    errors = sum(problem.severity == "error" for problem in error.problems)
    say(f"{counted(errors, 'error')}: {what}.")
    return typer.Exit(1)
