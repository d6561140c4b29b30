"""What a question takes as an answer: tests by pattern, regex, exact text, choice, intent and entity; rules around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from frontdesk.core.message import Button
from frontdesk.dialog.bot import Talk
from frontdesk.dialog.conditions import Condition
from frontdesk.dialog.moves import Next
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.problems import listed
from frontdesk.dialog.reading import Outcome, StepFields
from frontdesk.dialog.templates import Template
from frontdesk.dialog.utterance import Utterance
from frontdesk.dialog.values import Value, compile_value
from frontdesk.dialog.yaml import Node

MAX_RULES = 100
MAX_TESTS = 100
"""Most tests of one question."""
MAX_QUESTION_PROGRAM = 20_000
"""Most instructions of RE2 of one question's tests together; an 8,000-letter message takes them about 0.1 s."""
TEST_KEYS = ("pattern", "regex", "exact", "choice", "intent", "entity")
_FIRST_LETTER = ord("a")


@dataclass(frozen=True, slots=True)
class Test:
    """`find` gives what of the answer fits, or None."""

    kind: str
    source: str
    find: Callable[[Utterance], str | None]
    size: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers offered; `payload` is stored and comes back when tapped, the label where it is empty."""

    label: Template
    payload: str = ""


@dataclass(frozen=True, slots=True)
class Picked:
    """The choice an answer names."""

    label: str
    payload: str

    @property
    def value(self) -> str:
        return self.payload or self.label


@dataclass(frozen=True, slots=True)
class Rule:
    """The first of a question's rules that fits decides."""

    tests: tuple[Test, ...]
    outcome: Outcome
    when: Condition | None = None
    slot: str = ""
    value: Value | None = None
    line: int = 0

    def fits(self, talk: Talk, answers: Sequence[Utterance]) -> tuple[Test, str] | None:
        """The test that fits one of the ways to read the answer, and what of it fits."""
        hit = first_fit(self.tests, answers)
        return hit if hit is not None and (self.when is None or self.when(talk)) else None


def entity_test(name: str) -> Test:
    """Fits where the entity is mentioned, and gives what its first mention stands for."""
    return Test("entity", name, lambda said: said.mentions[name][0].value if name in said.mentions else None)


def first_fit(tests: Sequence[Test], answers: Sequence[Utterance]) -> tuple[Test, str] | None:
    for test in tests:
        for answer in answers:
            if (found := test.find(answer)) is not None:
                return test, found
    return None


def readings(said: Utterance, picked: Picked | None) -> tuple[Utterance, ...]:
    """The answer as said and, when it names a choice, as that choice's label and payload."""
    if picked is None:
        return (said,)
    named = dict.fromkeys((picked.label, picked.payload or picked.label))
    return (said, *(Utterance(text, normalise(text)) for text in named))


def pick(choices: Sequence[Choice], talk: Talk, said: Utterance) -> Picked | None:
    """The choice named by its label, payload, number or letter, in this order."""
    shown = _shown(choices, talk)
    for picked in shown:
        if said.plain == normalise(picked.label) or (
            picked.payload and said.plain == normalise(picked.payload)
        ):
            return picked
    index = marked(said.plain)
    return shown[index] if 0 <= index < len(shown) else None


def marked(plain: str) -> int:
    """Which of several things a number or letter names, counted from 0; one that is out of range where it names none."""
    short = plain.strip("()[]#.")
    if short.isascii() and short.isdigit():
        return int(short[:4]) - 1
    return ord(short) - _FIRST_LETTER if len(short) == 1 and short.isascii() else -1


def buttons(choices: Sequence[Choice], talk: Talk) -> tuple[Button, ...]:
    return tuple(Button(picked.label, picked.value) for picked in _shown(choices, talk))


def _shown(choices: Sequence[Choice], talk: Talk) -> list[Picked]:
    # A choice whose label comes out empty is not there: neither shown nor counted.
    labelled = ((choice.label.text(talk), choice.payload) for choice in choices)
    return [Picked(label, payload) for label, payload in labelled if label.strip()]


def read_choices(fields: StepFields) -> tuple[Choice, ...]:
    """The list under `choices`: labels, or mappings of label and payload."""
    node = fields.get("choices")
    found = []
    for item in read_list(fields, "choices", node):
        if isinstance(item.value, dict):
            inner = fields.inside(item, "A choice")
            label = inner.template("label")
            found.append(Choice(label or inner.template_of(item, "A choice's label"), inner.text("payload")))
            inner.close()
        else:
            found.append(Choice(fields.template_of(item, "A choice")))
    return tuple(found)


def read_list(fields: StepFields, key: str, node: Node | None) -> list[Node]:
    """The items of a list of at most `MAX_RULES`."""
    if node is None:
        return []
    if not isinstance(node.value, list) or len(node.value) > MAX_RULES:
        fields.problems.error(
            node, f"'{key}' must be a list of 1 to {MAX_RULES} items.", "Begin each item with '- '."
        )
        return []
    return node.value


