"""Looks at files before they are published: what is wrong with them, what their tests say, what they would answer now.

`tried` makes a version that has no number and is never published: the preview's conversations are held with it.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from frontdesk.core.action import Action, Handoff, Say
from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, BotVersionId, WorkspaceId
from frontdesk.core.message import TextLimits, plain
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.problems import BotInvalid, Problem, in_order
from frontdesk.sandbox.pool import ScriptPool
from frontdesk.store import bots
from frontdesk.store.drafts import By
from frontdesk.store.tx import Tx
from frontdesk.studio.checking import Checked, check
from frontdesk.studio.testing import Result, Scripts, StoryRun, run_tests, stories_of
from frontdesk.studio.testing.hold import Conversation
from frontdesk.studio.testing.stories import Story

WITHIN_S = 60.0
UNTESTED = "untested"
ALL = "all"
"""What a mark says in place of one test's."""
MOST_COMPARED = 500


class TooLong(Refused):
    """The tests take longer than a minute."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that is wrong, by file and line; `bot` None where it keeps the files from being published."""

    bot: Bot | None
    stories: tuple[Story, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


@dataclass(frozen=True, slots=True)
class Changed:
    """A test in which the bot says something else than the one that answers now: each line by line."""

    name: str
    file: str
    line: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """The tests as the draft holds them, and where what answers now would say something else."""

    run: StoryRun
    changed: tuple[Changed, ...]
    handoffs_before: int
    handoffs: int

    @property
    def passed(self) -> int:
        return len(self.run.results) - len(self.run.failed)

    @property
    def results(self) -> tuple[Result, ...]:
        return self.run.results

    @property
    def to_accept(self) -> dict[str, str]:
        """What whoever publishes has to have seen: tests that fail or are answered differently.

        Test -> a mark that changes with what it says now.
        """
        said = {each.name: each.after for each in self.changed}
        wrong = {each.name: each.failure.message for each in self.run.failed if each.failure is not None}
        return {name: mark(name, wrong.get(name, ""), *said.get(name, ())) for name in {**wrong, **said}}


def digest_of(draft: Mapping[str, str], live: Mapping[str, str]) -> str:
    """Names the files that are held, and those that answer now."""
    return hashlib.sha256(repr((sorted(draft.items()), sorted(live.items()))).encode()).hexdigest()


def mark(*texts: str) -> str:
    """What a page sends back of something that was seen on it."""
    return hashlib.sha256(repr(texts).encode()).hexdigest()[:16]


async def find_out(files: Mapping[str, str], *, limits: Mapping[str, TextLimits] | None = None) -> Findings:
    """What `frontdesk bot check` says of the files, and of their tests.

    Raises:
        Unavailable: It has scripts, and no process could read them.
    """
    try:
        checked = await check(files, limits=limits)
    except BotInvalid as error:
        return Findings(None, (), error.problems)
    try:
        stories = await asyncio.to_thread(stories_of, files, checked.bot)
    except BotInvalid as error:
        # What is wrong with a test keeps no bot from answering.
        return Findings(checked.bot, (), in_order((*checked.bot.warnings, *error.problems)))
    return Findings(checked.bot, stories, checked.bot.warnings)


async def hold_tests(
    found: Findings, *, answers_now: Mapping[str, str] | None = None, within_s: float = WITHIN_S
) -> Tried:
    """Hold the tests; with the files that answer now, also compare what they would have said.

    Raises:
        Refused: The files do not load.
        TooLong: They take longer than `within_s`.
    """
    if found.bot is None or found.errors:
        raise BotInvalid(found.problems)
    try:
        # Processes of their own: an author's endless script takes none of those that customers' bots run in.
        async with asyncio.timeout(within_s), ScriptPool(size=1) as scripts:
            run = await run_tests(found.bot, found.stories, scripts)
            former = await _former(answers_now)
            if former is None:
                return Tried(run, (), 0, 0)
            return await _compared(found.bot, former, found.stories[:MOST_COMPARED], run, scripts)
    except TimeoutError:
        raise TooLong(
            "invalid",
            f"The tests take longer than {within_s:.0f} seconds: hold them with `frontdesk bot test`.",
        ) from None


async def tried(
    workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, checked: Checked, by: By
) -> BotVersionId:
    """A version to try the files with; the same one for the same files. Old ones that nobody published go."""
    return await bots.tried(workspace, tx, assistant_id, files=checked.files, by=by.name)


async def _former(files: Mapping[str, str] | None) -> Bot | None:
    if not files:
        return None
    try:
        return (await check(files)).bot
    except BotInvalid:
        return None  # published by an older release, which took it


async def _compared(
    bot: Bot, former: Bot, stories: Sequence[Story], run: StoryRun, scripts: Scripts
) -> Tried:
    changed, before, after = [], 0, 0
    for story in stories:
        was, now = await _held(former, story, scripts), await _held(bot, story, scripts)
        before += any(isinstance(action, Handoff) for action in was)
        after += any(isinstance(action, Handoff) for action in now)
        said_before, said = _said(was), _said(now)
        if said_before != said:
            changed.append(Changed(story.name, story.at.file, story.at.line, said_before, said))
        await asyncio.sleep(0)  # others' turns go on between two
    return Tried(run, tuple(changed), before, after)


async def _held(bot: Bot, story: Story, scripts: Scripts) -> Sequence[Action]:
    conversation = Conversation(bot, story, scripts.run)
    for scene in story.scenes:
        if scene.happening is not None:
            await conversation.let(scene.happening)
    return conversation.everything


def _said(actions: Sequence[Action]) -> tuple[str, ...]:
    return tuple(plain(action.parts) for action in actions if isinstance(action, Say))
