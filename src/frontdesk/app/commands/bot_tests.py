"""`frontdesk bot test`: holds the conversations of a bot's `tests/` and says which did not go as they should."""

from collections.abc import Sequence
from typing import Annotated

import typer

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands.bot_files import Folder, loaded, loaded_stories
from frontdesk.app.console import counted, result, say
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.problems import listed
from frontdesk.sandbox.pool import ScriptPool
from frontdesk.studio.testing import Result, StoryRun, chosen, run_tests
from frontdesk.studio.testing.coverage import Count
from frontdesk.studio.testing.stories import Story

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help="Tests by name, or all of a file by its name; else all."),
]
Missing = Annotated[
    bool, typer.Option("--coverage", help="List the steps, rules and triggers never reached.")
]


def hold_tests(folder: Folder, names: Names = None, *, coverage: Missing = False) -> None:
    checked = loaded(folder)
    stories = loaded_stories(checked)
    if not stories:
        raise CannotStart(f"There are no tests in {folder / 'tests'}.")
    try:
        wanted = chosen(stories, names or ())
    except KeyError as error:
        known = listed(story.name for story in stories)
        raise CannotStart(f"No test is called '{error.args[0]}'. Known: {known}.") from None
    run = result(_run(checked.bot, wanted))
    for each in run.results:
        _tell(each)
    _sum_up(run, coverage=coverage)
    if run.failed:
        raise typer.Exit(1)


async def _run(bot: Bot, stories: Sequence[Story]) -> StoryRun:
    async with ScriptPool(size=1) as scripts:
        return await run_tests(bot, stories, scripts)


def _tell(found: Result) -> None:
    if found.failure is None:
        say(f"{typer.style('ok  ', fg=typer.colors.GREEN)}  {found.at.file}  {found.name}")
        return
    say(f"{typer.style('FAIL', fg=typer.colors.RED)}  {found.at.file}  {found.name}")
    for line in str(found.failure).splitlines():
        say(f"      {_coloured(line)}")


def _coloured(line: str) -> str:
    mark = line.strip()[:2]
    colours = {"- ": typer.colors.RED, "+ ": typer.colors.GREEN}
    return typer.style(line, fg=colours[mark]) if mark in colours and line.startswith("    ") else line


def _sum_up(run: StoryRun, *, coverage: bool) -> None:
    passed = len(run.results) - len(run.failed)
    say(f"\n{counted(passed, 'test')} passed, {len(run.failed):,} failed.")
    counts = {"steps": run.coverage.steps, "rules": run.coverage.rules, "triggers": run.coverage.triggers}
    shown = (f"{what} {count.reached:,} of {count.total:,}" for what, count in counts.items())
    say(f"Reached: {', '.join(shown)}.")
    if coverage:
        for count in counts.values():
            _tell_missed(count)


def _tell_missed(count: Count) -> None:
    for missed in count.missed:
        say(f"  never reached  {missed.at}: {missed.what}")
