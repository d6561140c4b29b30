"""Conversations that a bot must hold, as written in its `tests/`: what happens, and what is expected of the bot.

Read by `story_reader`, held by `hold`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from frontdesk.core.action import Fetched, Looked, Prompted, Said
from frontdesk.dialog.regexes import Regex
from frontdesk.dialog.utterance import Environment


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the files something stands."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class WantedText:
    """A whole text, or with `regex` a part of one; `source` is as written."""

    source: str
    regex: Regex | None = None

    def fits(self, text: str) -> bool:
        return text == self.source if self.regex is None else self.regex.find(text) is not None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One message that the bot is to send; what is None may be anything."""

    at: Spot
    text: WantedText | None = None
    buttons: tuple[str, ...] | None = None
    cards: tuple[str, ...] | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class WantedCall:
    """A call that the bot is to make; what is None may be anything. `given` are query and JSON body together."""

    action: str
    given: Mapping[str, object] | None = None
    method: str | None = None
    url: str | None = None
    query: Mapping[str, object] | None = None
    json: object = None
    has_json: bool = False


@dataclass(frozen=True, slots=True)
class WantedHandoff:
    """The hand-off that is expected; an empty `team` means that there must be none."""

    team: str
    priority: str | None = None
    person: str | None = None
    share: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Expect:
    """What is to be true at one moment of a story; what is None is not looked at."""

    at: Spot
    calls: tuple[WantedCall, ...] | None = None
    slots: Mapping[str, object] | None = None
    vars: Mapping[str, object] | None = None
    flow: str | None = None
    handoff: WantedHandoff | None = None
    notes: tuple[WantedText, ...] | None = None
    closed: bool | None = None
    rating: int | None = None
    alerts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The customer says something; `shown` is it as written."""

    at: Spot
    said: Said
    shown: str


@dataclass(frozen=True, slots=True)
class Passes:
    """Time passes."""

    at: Spot
    seconds: float
    shown: str


@dataclass(frozen=True, slots=True)
class Restarts:
    """The conversation starts over."""

    at: Spot


Happening = Heard | Passes | Restarts


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that happens (nothing: as the story begins), what the bot is to say then, what is to be true."""

    happening: Happening | None
    wanted: tuple[Wanted, ...] = ()
    expects: tuple[Expect, ...] = ()


@dataclass(frozen=True)
class Story:
    """One conversation. `mocks` answer an action's calls in turn, the last one again and again."""

    name: str
    at: Spot
    scenes: tuple[Scene, ...]
    expect: Expect
    mocks: Mapping[str, tuple[Fetched, ...]] = field(default_factory=dict)
    knowledge: Looked | None = None
    model: tuple[Prompted, ...] = ()
    begins: datetime | None = None
    channel: str = "web"
    language: str = ""
    environment: Environment = "dev"
    env: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    preview: bool = False
