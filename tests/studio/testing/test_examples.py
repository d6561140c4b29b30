"""The bots that come along hold the conversations of their own tests, and those come through all of the bot."""

from pathlib import Path

import pytest

from frontdesk.app.bot_folder import read_bot
from frontdesk.sandbox.pool import ScriptPool
from frontdesk.studio.checking import check
from frontdesk.studio.testing import run_tests, stories_of

EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[3] / "examples").glob("*/bot.yaml"))


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
async def test_an_example_holds_its_own_tests(folder: Path) -> None:
    files = read_bot(folder)
    bot = (await check(files)).bot
    async with ScriptPool(size=1) as scripts:
        run = await run_tests(bot, stories_of(files, bot), scripts)
    assert [str(result.failure) for result in run.failed] == []
    assert len(run.results) >= 1
    assert run.coverage.steps.missed == ()
