"""YAML as authors mean it: text stays text, and every value knows its file and line.

Of plain words only `true`, `false`, `null` and JSON's numbers are more than text: no octal, no base 60, no
dates, no yes/no/on/off. Tags, merge keys and heaps of aliases are refused. Called by `load`.
"""

import re
from dataclasses import dataclass

import yaml

from frontdesk.dialog.problems import Problems
from frontdesk.dialog.yaml_advice import advice, unquoted_place

MAX_FILE_BYTES = 1_000_000
MAX_DEPTH = 50
MAX_ALIASES = 10
MAX_NODES = 100_000
MAX_SCALAR = 100_000
_LONGEST_INTEGER = 15  # digits; longer ones are identifiers, and JSON readers round them

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,2})?", re.ASCII)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}

_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLACE = re.compile(r"\$\S+|[A-Za-z_][\w-]*\.[A-Za-z_][^{}]*|\{[^{}]+\}", re.ASCII)
"""What stands between the braces of `{$query}` and `{Balance.balance}`."""
UNSTORABLE = re.compile("[\0\ud800-\udfff]")

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """One value; `line` is that of its key where it has one, `raw` a scalar's text as written."""

    value: "Scalar | list[Node] | dict[str, Node]"
    file: str
    line: int
    raw: str = ""

    def plain(self) -> object:
        """The value without places."""
        match self.value:
            case dict() as entries:
                return {key: node.plain() for key, node in entries.items()}
            case list() as items:
                return [node.plain() for node in items]
            case scalar:
                return scalar


@dataclass(frozen=True, slots=True)
class _Spot:
    file: str
    line: int


@dataclass(slots=True)
class _Open:
    value: list[Node] | dict[str, Node]
    line: int
    anchor: str | None
    key: str | None = None
    key_line: int = 0
    braces: bool = False
    """Whether it is a mapping in one line, `{...}`."""


class _TooMuch(Exception):
    """Reading this file on makes no sense; the problem is noted already."""


