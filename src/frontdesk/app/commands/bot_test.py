"""`frontdesk bot test`: holds the conversations of a bot's `tests/`, and says which steps none of them reaches."""

from pathlib import Path
from typing import Annotated

import typer

from frontdesk.app.bot_folder import read_bot
from frontdesk.app.console import counted, result, say
from frontdesk.dialog.problems import BotInvalid
from frontdesk.studio.publish import check
from frontdesk.studio.rehearsal import Rehearsal, rehearse
from frontdesk.studio.stories import read_stories

_MOST_IDLE = 20


def test_bot(folder: Annotated[Path, typer.Argument(help="The folder with bot.yaml.")]) -> None:
    """Hold the conversations in a bot's tests/ without reaching anything outside; exit code 1 when one fails."""
    files = read_bot(folder)
    try:
        run = result(_run(files))
    except BotInvalid as error:
        for problem in error.problems:
            say(str(problem))
        raise typer.Exit(1) from None
    for each in run.results:
        mark = typer.style("ok    ", fg=typer.colors.GREEN)
        if each.failure is not None:
            mark = typer.style("FAILED", fg=typer.colors.RED)
        say(f"{mark}  {each.story.name}")
        if each.failure is not None:
            say(f"        {each.failure}")
    _tell_coverage(run)
    failed = len(run.failures)
    say(f"{counted(len(run.results), 'conversation')}, {failed} failed.")
    if failed:
        raise typer.Exit(1)


async def _run(files: dict[str, str]) -> Rehearsal:
    bot = await check(files)
    return await rehearse(bot, read_stories(files))


def _tell_coverage(run: Rehearsal) -> None:
    found = run.coverage
    say(f"\n{found.reached} of {counted(found.steps, 'step')} reached.")
    for place in found.idle[:_MOST_IDLE]:
        say(f"  not reached: {place}")
    if len(found.idle) > _MOST_IDLE:
        say(f"  and {len(found.idle) - _MOST_IDLE} more")
