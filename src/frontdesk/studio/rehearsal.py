"""Runs a bot's own conversations: the real engine and real scripts, calls answered from the story.

Nothing outside is reached. Where a story has no answer for an action, its `sample` does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from frontdesk.core.action import (
    Action,
    Call,
    Elapsed,
    Fetched,
    Handoff,
    Heard,
    Looked,
    Lookup,
    Need,
    Note,
    Prompt,
    Prompted,
    Returned,
    Said,
    Say,
)
from frontdesk.core.message import plain
from frontdesk.core.script import Script
from frontdesk.dialog import engine
from frontdesk.dialog.bot import Bot, Turn
from frontdesk.dialog.slots import read_slot
from frontdesk.dialog.state import new_state
from frontdesk.sandbox.pool import ScriptPool
from frontdesk.studio.stories import Line, Mock, Story

_BEGINS = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_TURN_S = 5.0


@dataclass(frozen=True, slots=True)
class Failure:
    """The first line of a story that did not hold."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Result:
    story: Story
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a bot its stories have reached; `idle` are the steps that none has, as `flow/step`."""

    steps: int
    reached: int
    idle: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    results: tuple[Result, ...]
    coverage: Coverage

    @property
    def failures(self) -> tuple[Failure, ...]:
        return tuple(result.failure for result in self.results if result.failure is not None)


async def rehearse(bot: Bot, stories: Iterable[Story]) -> Rehearsal:
    """Hold every conversation, each from its beginning."""
    results: list[Result] = []
    reached: set[str] = set()
    async with ScriptPool(size=1) as scripts:
        for story in stories:
            run = _Run(bot, story, scripts, reached)
            results.append(Result(story, await run.hold()))
    return Rehearsal(tuple(results), _coverage(bot, reached))


def _coverage(bot: Bot, reached: set[str]) -> Coverage:
    every = [f"{flow.id}/{step}" for flow in bot.flows.values() for step in flow.steps]
    idle = tuple(place for place in every if place not in reached)
    return Coverage(len(every), len(every) - len(idle), idle)


@dataclass
class _Run:
    bot: Bot
    story: Story
    scripts: ScriptPool
    reached: set[str]
    now: datetime = _BEGINS
    turns: int = 0
    said: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    answered: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.state = new_state()

    async def hold(self) -> Failure | None:
        line: Line | None = None
        for line in self.story.lines:
            failure = await self._line(line)
            if failure:
                return Failure(line.file, line.line, failure)
        if self.said:
            file, at = (self.story.file, self.story.line) if line is None else (line.file, line.line)
            return Failure(file, at, f"The bot goes on: {self.said[0]!r}.")
        told = self._end()
        return Failure(self.story.file, self.story.line, told) if told else None

    async def _line(self, line: Line) -> str:
        if line.kind == "bot":
            return self._compare(line)
        if self.said:
            return f"The bot has more to say first: {self.said[0]!r}."
        if line.kind == "user":
            await self._turn(Said(line.text))
        else:
            await self._pass(line.wait_s)
        return ""

    def _compare(self, line: Line) -> str:
        if not self.said:
            return f"The bot says nothing more; {line.text!r} was expected."
        said = self.said.pop(0)
        if line.fits is not None:
            return "" if line.fits.find(said) is not None else f"The bot says {said!r}, without {line.text}."
        return "" if said == line.text else f"The bot says {said!r}, not {line.text!r}."

    async def _pass(self, wait_s: float) -> None:
        until = self.now + timedelta(seconds=wait_s)
        while self.state.wake_at and self.state.wake_at <= until.timestamp():
            self.now = datetime.fromtimestamp(self.state.wake_at, UTC)
            await self._turn(Elapsed(), after_s=0.0)
        self.now = until

    async def _turn(self, heard: Heard, after_s: float = _TURN_S) -> None:
        self.turns += 1
        self.now += timedelta(seconds=after_s)
        turn = self._facts()
        while True:
            step = engine.step(self.bot, self.state, heard, turn)
            self.state = step.state
            self._see(step.actions, step.trace)
            if step.need is None:
                return
            heard = await self._serve(step.need)

    def _see(self, actions: Sequence[Action], trace: Sequence[dict[str, object]]) -> None:
        self.actions += actions
        self.said += [plain(action.parts) for action in actions if isinstance(action, Say)]
        self.reached |= {str(fact["step"]) for fact in trace if fact["fact"] == "step"}

    async def _serve(self, need: Need) -> Returned:
        match need:
            case Call():
                self.calls.append(need)
                return self._answer(need)
            case Script():
                return await self.scripts.run(need)
            case Lookup(key=key):
                return Looked(key, "unavailable", reason="tests have no knowledge base")
            case Prompt(key=key):
                return Prompted(key, "unavailable", reason="tests have no language model")

    def _answer(self, call: Call) -> Fetched:
        mocks = self.story.mocks.get(call.action, ())
        count = self.answered.get(call.action, 0)
        self.answered[call.action] = count + 1
        # The last answer stays.
        mock = (
            mocks[min(count, len(mocks) - 1)]
            if mocks
            else Mock("ok", 200, self.bot.actions[call.action].sample)
        )
        return Fetched(call.key, mock.outcome, mock.status, mock.body)

    def _end(self) -> str:
        expected = self.story.expected
        calls: list[object] = [{call.action: dict(call.request.query)} for call in self.calls]
        teams = [action.team for action in self.actions if isinstance(action, Handoff)]
        notes = [action.text for action in self.actions if isinstance(action, Note)]
        for what, found, wanted in (
            ("calls", calls, expected.calls),
            ("slots", self._slots(), expected.slots),
            ("notes", notes, expected.notes),
            ("handoff", teams, [expected.handoff] if expected.handoff else []),
        ):
            if wanted is not None and found != wanted:
                return f"In the end '{what}' is {found!r}, not {wanted!r}."
        return ""

    def _slots(self) -> dict[str, object]:
        values = {name: read_slot(self.state, slot) for name, slot in self.bot.slots.items()}
        return {name: value for name, value in values.items() if value is not None}

    def _facts(self) -> Turn:
        story = self.story
        return Turn(
            now=self.now,
            channel=story.channel,
            preview=story.preview,
            key=f"in_{self.turns}",
            language=story.language,
            env={},
            conversation_id="conv_test",
            contact_id="vis_test",
            contact=story.contact,
            assistant_id="asst_test",
            workspace_id="ws_test",
            environment="dev",
        )
