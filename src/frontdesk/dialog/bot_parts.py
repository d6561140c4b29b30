"""What a bot is made of besides its steps: slots, triggers, intents, limits, and what finds, calls and repairs.

`bot` puts them together; the readers of each kind of declaration make them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from frontdesk.core.action import Call
from frontdesk.core.script import Source
from frontdesk.dialog.paths import Values
from frontdesk.dialog.patterns import Pattern
from frontdesk.dialog.utterance import Utterance

Scope = Literal["turn", "flow", "session", "contact"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A declared value; `pii` names the kind of personal data it is, for masking; `entity` is one that fills it.

    `description` tells a language model what to put there.
    """

    name: str
    type: str = "text"
    scope: Scope = "flow"
    pii: str = ""
    entity: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class ScriptRef:
    """An author's script as a step refers to it; `name` is its file, or where it stands in one (`flows/a.yaml:7`)."""

    source: Source

    @property
    def name(self) -> str:
        return self.source.name


class Wording(Protocol):
    """A text with places in it that values fill."""

    def text(self, values: Values, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a flow."""

    patterns: tuple[Pattern, ...] = ()
    excludes: tuple[Pattern, ...] = ()
    intent: str = ""
    examples: tuple[str, ...] = ()

    def learnt(self, flow: str) -> str:
        """The intent that starts the flow: its own, or one of no other name than the flow's, for its examples."""
        return self.intent or (f"flow:{flow}" if self.examples else "")


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

    def by_pattern(self, said: Utterance) -> Hit | None: ...

    def by_intent(self, said: Utterance) -> Hit | None:
        """By an intent that is sure: named by the channel, of an example, or understood."""
        ...

    def unsure(self, said: Utterance) -> tuple[str, ...]:
        """The flows of intents that the message may have, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What an API gave: the results, the required ones it lacks, and the places that texts read directly."""

    found: Mapping[str, object]
    missing: tuple[str, ...]
    raw: Mapping[str, object]


class RepairFinder(Protocol):
    """Finds out whether a message repairs the conversation rather than answers."""

    def find(self, plain: str, text: str, language: str) -> tuple[str, str] | None:
        """`cancel`, `back` or `repeat`, or `correct` and the words that correct; None for none of them."""
        ...

    def none_of_these(self, plain: str, language: str) -> bool:
        """Whether it turns down everything that was offered."""
        ...


class OpeningHours(Protocol):
    """Business hours in their own time zone."""

    def is_open(self, now: datetime) -> bool: ...


class BotAction(Protocol):
    """An API integration.

    `sample` is an answer for previews and tests, `transform` a script that reshapes answers, `success` what counts
    as an answer besides 2xx. A language model is told its `description`, may fill `inputs` (the slots that its texts
    read), and has the customer confirm an `irreversible` one.
    """

    @property
    def success(self) -> frozenset[int]: ...

    @property
    def name(self) -> str: ...

    @property
    def description(self) -> str: ...

    @property
    def irreversible(self) -> bool: ...

    @property
    def inputs(self) -> tuple[str, ...]: ...

    @property
    def sample(self) -> object: ...

    @property
    def transform(self) -> ScriptRef | None: ...

    @property
    def variable(self) -> str:
        """What `api_...` calls its answer."""
        ...

    @property
    def secret_names(self) -> frozenset[str]: ...

    def call(self, values: Values, key: str) -> Call: ...

    def read(self, body: object) -> Answer: ...
