"""Reads a bot's scripts without running them, so that code which cannot be run at all is found before publishing."""

import importlib
import time

from frontdesk.core.script import Source
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.problems import Problem
from frontdesk.dialog.scripts import in_file

MOST_S = 10.0
"""For all scripts of a bot together."""


async def script_problems(bot: Bot) -> tuple[Problem, ...]:
    """What is wrong with the code of a bot's scripts.

    Raises:
        Unavailable: No process could read them.
    """
    if not (bot.scripts or bot.shared):
        return ()
    found: list[Problem] = []
    until = time.monotonic() + MOST_S
    # Most bots have no scripts: what runs them is not loaded for those.
    sandbox = importlib.import_module("frontdesk.sandbox.pool")
    async with sandbox.ScriptPool(size=1) as pool:
        for sources, shared in ((bot.shared, True), (bot.scripts, False)):
            for source in sources:
                fault = await pool.check_syntax(source, shared=shared)
                if fault is not None:
                    found.append(_problem(source, fault.error, fault.line))
                if time.monotonic() > until:
                    late = "reading the bot's scripts takes too long; make them fewer or smaller"
                    return (*found, _problem(source, late, 0))
    return tuple(found)


def _problem(source: Source, error: str, line: int) -> Problem:
    file, at = in_file(source, line)
    return Problem(file, at, f"This script cannot be run: {error[:900].rstrip('.')}.", "Mend the code.")
