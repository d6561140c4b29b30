"""Reads the conversations in a bot's `tests/*.yaml`: what is said, what must come back, and what there is in the end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from frontdesk.dialog.fields import Fields
from frontdesk.dialog.problems import BotInvalid, GiveUp, Problems
from frontdesk.dialog.regexes import Regex, RegexError
from frontdesk.dialog.yaml import Node, read

FOLDER = "tests/"
MOST_LINES = 500
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Mock:
    """What an action answers; `outcome` as of a call."""

    outcome: str
    status: int
    body: object = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a story: what the customer says or taps, what the bot must say, or how long nothing happens."""

    kind: Literal["user", "bot", "wait"]
    text: str = ""
    wait_s: float = 0.0
    fits: Regex | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """What there must be in the end; None where the story does not say. `handoff` is empty for none."""

    calls: list[object] | None = None
    slots: dict[str, object] | None = None
    handoff: str = ""
    notes: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation the bot must hold."""

    name: str
    lines: tuple[Line, ...]
    mocks: Mapping[str, tuple[Mock, ...]] = field(default_factory=dict)
    expected: Expected = Expected()
    channel: str = "web"
    language: str = ""
    preview: bool = False
    contact: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 0


def read_stories(files: Mapping[str, str]) -> tuple[Story, ...]:
    """All stories of a bot's folder, in the order of files and lines.

    Raises:
        BotInvalid: With everything that is wrong in them.
    """
    problems = Problems()
    stories: list[Story] = []
    try:
        for path in sorted(files):
            if path.startswith(FOLDER) and path.endswith(".yaml"):
                stories += _read_file(files[path], path, problems)
    except GiveUp:
        pass
    if problems.fatal:
        raise BotInvalid(tuple(problems.found))
    return tuple(stories)


def _read_file(text: str, path: str, problems: Problems) -> Iterator[Story]:
    node = read(text, path, problems)
    if node is None:
        return
    if not isinstance(node.value, list):
        problems.error(node, "A file of tests holds a list.", "Begin each test with '- name:'.")
        return
    for item in node.value:
        yield _read_story(Fields(item, problems, "A test"))


def _read_story(fields: Fields) -> Story:
    lines = fields.get("talk")
    if lines is None or not isinstance(lines.value, list) or len(lines.value) > MOST_LINES:
        fields.problems.error(
            fields.place("talk"), "'talk' must be a list of lines.", "Write '- user: ...' and '- bot: ...'."
        )
    items = lines.value if lines is not None and isinstance(lines.value, list) else []
    story = Story(
        fields.text("name", "unnamed"),
        tuple(_read_line(Fields(item, fields.problems, "A line")) for item in items[:MOST_LINES]),
        {name: _read_mocks(node, fields.problems) for name, node in fields.named("mock", "an action")},
        _read_expected(fields.sub("expect")),
        fields.text("channel", "web"),
        fields.text("language"),
        fields.flag("preview", default=False),
        {name: fields.text_of(node, f"'{name}'") for name, node in fields.named("contact", "an attribute")},
        fields.node.file,
        fields.node.line,
    )
    fields.close()
    return story


def _read_line(fields: Fields) -> Line:
    file, at = fields.node.file, fields.node.line
    said = [key for key in ("user", "bot", "wait") if fields.has(key)]
    if len(said) != 1:
        fields.problems.error(
            fields.node, "A line has one speaker.", "Write user:, bot: or wait: and a text."
        )
        return Line("user", file=file, line=at)
    fields.close()
    if said[0] == "wait":
        return Line("wait", wait_s=fields.seconds("wait", 0.0, 1.0, 365 * _DAY_S), file=file, line=at)
    text = fields.text(said[0])
    if said[0] == "user":
        return Line("user", text, file=file, line=at)
    fits = None
    if len(text) > 1 and text.startswith("~") and text.endswith("~"):
        try:
            fits = Regex(text[1:-1])
        except RegexError as error:
            fields.problems.error(
                fields.node, f"'{text[:60]}' cannot be looked for: {error}.", "Mend the regex."
            )
    return Line("bot", text, fits=fits, file=file, line=at)


def _read_mocks(node: Node, problems: Problems) -> tuple[Mock, ...]:
    items = node.value if isinstance(node.value, list) else [node]
    return tuple(_read_mock(Fields(item, problems, "An answer")) for item in items)


def _read_mock(fields: Fields) -> Mock:
    status = fields.integer("status", 200, 100, 599)
    body = fields.get("body")
    usual = "ok" if status // 100 == 2 else "error"  # noqa: PLR2004 - the first digit is the class
    outcome = fields.choice("outcome", ("ok", "error", "timeout", "unknown"), usual)
    fields.close()
    return Mock(outcome, status if outcome in {"ok", "error"} else 0, None if body is None else body.plain())


def _read_expected(fields: Fields | None) -> Expected:
    if fields is None:
        return Expected()
    calls, slots = fields.get("calls"), fields.get("slots")
    for node, kind, what in ((calls, list, "a list"), (slots, dict, "a mapping")):
        if node is not None and not isinstance(node.value, kind):
            fields.problems.error(node, f"This must be {what}.", "Look at the example's tests.")
    given_calls, given_slots = _plain(calls), _plain(slots)
    found = Expected(
        given_calls if isinstance(given_calls, list) else None,
        given_slots if isinstance(given_slots, dict) else None,
        fields.text("handoff"),
        [text for text, _ in fields.texts("notes")] if fields.has("notes") else None,
    )
    fields.close()
    return found


def _plain(node: Node | None) -> object:
    return None if node is None else node.plain()
