"""Reads what a bot says about what its conversations show, under `detect:`. Called by `load`."""

from collections.abc import Sequence

from frontdesk.core.conversation import Mark
from frontdesk.dialog.book import Book, Reference
from frontdesk.dialog.detection_rules import (
    ECHOES,
    FAST,
    MOST_QUESTION,
    QUESTIONS,
    SIGNED,
    WAYS,
    Detection,
    Sign,
    Way,
)
from frontdesk.dialog.fields import MAX_SHOWN, Fields

_MOST = 20
_LONGEST_S = 60.0


def read_detection(root: Fields, book: Book) -> Detection:
    """The author's rules; what is not mentioned is as `Detection` has it."""
    fields = root.sub("detect")
    if fields is None:
        return Detection()
    given = {mark: sub for mark in SIGNED if (sub := fields.sub(mark)) is not None}
    signs = {mark: _sign(mark, sub, book) for mark, sub in given.items()}
    echoes, fast_s, fast = ECHOES, 0.0, FAST
    program = given.get("is_bot")
    if program is not None:
        echoes = program.integer("echoes", echoes, 0, _MOST)
        fast_s = program.seconds("faster_than", 0.0, 0.001, _LONGEST_S)
        fast = program.integer("in_a_row", fast, 1, _MOST)
    made = Detection(_ways(fields), _name_slot(fields, book), signs, echoes, fast_s, fast)
    for sub in (*given.values(), fields):
        sub.close()
    return made


def _ways(fields: Fields) -> frozenset[Way]:
    node = fields.get("contact")
    if node is None or node.value is True:
        return frozenset(WAYS)
    if node.value is False:
        return frozenset()
    return frozenset(way for text, _ in fields.texts("contact") if (way := _way(fields, text)) is not None)


def _way(fields: Fields, text: str) -> Way | None:
    for way in WAYS:
        if text == way:
            return way
    fields.problems.error(
        fields.place("contact"),
        f"'{text[:MAX_SHOWN]}' is no contact.",
        f"Write a list of {', '.join(WAYS)}, or false.",
    )
    return None


def _name_slot(fields: Fields, book: Book) -> str:
    name = fields.text("name_slot")
    if name and name not in book.slots:
        known = ", ".join(sorted(book.slots)) or "none yet"
        fields.problems.error(
            fields.place("name_slot"),
            f"There is no slot '{name[:MAX_SHOWN]}'.",
            f"Slots of this bot: {known}.",
        )
    return name


def _sign(mark: Mark, fields: Fields, book: Book) -> Sign:
    places = _referred(fields, "flows", book)
    patterns = [book.pattern(text, node) for text, node in fields.texts("patterns")]
    regexes = [book.regex(text, node) for text, node in fields.texts("regexes")]
    intents = _referred(fields, "intents", book)
    book.intents_heard.update(intents)
    return Sign(
        frozenset(intents),
        frozenset(place for place in places if "/" not in place),
        frozenset(place for place in places if "/" in place),
        tuple(pattern for pattern in patterns if pattern is not None),
        tuple(regex for regex in regexes if regex is not None),
        _question(mark, fields),
    )


def _question(mark: Mark, fields: Fields) -> str:
    """What the language model is asked: the author's words for what shows it, or ours."""
    node = fields.get("model")
    if node is None or isinstance(node.value, bool):
        return QUESTIONS[mark] if node is not None and node.value else ""
    text = fields.text("model").strip()
    if len(text) > MOST_QUESTION:
        fields.problems.error(
            fields.place("model"),
            f"'model' has {len(text)} characters, {MOST_QUESTION} are allowed.",
            "Say in a sentence or two what shows it.",
        )
    return text


def _referred(fields: Fields, key: str, book: Book) -> Sequence[str]:
    """Names of flows, `flow/step` or intents, each looked up once everything is read."""
    found = fields.texts(key)
    for text, node in found:
        kind = "intent" if key == "intents" else "target" if "/" in text else "flow"
        book.references.append(Reference(kind, text, "", node))
    return [text for text, _ in found]
