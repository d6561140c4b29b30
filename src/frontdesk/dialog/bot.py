"""The compiled, immutable bot, and what its steps are and may do.

Built by `load`, read by `engine`. A step type gives `Body` objects; at run time they see the turn as a `Talk`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from frontdesk.core.action import Call, Fetched
from frontdesk.core.message import Part
from frontdesk.dialog.moves import Move
from frontdesk.dialog.paths import Values
from frontdesk.dialog.patterns import Pattern
from frontdesk.dialog.problems import Problem
from frontdesk.dialog.state import State

Scope = Literal["turn", "flow", "session", "contact"]
DebugCommands = Literal["preview", "everywhere", "off"]


class Turn(msgspec.Struct, frozen=True):
    """The facts of one turn, handed in by the caller.

    `key` is unique per turn and the same when the turn is run again; `env` overrides the bot's defaults;
    `contact` holds what is known of the customer (`firstname`, `email` ...).
    """

    now: datetime
    channel: str
    preview: bool
    key: str
    language: str
    env: Mapping[str, str]
    conversation_id: str
    contact_id: str
    contact: Mapping[str, str]
    assistant_id: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the customer said: as written and as compared.

    `intent` is one this bot knows and the channel was sure of: it alone decides then, not the text. `guess` is
    the intent one of whose examples the text is.
    """

    text: str
    plain: str
    intent: str = ""
    guess: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A declared value; `pii` names the kind of personal data it is, for masking."""

    name: str
    type: str = "text"
    scope: Scope = "flow"
    pii: str = ""


class Talk(Values, Protocol):
    """A turn under way, as steps see it."""

    @property
    def bot(self) -> "Bot": ...

    @property
    def turn(self) -> Turn: ...

    @property
    def state(self) -> State: ...

    @property
    def place(self) -> str:
        """The step that runs, as `flow/step`."""
        ...

    def put(self, name: str, value: object) -> None:
        """Fill a slot, or a session variable where no slot has that name; None empties it."""
        ...

    def put_results(self, action: str, found: Mapping[str, object], raw: Mapping[str, object]) -> None:
        """Keep an action's results for this flow, and the places texts read directly for this turn."""
        ...

    def offered(self, slot: str) -> str:
        """A value for the slot that came along with the customer's message, given out once; `""` if none."""
        ...

    def say(self, *parts: Part) -> None:
        """Send one message; parts without any content are left out."""
        ...

    def say_text(self, text: str) -> None:
        """Send one message of plain text; an empty one is left out."""
        ...

    def hand_off(self, team: str, share: tuple[str, ...]) -> None: ...

    def alert(self, code: str, message: str) -> None:
        """Tell the bot's author."""
        ...

    def note(self, fact: str, **details: object) -> None:
        """Add a fact to the turn's trace."""
        ...

    def phrase(self, key: str, **values: str) -> str:
        """A built-in sentence in the conversation's language, `{name}` filled from `values`."""
        ...

    def new_key(self) -> str:
        """The key of the next call of this turn."""
        ...


class Body(ABC):
    """What a step does; `goes_on` is False where the step below is never reached through it."""

    goes_on: bool = True

    @abstractmethod
    def run(self, talk: Talk) -> Move: ...


@dataclass(frozen=True)
class Go(Body):
    """A step that only goes somewhere: `goto`, `run`, `end`, `resume`."""

    move: Move
    goes_on: bool = False

    def run(self, talk: Talk) -> Move:  # noqa: ARG002 - every step is handed the turn
        return self.move


class Question(Body):
    """A step that waits for the customer's answer: its `run` ends in `Wait`.

    `listen`: whether other flows may start on an answer it does not take. `open`: it takes any text, so those
    flows come first.
    """

    listen: bool = True
    open: bool = False

    @abstractmethod
    def hear(self, talk: Talk, said: Utterance) -> Move | None:
        """Take the answer, or return None."""

    @abstractmethod
    def repeat(self, talk: Talk) -> None:
        """Ask again, the question only."""

    @abstractmethod
    def reprompt(self, talk: Talk, misses: int) -> bool:
        """Say that the answer does not do, `misses` being 1 the first time; False leaves it to the fallback."""


class Caller(Body):
    """A step that asks an outside system: its `run` ends in `Need`."""

    @abstractmethod
    def fetched(self, talk: Talk, outcome: Fetched) -> Move: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow; `after` is the step below it (`""` at the end), `next` the author's own turn-off."""

    id: str
    kind: str
    body: Body
    after: str = ""
    next: Move | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a flow."""

    patterns: tuple[Pattern, ...] = ()
    excludes: tuple[Pattern, ...] = ()
    intent: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A named sequence of steps."""

    id: str
    name: str
    steps: Mapping[str, Step]
    first: str
    trigger: Trigger = Trigger()
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Intent:
    """Something customers want, with sentences that say it."""

    name: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    steps_per_turn: int = 50
    reprompts: int = 3
    script_ms: int = 250


@dataclass(frozen=True, slots=True)
class Hit:
    """A flow found for a message, by what, and which others would have fitted."""

    flow: str
    by: str
    what: str
    candidates: tuple[str, ...] = ()


class Finder(Protocol):
    """Finds the flow a message starts."""

    def find(self, said: Utterance) -> Hit | None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What an API gave: the results, the required ones it lacks, and the places that texts read directly."""

    found: Mapping[str, object]
    missing: tuple[str, ...]
    raw: Mapping[str, object]


class BotAction(Protocol):
    """An API integration; `sample` is an answer for previews and tests."""

    @property
    def name(self) -> str: ...

    @property
    def sample(self) -> object: ...

    def call(self, values: Values, key: str) -> Call: ...

    def read(self, body: object) -> Answer: ...


FALLBACK = "fallback"
ESCALATION = "escalation"
"""The flows without trigger: when nothing fits, and after too many answers that did not do."""


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything of one version of an assistant."""

    id: str
    name: str
    language: str
    session_timeout_s: float
    debug_commands: DebugCommands
    limits: Limits
    env: Mapping[str, str]
    slots: Mapping[str, Slot]
    intents: Mapping[str, Intent]
    entities: Mapping[str, tuple[str, ...]]
    actions: Mapping[str, BotAction]
    flows: Mapping[str, Flow]
    triggers: Finder
    known_intents: frozenset[str]
    """Intents that start a flow or that a rule waits for."""
    examples: Mapping[str, str]
    """Normalised example -> intent."""
    phrases: Mapping[str, Mapping[str, str]]
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
