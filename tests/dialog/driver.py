"""Holds a conversation with a bot at engine level: calls are answered from a table, scripts really run.

Every state goes through its saved form and back, and every input state is checked to be left as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from tests.dialog.schemas import refused
from tests.dialog.script_runner import scripts

from frontdesk.core.action import (
    Action,
    Alert,
    Call,
    Elapsed,
    Fetched,
    Handoff,
    Heard,
    Looked,
    Lookup,
    Need,
    Prompt,
    Prompted,
    Returned,
    Said,
    Say,
    Understand,
    Understood,
)
from frontdesk.core.message import Part, plain
from frontdesk.core.script import Script
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.engine import Step, Turn, said_once, step
from frontdesk.dialog.load import BotInvalid, Problem, load_bot
from frontdesk.dialog.state import STATE_FORMAT, State, dump_state, load_state, new_state

EXAMPLE = Path(__file__).parents[2] / "examples" / "billing-helper"
HEAD = "format: assistant/v1\nassistant: {id: b, name: B, language: en}\n"
ERROR = "Sorry, something went wrong. Please try again later."
NOT_UNDERSTOOD = "Sorry, I did not understand that."
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

Answer = Callable[[Call], Fetched]


def files_of(folder: Path) -> dict[str, str]:
    paths = (path for path in folder.rglob("*") if path.suffix in {".yaml", ".js"})
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in paths}


def billing_files() -> dict[str, str]:
    return files_of(EXAMPLE)


def make(text: str, **more: str) -> Bot:
    """A bot of one file, head included; `more` are further files, `__` standing for `/` and `.yaml` added."""
    files = {
        "bot.yaml": HEAD + text,
        **{name.replace("__", "/") + ".yaml": body for name, body in more.items()},
    }
    bot = load_bot(files)
    assert refused(files) == [], "the loader takes what the published schema refuses"
    return bot


def problems_of(files: Mapping[str, str] | str) -> list[Problem]:
    try:
        bot = load_bot({"bot.yaml": HEAD + files} if isinstance(files, str) else files)
    except BotInvalid as error:
        return list(error.problems)
    return list(bot.warnings)


def answers(status: int = 200, body: object = None) -> Answer:
    outcome = "ok" if 200 <= status < 300 else "error"
    return lambda call: Fetched(call.key, outcome, status, body)


def fails(outcome: str) -> Answer:
    return lambda call: Fetched(call.key, outcome, reason=f"made to {outcome}")


@dataclass
class Talk:
    """One conversation."""

    bot: Bot
    mocks: dict[str, Answer] = field(default_factory=dict)
    channel: str = "web"
    preview: bool = True
    language: str = "en"
    env: dict[str, str] = field(default_factory=dict)
    contact: dict[str, str] = field(default_factory=dict)
    now: datetime = START
    state: State = field(default_factory=new_state)
    calls: list[Call] = field(default_factory=list)
    looked: list[Lookup] = field(default_factory=list)
    prompted: list[Prompt] = field(default_factory=list)
    knows: Looked | None = None
    understood: list[Understand] = field(default_factory=list)
    means: Understood | None = None
    model: list[Prompted] = field(default_factory=list)
    last: list[Action] = field(default_factory=list)
    trace: list[dict[str, object]] = field(default_factory=list)
    turns: int = 0

    def turn(self) -> Turn:
        return Turn(
            now=self.now,
            channel=self.channel,
            preview=self.preview,
            key=f"in_{self.turns}",
            language=self.language,
            env=self.env,
            conversation_id="conv_1",
            contact_id="vis_1",
            contact=self.contact,
            assistant_id="asst_1",
        )

    def step(self, heard: Heard) -> Step:
        before = dump_state(self.state)
        found = step(self.bot, self.state, heard, self.turn())
        assert dump_state(self.state) == before, "the input state was changed"
        self.state = load_state(dump_state(found.state), STATE_FORMAT)
        self.last += found.actions
        if found.ended:
            self.last = said_once(self.last)
        self.trace += found.trace
        return found

    def hear(self, heard: Heard) -> list[str]:
        """Hold one turn to its end; returns what the bot said."""
        self.turns += 1
        self.now += timedelta(seconds=5)
        self.last, self.trace = [], []
        found = self.step(heard)
        while found.need is not None:
            found = self.step(self._serve(found.need))
        return self.said

    def _serve(self, need: Need) -> Returned | Understood:
        match need:
            case Understand(key=key):
                self.understood.append(need)
                return replace(self.means, key=key) if self.means else Understood(key)
            case Call():
                self.calls.append(need)
                return self.mocks[need.action](need)
            case Script():
                return scripts().run(need)
            case Lookup(key=key):
                self.looked.append(need)
                return replace(self.knows, key=key) if self.knows else Looked(key, "unavailable")
            case Prompt(key=key):
                self.prompted.append(need)
                return replace(self.model.pop(0), key=key) if self.model else Prompted(key, "unavailable")

    def elapse(self, **time: float) -> list[str]:
        """Let time pass, and the conversation be woken as often as its moment comes meanwhile."""
        until = self.now + timedelta(**time)
        said: list[str] = []
        while self.state.wake_at and self.state.wake_at <= until.timestamp():
            self.now = datetime.fromtimestamp(self.state.wake_at, UTC) - timedelta(seconds=5)
            said += self.hear(Elapsed())
        self.now = until
        return said

    def say(self, text: str, **said: Any) -> list[str]:
        return self.hear(Said(text, **said))

    def all(self, *texts: str) -> list[str]:
        """Say all of them; what the bot said to the last."""
        return [self.say(text) for text in texts][-1]

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    @property
    def said(self) -> list[str]:
        return [plain(action.parts) for action in self.last if isinstance(action, Say)]

    @property
    def parts(self) -> list[Part]:
        return [part for action in self.last if isinstance(action, Say) for part in action.parts]

    @property
    def alerts(self) -> list[str]:
        return [action.code for action in self.last if isinstance(action, Alert)]

    @property
    def handoffs(self) -> list[Handoff]:
        return [action for action in self.last if isinstance(action, Handoff)]

    def slots(self) -> dict[str, object]:
        """Every filled slot of any scope."""
        found: dict[str, object] = {**self.state.session, **self.state.contact, **self.state.moment.vars}
        for frame in self.state.stack:
            found |= frame.slots
        return found