def read_rules(fields: StepFields) -> tuple[Rule, ...]:
    """The list under `rules`."""
    return tuple(
        _read_rule(fields.inside(item, "A rule")) for item in read_list(fields, "rules", fields.get("rules"))
    )


def _read_rule(fields: StepFields) -> Rule:
    told = len(fields.problems.found)
    tests = read_tests(fields)
    if not tests and len(fields.problems.found) == told:  # else it has a test, which is told to be wrong
        fields.problems.error(
            fields.node, "A rule must test something.", f"Give it one of: {', '.join(TEST_KEYS)}."
        )
    value = fields.get("value")
    rule = Rule(
        tests,
        fields.outcome(Next()),
        fields.condition("when"),
        fields.slot("slot"),
        None if value is None else compile_value(value, fields.book.names, fields.problems),
        fields.node.line,
    )
    fields.close()
    return rule


def read_accept(fields: StepFields) -> tuple[Test, ...]:
    """The tests under `accept`: a mapping, or a list of them of which one must fit."""
    node = fields.get("accept")
    if node is None:
        return ()
    found: list[Test] = []
    for item in node.value if isinstance(node.value, list) else [node]:
        inner = fields.inside(item, "'accept'")
        told = len(fields.problems.found)
        tests = read_tests(inner)
        inner.close()
        if not tests and len(fields.problems.found) == told:
            fields.problems.error(
                item, "'accept' must test something.", f"Give it one of: {', '.join(TEST_KEYS)}."
            )
        found += tests
    return tuple(found)


def read_tests(fields: StepFields) -> tuple[Test, ...]:
    """Every test in this mapping; each key takes one text or a list."""
    found: list[Test] = []
    for key in TEST_KEYS:
        for text, node in fields.texts(key):
            test = _READERS[key](fields, text, node)
            if test is not None:
                found.append(test)
    return tuple(found)


def check_tests(fields: StepFields, rules: Sequence[Rule], accept: Sequence[Test]) -> None:
    """Report a question whose tests would keep a long message waiting."""
    tests = [*accept, *(test for rule in rules for test in rule.tests)]
    if len(tests) > MAX_TESTS:
        fields.problems.error(
            fields.node,
            f"The question has {len(tests)} tests, more than {MAX_TESTS}.",
            "Merge some: (one|other) in a pattern, one|other in a regex.",
        )
    size = sum(test.size for test in tests)
    if size > MAX_QUESTION_PROGRAM:
        fields.problems.error(
            fields.node,
            f"The question's patterns and regexes compile to {size:,} instructions, "
            f"more than {MAX_QUESTION_PROGRAM:,}.",
            "Write smaller repeats than {0,1000}, or fewer of them.",
        )


def _pattern(fields: StepFields, text: str, node: Node) -> Test | None:
    pattern = fields.book.pattern(text, node)
    if pattern is None:
        return None
    return Test(
        "pattern",
        text,
        lambda said: said.text if not said.intent and pattern.fits(said.plain) else None,
        pattern.size,
    )


def _regex(fields: StepFields, text: str, node: Node) -> Test | None:
    regex = fields.book.regex(text, node)
    if regex is None:
        return None
    return Test("regex", text, lambda said: None if said.intent else regex.find(said.text), regex.size)


def _exact(_fields: StepFields, text: str, _node: Node) -> Test | None:
    wanted = text.strip()
    return Test("exact", text, lambda said: said.text if not said.intent and said.text == wanted else None)


def _choice(_fields: StepFields, text: str, _node: Node) -> Test | None:
    # Answers are also tried as the label and payload of the choice they name, see `readings`.
    wanted = normalise(text)
    return Test("choice", text, lambda said: said.text if said.plain == wanted else None)


def _intents(said: Utterance) -> set[str]:
    return {said.intent, said.guess, *(found.intent for found in said.candidates if found.sure)}


def _intent(fields: StepFields, text: str, node: Node) -> Test | None:
    fields.refer("intent", text, node)
    fields.book.intents_heard.add(text)
    return Test("intent", text, lambda said: said.text if text in _intents(said) else None)


def _entity(fields: StepFields, text: str, node: Node) -> Test | None:
    if text not in fields.book.names.entities:
        known = listed(fields.book.names.entities)
        fields.problems.error(
            node, f"There is no entity '{text}'.", f"Declare it under 'entities:'. Known: {known}."
        )
    return entity_test(text)


_READERS: dict[str, Callable[[StepFields, str, Node], Test | None]] = {
    "pattern": _pattern,
    "regex": _regex,
    "exact": _exact,
    "choice": _choice,
    "intent": _intent,
    "entity": _entity,
}