def read(text: str, file: str, problems: Problems) -> Node | None:
    """The content of one file.

    Returns:
        None when the file is empty or cannot be read at all; why is then among the problems.
    """
    start = _Spot(file, 1)
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        place = _Spot(file, _line(text, error.start))
        problems.error(place, "The file is not valid Unicode text.", "Save it as UTF-8.")
        return None
    if size > MAX_FILE_BYTES:
        problems.error(
            start, f"The file is larger than {MAX_FILE_BYTES:,} bytes.", "Split it into smaller ones."
        )
        return None
    builder = _Builder(file, problems)
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        # At the end of the file the mark stands behind its last line.
        line = min(error.problem_mark.line, text.rstrip("\n").count("\n")) + 1 if error.problem_mark else 1
        said, fix = advice(error, text)
        builder.tell_unquoted(line)
        problems.error(_Spot(file, line), f"This is not YAML: {said}.", fix)
        return None
    except yaml.reader.ReaderError:
        place = _Spot(file, _line(text, found.start() if (found := _NOT_YAML.search(text)) else 0))
        problems.error(place, "The file has characters YAML does not allow.", "Remove control characters.")
        return None
    except _TooMuch:
        return None
    builder.tell_unquoted()
    return builder.root


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def scalar(text: str) -> Scalar:
    """What a plain (unquoted) word means."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= _LONGEST_INTEGER else text
    if _FLOAT.fullmatch(text) and len(text) <= _LONGEST_INTEGER + 5:
        return float(text)
    return text


class _Builder:
    # Builds from the event stream with a stack of its own: deep input never becomes deep recursion.
    def __init__(self, file: str, problems: Problems) -> None:
        self.root: Node | None = None
        self._file = file
        self._problems = problems
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._aliases = self._nodes = 0
        self._unquoted: list[Node] = []
        """Texts such as {$query} that YAML takes for mappings."""

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.ScalarEvent():
                self._check(event.tag, line)
                if UNSTORABLE.search(event.value):
                    self._stop(
                        line,
                        "Text with a NUL character, or half of a character, in it.",
                        r"Leave \0 or \ud800 out.",
                    )
                if len(event.value) > MAX_SCALAR:
                    self._stop(line, f"A text longer than {MAX_SCALAR:,} characters.", "Split it.")
                value = event.value if event.style else scalar(event.value)
                self._place(Node(value, self._file, line, event.value), event.anchor)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._check(event.tag, line)
                self._enter(event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                done = self._open.pop()
                self._place(self._closed(done), done.anchor)
            case yaml.AliasEvent():
                self._alias(event.anchor, line)
            case yaml.DocumentStartEvent() if self.root is not None:
                self._stop(line, "The file holds more than one document.", "Remove the line '---'.")
            case _:
                pass

    def _stop(self, line: int, message: str, fix: str) -> None:
        self._problems.error(_Spot(self._file, line), message, fix)
        raise _TooMuch

    def _check(self, tag: str | None, line: int) -> None:
        if tag is not None:
            self._problems.error(
                _Spot(self._file, line),
                f"Tags such as '{tag}' are not used here.",
                "Write the plain value; quote text.",
            )

    def _enter(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, line: int) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._stop(line, f"Nested deeper than {MAX_DEPTH} levels.", "Move parts into flows of their own.")
        # Shown at its key's line, which is where an author looks.
        if self._open and isinstance(self._open[-1].value, dict) and self._open[-1].key is not None:
            line = self._open[-1].key_line
        empty: list[Node] | dict[str, Node] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._open.append(_Open(empty, line, event.anchor, braces=bool(event.flow_style)))

    def _closed(self, done: _Open) -> Node:
        node = Node(done.value, self._file, done.line)
        if not (done.braces and isinstance(done.value, dict) and len(done.value) == 1):
            return node
        key, value = next(iter(done.value.items()))
        if value.raw or value.value is not None or not _PLACE.fullmatch(key):
            return node
        text = f"{{{key}}}"
        if self._unquoted and self._unquoted[-1].raw == key:
            self._unquoted.pop()  # the inner one of {{ path }}
        # Taken for the text that it is meant to be, of which nothing more is to be said.
        self._unquoted.append(Node("text", self._file, done.line, text))
        return self._unquoted[-1]

    def tell_unquoted(self, but: int = 0) -> None:
        """Report texts in braces that lack quotes, save in one line of which enough is said."""
        for node in self._unquoted:
            if node.line != but:
                self._problems.error(node, *unquoted_place(node.raw))

    def _alias(self, name: str | None, line: int) -> None:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            self._stop(line, f"More than {MAX_ALIASES} aliases (*name) in one file.", "Write the values out.")
        if any(place.anchor for place in self._open):
            self._stop(line, "An alias inside an anchored value.", "Write the value out here.")
        target = self._anchors.get(name or "")
        if target is None:
            self._stop(
                line,
                f"'*{name}' without quotes is an alias, and there is no anchor '&{name}' before it.",
                f'To mean a text, put all of it in quotes: "*{name}".',
            )
        else:
            self._place(Node(target.value, self._file, line, target.raw), None)

    def _place(self, node: Node, anchor: str | None) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._stop(
                node.line, f"More than {MAX_NODES:,} values in one file.", "Split it into smaller ones."
            )
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif parent.key is None:
            self._key(parent, node)
        else:
            parent.value[parent.key] = Node(node.value, node.file, parent.key_line, node.raw)
            parent.key = None

    def _key(self, parent: _Open, node: Node) -> None:
        if isinstance(node.value, dict | list):
            self._stop(
                node.line,
                "A key must be a plain word; text that begins with { or [ needs quotes.",
                'Write "{{ slots.name }}", with the quotes.',
            )
        parent.key, parent.key_line = node.raw, node.line
        if node.raw == "<<":
            self._problems.error(node, "Merge keys (<<) are not used here.", "Write the keys out.")
        elif node.raw in parent.value:
            self._problems.error(node, f"The key '{node.raw}' stands here twice.", "Keep one of them.")
