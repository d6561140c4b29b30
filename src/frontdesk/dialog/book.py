"""What is known while a bot's files are read: its names, what refers to what, its expressions and scripts.

One `Book` goes through all readers; `load` makes it, `check` looks its references up.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from frontdesk.core.message import TextLimits
from frontdesk.core.script import Source
from frontdesk.dialog.bot_parts import ScriptRef, Slot
from frontdesk.dialog.moves import Move
from frontdesk.dialog.paths import Names
from frontdesk.dialog.patterns import Pattern, PatternError, compile_pattern
from frontdesk.dialog.problems import GiveUp, Mistake, Problems
from frontdesk.dialog.regexes import Regex, RegexError
from frontdesk.dialog.templates import Template, compile_template
from frontdesk.dialog.yaml import Node

MAX_PROGRAM = 4_000_000
"""Most instructions of RE2 that all expressions of a bot may compile to; about 100 MB."""
_EACH = 200
"""What an expression takes besides its instructions, in these."""
SCRIPT_FOLDER = "scripts/"


@dataclass(frozen=True, slots=True)
class Reference:
    """A name used somewhere, to be looked up when everything is read."""

    kind: str
    name: str
    flow: str
    node: Node


@dataclass(frozen=True, slots=True)
class Shown:
    """A text of a step; `what` says as what (`'title'`), `of` in what (`A card`)."""

    template: Template
    what: str
    of: str
    node: Node


@dataclass(slots=True)
class Book:
    """What is known while a bot's files are read."""

    problems: Problems
    names: Names = field(default_factory=Names)
    slots: dict[str, Slot] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    intents_heard: set[str] = field(default_factory=set)
    ways: dict[tuple[str, str], tuple[Move, ...]] = field(default_factory=dict)
    """Flow and step -> where it may go on, besides to what follows it."""
    shown: list[Shown] = field(default_factory=list)
    """Every text of the steps."""
    filled: set[str] = field(default_factory=set)
    """The slots that a step fills."""
    main: Node | None = None
    """The main file."""
    flows: dict[str, Node] = field(default_factory=dict)
    """Where each flow stands."""
    teams: Collection[str] | None = None
    """Those that can take over; None where they are not known."""
    limits: Mapping[str, TextLimits] = field(default_factory=dict)
    """What each channel shows at most."""
    actions: dict[str, Node] = field(default_factory=dict)
    """Where each action stands."""
    responses: dict[str, tuple[str, Node]] = field(default_factory=dict)
    """Action -> the response variable it names, and where."""
    steps: int = 0
    languages: tuple[str, ...] = ()
    """Those that texts may be given in, by `{en: ..., ru: ...}`."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Every file of the bot."""
    unread: Collection[str] = frozenset()
    """Those that should say something and cannot be read."""
    scripts: dict[str, Source] = field(default_factory=dict)
    """Every script that something runs, by its name: its file, or where it stands in one."""
    _patterns: dict[str, Pattern] = field(default_factory=dict)
    _regexes: dict[str, Regex] = field(default_factory=dict)
    _size: int = 0

    def pattern(self, text: str, node: Node) -> Pattern | None:
        """The compiled pattern; a mistake is reported."""
        try:
            if text not in self._patterns:
                self._patterns[text] = compile_pattern(text)
                self._grow(self._patterns[text].size, node)
            return self._patterns[text]
        except PatternError as error:
            fix = "A pattern is made of words, * and (one|other)."
            self.problems.error(node, f"The pattern '{text[:60]}' cannot be used: {error}.", fix)
            return None

    def regex(self, text: str, node: Node) -> Regex | None:
        """The compiled regular expression; a mistake is reported."""
        try:
            if text not in self._regexes:
                self._regexes[text] = Regex(text)
                self._grow(self._regexes[text].size, node)
            return self._regexes[text]
        except RegexError as error:
            fix = "Write an expression that RE2 runs: without look-around and back-references."
            self.problems.error(node, f"The regex '{text[:60]}' cannot be used: {error}.", fix)
            return None

    def script(self, node: Node) -> ScriptRef | None:
        """A file of the bot's scripts, or the code itself; `{script: ...}` is as good."""
        if isinstance(node.value, dict) and list(node.value) == ["script"]:
            node = node.value["script"]
        if not isinstance(node.value, str):
            self.problems.error(
                node, "A script must be text.", f"Write {SCRIPT_FOLDER}NAME.js, or the code behind '|'."
            )
            return None
        text = node.value
        if not text.startswith(SCRIPT_FOLDER):
            return self._ref(self._inline(f"{node.file}:{node.line}", text))
        if text not in self.files:
            known = (
                ", ".join(sorted(path for path in self.files if path.startswith(SCRIPT_FOLDER))) or "none yet"
            )
            self.problems.error(node, f"There is no file '{text[:80]}'.", f"Scripts of this bot: {known}.")
            return None
        return self._ref(Source(text, self.files[text]))

    def _inline(self, place: str, code: str) -> Source:
        """Code that stands in the place itself; of several scripts on one line, each by its own name."""
        name, number = place, 1
        while (known := self.scripts.get(name)) is not None and known.code != code:
            number += 1
            name = f"{place}#{number}"
        return Source(name, code)

    def _ref(self, source: Source) -> ScriptRef:
        return ScriptRef(self.scripts.setdefault(source.name, source))

    def _grow(self, size: int, node: Node) -> None:
        self._size += size + _EACH
        if self._size > MAX_PROGRAM:
            self.problems.error(
                node,
                "The bot's patterns and regexes are too large together.",
                "Simplify the largest, or leave some out.",
            )
            raise GiveUp


def read_template(text: str, node: Node, book: Book, *, secrets: bool = False) -> Template:
    """A template; a mistake is reported and reads as empty."""
    try:
        return compile_template(text, book.names, secrets=secrets)
    except Mistake as mistake:
        book.problems.mistake(node, mistake)
        return Template(text, ())
