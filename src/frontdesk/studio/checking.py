"""Loads a bot's files and says everything that is wrong with them: before they are published, and for whoever asks."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from frontdesk.core.message import TextLimits
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.load import MAIN_FILE, load_bot
from frontdesk.dialog.problems import BotInvalid, Problems
from frontdesk.dialog.yaml import read
from frontdesk.studio.files import check_files
from frontdesk.studio.phrases import bot_phrases, repair_phrases
from frontdesk.studio.scripts import script_problems


@dataclass(frozen=True, slots=True)
class Checked:
    """Files (path -> text) that load without an error, and the bot that they are."""

    files: Mapping[str, str]
    bot: Bot


async def check(
    files: Mapping[str, str],
    *,
    teams: Collection[str] | None = None,
    limits: Mapping[str, TextLimits] | None = None,
) -> Checked:
    """Load the files; the bot's `warnings` are what did not keep it from loading. It may take seconds.

    `teams` are those that can take over, where they are known; `limits` what channels show at most.

    Raises:
        BotInvalid: With every problem.
        Unavailable: It has scripts, and no process could read them.
    """
    check_files(files)
    bot = await asyncio.to_thread(
        load_bot, files, phrases=bot_phrases(), repair=repair_phrases(), teams=teams, limits=limits
    )
    if faults := await script_problems(bot):
        raise BotInvalid((*faults, *bot.warnings))
    return Checked(files, bot)


def id_in(files: Mapping[str, str]) -> str:
    """The bot's own id, also where the rest of its files is not in order; empty where there is none."""
    top = read(files.get(MAIN_FILE, ""), MAIN_FILE, Problems())
    assistant = top.value.get("assistant") if top is not None and isinstance(top.value, dict) else None
    found = assistant.value.get("id") if assistant is not None and isinstance(assistant.value, dict) else None
    return found.raw if found is not None else ""
