"""A bot's folder read and checked for a command, with everything that is wrong told line by line."""

from pathlib import Path

import typer

from frontdesk.app.bot_folder import read_bot
from frontdesk.app.console import counted, result, say, tell_problems
from frontdesk.app.registry import load_registry
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.problems import BotInvalid
from frontdesk.dialog.stories import Story
from frontdesk.studio.publish import check
from frontdesk.studio.testing import stories_of


def loaded(folder: Path) -> Bot:
    """The bot, with its warnings told; ends the command when there are errors."""
    try:
        bot = result(check(read_bot(folder), limits=load_registry().text_limits))
    except BotInvalid as error:
        raise _refused(error, "the bot does not load") from None
    tell_problems(bot.warnings)
    return bot


def loaded_stories(folder: Path, bot: Bot) -> tuple[Story, ...]:
    """The conversations of its `tests/`; ends the command when something is wrong with them."""
    try:
        return stories_of(read_bot(folder), bot)
    except BotInvalid as error:
        raise _refused(error, "the tests cannot be run") from None


def _refused(error: BotInvalid, what: str) -> typer.Exit:
    tell_problems(error.problems)
    errors = sum(problem.severity == "error" for problem in error.problems)
    say(f"{counted(errors, 'error')}: {what}.")
    return typer.Exit(1)
