"""What all parts of one import share: names given so far, texts, files and findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from frontdesk.studio.importing.findings import Report
from frontdesk.studio.importing.names import Namer
from frontdesk.studio.importing.texts import Texts
from frontdesk.studio.importing.vocabulary import Vocabulary
from frontdesk.studio.importing.yaml_text import Yaml

Step = dict[str, Yaml]


@dataclass(frozen=True, slots=True)
class Integration:
    """An integration of the export; `action` is its name here, empty when it became none."""

    kind: str
    name: str
    action: str = ""
    transform: str = ""
    hands_off: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message of the export went: its flow, and its step there (empty: the flow's beginning)."""

    flow: str
    step: str


@dataclass(slots=True)
class Work:
    """One import under way."""

    report: Report
    vocabulary: Vocabulary
    texts: Texts
    integrations: Mapping[str, Integration]
    intents: Mapping[str, str]
    error_message: str = ""
    lists: frozenset[str] = frozenset()
    """Result fields that hold a list, as `Action.field`."""
    flows: dict[str, str] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    """Message id -> the id of the one below it."""
    scripts: dict[str, str] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    """Intent -> sentences that say it."""
    said: set[str] = field(default_factory=set)
    """Sample sentences in use, as messages are compared."""
    jumps: list[tuple[str, str]] = field(default_factory=list)
    """Where a script jumps to a step by its name, and that name."""
    tests_size: int = 0
    closing: str = ""
    """The flow that closes the conversation; it is there when something `closes` it."""
    closes: bool = False
    script_names: Namer = field(default_factory=Namer)
