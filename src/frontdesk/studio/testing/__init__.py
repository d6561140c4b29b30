"""Holds the conversations of a bot's `tests/` with the real engine and the real script processes, without a database.

`run_tests` is the way in, for the command line, for CI and for the panel.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from frontdesk.core.script import Ran, Script
from frontdesk.dialog.bot import Bot
from frontdesk.studio.testing.compare import Failure, compare
from frontdesk.studio.testing.coverage import Coverage, Watch
from frontdesk.studio.testing.hold import Conversation
from frontdesk.studio.testing.stories import Spot, Story
from frontdesk.studio.testing.story_reader import read_stories


class Scripts(Protocol):
    """Runs scripts, as `sandbox.ScriptPool` does."""

    async def run(self, script: Script) -> Ran: ...


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one conversation: nothing to say, or the first thing that was not as expected."""

    name: str
    at: Spot
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class StoryRun:
    results: tuple[Result, ...]
    coverage: Coverage

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.failure is not None)


def stories_of(files: Mapping[str, str], bot: Bot) -> tuple[Story, ...]:
    """The conversations of a bot's files.

    Raises:
        BotInvalid: With every mistake in them.
    """
    return read_stories(files, bot)


def chosen(stories: Sequence[Story], names: Sequence[str]) -> tuple[Story, ...]:
    """Those of this name, or in the file of this name (`tests/a.yaml`, `a.yaml`, `a`); all where none is named.

    Raises:
        KeyError: A name fits none of them.
    """
    if not names:
        return tuple(stories)
    for name in names:
        if not any(_is(story, name) for story in stories):
            raise KeyError(name)
    return tuple(story for story in stories if any(_is(story, name) for name in names))


def _is(story: Story, name: str) -> bool:
    file = story.at.file
    short = file.rpartition("/")[2]
    return name in {story.name, file, short, short.removesuffix(".yaml")}


async def run_tests(bot: Bot, stories: Sequence[Story], scripts: Scripts) -> StoryRun:
    """Hold each conversation from its beginning, one after the other.

    Args:
        bot: The bot, as `load_bot` made it.
        stories: Of `stories_of`, perhaps only some.
        scripts: What runs the bot's scripts; used only if it has any.
    """
    watch = Watch(bot)
    results: list[Result] = []
    for story in stories:
        conversation = Conversation(bot, story, scripts.run)
        failure = await compare(story, conversation)
        watch.note(conversation.trace)
        results.append(Result(story.name, story.at, failure))
        await asyncio.sleep(0)  # in the program, others' turns go on between two
    return StoryRun(tuple(results), watch.coverage())
