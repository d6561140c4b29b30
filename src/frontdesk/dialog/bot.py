"""The compiled, immutable bot, its flows, and what their steps are and may do.

Built by `load`, read by `engine`. A step type gives `Body` objects; at run time they see the turn as a `Talk`, which shows
them the bot: so these stand in one file.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from frontdesk.core.action import Action, Lookup, Returned
from frontdesk.core.message import Part
from frontdesk.core.script import Source, VarScope
from frontdesk.dialog.bot_parts import (
    BotAction,
    Finder,
    Intent,
    Limits,
    OpeningHours,
    RepairFinder,
    ScriptRef,
    Slot,
    Trigger,
    Wording,
)
from frontdesk.dialog.detection_rules import Detection
from frontdesk.dialog.entities import Entities
from frontdesk.dialog.moves import Move, Wait
from frontdesk.dialog.paths import Values
from frontdesk.dialog.problems import Problem
from frontdesk.dialog.state import State
from frontdesk.dialog.utterance import Turn, Utterance

DebugCommands = Literal["preview", "everywhere", "off"]
UTC = ZoneInfo("UTC")
NOTHING_SAID = Detection()


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

    @property
    def memo(self) -> dict[str, object]:
        """What the running step has put by for itself; empty again once the step is left."""
        ...

    def put(self, name: str, value: object, scope: VarScope = "session") -> None:
        """Fill a slot, or a variable of `scope` where no slot has that name; None empties it."""
        ...

    def put_results(self, action: str, found: Mapping[str, object], raw: Mapping[str, object]) -> None:
        """Keep an action's results for this flow, and the places texts read directly for this turn."""
        ...

    def offered(self, slot: str) -> str:
        """A value for the slot that came along with the customer's message, given out once; `""` if none."""
        ...

    def say(self, *parts: Part, delay_s: float = 0.0) -> None:
        """Send one message; parts without any content are left out."""
        ...

    def say_text(self, text: str) -> None:
        """Send one message of plain text; an empty one is left out."""
        ...

    def act(self, action: Action) -> None:
        """Have something done besides saying; its `step` is filled in."""
        ...

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
        """The key of the next need of this turn."""
        ...


class Body(ABC):
    """What a step does; `goes_on` is False where the step below is never reached through it.

    `again` is what the last of the steps nested in it goes on to, where that is not the step below.
    """

    goes_on: bool = True
    again: "Body | None" = None

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
    flows come first. `no_reply_s`: after which silence `silent` is asked; 0 for never. `slot`: what it fills.
    """

    listen: bool = True
    open: bool = False
    no_reply_s: float = 0.0
    slot: str = ""

    def by_intent(self) -> bool:
        """Whether what it takes depends on the intent of the answer."""
        return False

    @abstractmethod
    def hear(self, talk: Talk, said: Utterance) -> Move | None:
        """Take the answer, or return None."""

    @abstractmethod
    def repeat(self, talk: Talk) -> None:
        """Ask again, the question only."""

    @abstractmethod
    def reprompt(self, talk: Talk, misses: int) -> bool:
        """Say that the answer does not do, `misses` being 1 the first time; False leaves it to the fallback."""

    def correct(self, talk: Talk, said: Utterance) -> bool:  # noqa: ARG002 - most questions take no corrections
        """Take a later correction of the answer into its slot; False when it does not do."""
        return False

    def silent(self, talk: Talk) -> Move:  # noqa: ARG002 - only asked where `no_reply_s` is set
        """The customer has not answered for `no_reply_s`."""
        return Wait()


class Asker(Body):
    """A step that asks outside: its `run`, or what it does with an answer, ends in `Ask`."""

    @abstractmethod
    def came(self, talk: Talk, returned: Returned) -> Move:
        """Go on with what came of the need."""


class LooksUp(Asker):
    """A step that asks the knowledge base."""

    @abstractmethod
    def lookup(self, talk: Talk, key: str) -> Lookup:
        """What it asks of it now."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow; `after` is the step below it (`""` at the end), `next` the author's own turn-off.

    `before` is a script that runs before the step does.
    """

    id: str
    kind: str
    body: Body
    after: str = ""
    next: Move | None = None
    before: ScriptRef | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence of steps; `name` is what people read for it.

    `listen`: whether other flows may start in the middle of it. `resume` is said when it goes on after one that did.
    """

    id: str
    name: str
    steps: Mapping[str, Step]
    first: str
    trigger: Trigger = field(default_factory=Trigger)
    listen: bool = True
    resume: Wording | None = None
    file: str = ""
    line: int = 0


FALLBACK = "fallback"
ESCALATION = "escalation"
ON_START = "on_start"
SPECIAL_FLOWS = (FALLBACK, ESCALATION, ON_START)
"""The flows without trigger: when nothing fits, after too many answers that did not do, when a session begins."""


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
    env_by: Mapping[str, Mapping[str, str]]
    """Environment -> the values it has of its own."""
    slots: Mapping[str, Slot]
    hours: Mapping[str, OpeningHours]
    intents: Mapping[str, Intent]
    entities: Entities
    actions: Mapping[str, BotAction]
    flows: Mapping[str, Flow]
    triggers: Finder
    known_intents: frozenset[str]
    """Intents that start a flow or that a rule waits for."""
    examples: Mapping[str, str]
    """Normalised example -> intent."""
    lessons: Mapping[str, tuple[str, ...]]
    """What can be learnt: intent -> its examples, those of triggers among them."""
    phrases: Mapping[str, Mapping[str, str]]
    repair: RepairFinder
    detection: Detection = NOTHING_SAID
    zone: ZoneInfo = UTC
    """In which "tomorrow" and "at nine" are meant."""
    region: str = ""
    """The country of phone numbers written without one."""
    languages: tuple[str, ...] = ()
    """Those the author writes texts in; the first is the bot's own."""
    shared: tuple[Source, ...] = ()
    """Global functions, which every script runs with."""
    scripts: tuple[Source, ...] = ()
    """Every script that something runs, those of `shared` left out."""
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def secret_names(self) -> tuple[str, ...]:
        """Secrets that the actions refer to, in order."""
        return tuple(sorted({name for action in self.actions.values() for name in action.secret_names}))
