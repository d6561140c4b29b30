"""Reads flows: triggers, and steps as a flat list in which every step knows the one after it. Called by `load`."""

from collections.abc import Mapping
from difflib import get_close_matches

from frontdesk.dialog.book import Book
from frontdesk.dialog.bot import Body, Flow, Step
from frontdesk.dialog.bot_parts import Trigger
from frontdesk.dialog.fields import MAX_SHOWN, Fields, check_name
from frontdesk.dialog.patterns import Pattern
from frontdesk.dialog.reading import StepFields, StepType
from frontdesk.dialog.yaml import Node

MAX_STEPS = 5_000
_BESIDE = frozenset({"id", "comment", "next"})
RESERVED_IDS = frozenset({"end", "resume"})
"""What no step and no flow can be called, since `goto` and `next` mean something else by it."""
_OTHER_WORDS = {
    "text": "say",
    "statement": "say",
    "message": "say",
    "question": "ask",
    "integration": "call",
    "api": "call",
    "transfer": "handoff",
    "escalation": "handoff",
}
"""What other programs call a step."""


def read_flow(
    flow_id: str, node: Node, book: Book, types: Mapping[str, StepType], *, started: bool = True
) -> Flow:
    """Read one flow.

    Args:
        flow_id: Its name.
        node: The mapping with its keys.
        book: Declared names and findings.
        types: The step types there are.
        started: Whether it may have a trigger (the fallback and escalation flows have none).
    """
    fields = Fields(node, book.problems, f"Flow '{flow_id}'")
    book.flows[flow_id] = node
    name = fields.text("name") or _in_words(flow_id)
    fields.text("description")
    trigger = _read_trigger(fields.sub("trigger"), flow_id, book) if started else Trigger()
    listen = fields.flag("listen", default=True)
    said = fields.get("resume")
    resume = None if said is None else _texts(fields, flow_id, book).template_of(said, "'resume'")
    steps = _Steps(flow_id, book, types)
    body = fields.get("steps")
    first = "" if body is None else steps.block(body, "", "")
    if not first:
        book.problems.error(
            fields.place("steps"), f"Flow '{flow_id}' has no steps.", "Write steps: and a list under it."
        )
    fields.close()
    return Flow(flow_id, name, steps.found, first, trigger, listen, resume, node.file, node.line)


def _in_words(flow_id: str) -> str:
    """`account_balance` is "Account balance" to people."""
    words = flow_id.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] or flow_id


def _read_trigger(fields: Fields | None, flow: str, book: Book) -> Trigger:
    if fields is None:
        return Trigger()
    told = len(book.problems.found)
    intent = fields.text("intent")
    trigger = Trigger(
        _patterns(fields, "patterns", book),
        _patterns(fields, "not", book),
        intent,
        tuple(text for text, _ in fields.texts("examples")),
    )
    if intent:
        _refer_intent(fields, intent, flow, book)
    fields.close()
    empty = not (trigger.patterns or trigger.intent or trigger.examples)
    if empty and len(book.problems.found) == told:
        book.problems.error(fields.node, "The trigger is empty.", "Give it patterns, intent or examples.")
    return trigger


def _refer_intent(fields: Fields, intent: str, flow: str, book: Book) -> None:
    _texts(fields, flow, book).refer("intent", intent, fields.place("intent"))


def _texts(fields: Fields, flow: str, book: Book) -> StepFields:
    """What steps are read with, for keys that flows have themselves."""
    return StepFields(fields.node, book, f"Flow '{flow}'", flow, _no_steps)


def _no_steps(_key: str, _node: Node, /, *, again: bool) -> str:  # noqa: ARG001 - a trigger has none
    return ""


def _patterns(fields: Fields, key: str, book: Book) -> tuple[Pattern, ...]:
    found = [book.pattern(text, node) for text, node in fields.texts(key)]
    return tuple(pattern for pattern in found if pattern is not None)


class _Steps:
    def __init__(self, flow: str, book: Book, types: Mapping[str, StepType]) -> None:
        self.found: dict[str, Step] = {}
        self._flow = flow
        self._book = book
        self._types = types
        self._named: set[str] = set()

    def block(self, node: Node, prefix: str, after: str) -> str:
        """Read a list of steps (or a single one); returns the id of the first, `""` when there is none."""
        nodes = node.value if isinstance(node.value, list) else [node]
        nodes = [item for item in nodes if self._enabled(item)]
        if not nodes:
            return ""
        ids = [self._id(item, f"{prefix}#{number}") for number, item in enumerate(nodes, 1)]
        for item, step_id, following in zip(nodes, ids, [*ids[1:], after], strict=True):
            self._step(item, step_id, following)
        return ids[0]

    def _enabled(self, node: Node) -> bool:
        given = node.value.get("enabled") if isinstance(node.value, dict) else None
        if given is not None and not isinstance(given.value, bool):
            self._book.problems.error(given, "'enabled' must be true or false.", "Write enabled: false.")
        return given is None or given.value is not False

    def _id(self, node: Node, default: str) -> str:
        given = node.value.get("id") if isinstance(node.value, dict) else None
        if given is None:
            return default
        step_id = given.raw
        problems = self._book.problems
        if not check_name(step_id, "a step", given, problems):
            return default
        if step_id in RESERVED_IDS:
            problems.error(
                given, f"A step cannot be called '{step_id}'.", "That word says where a flow goes on."
            )
            return default
        if step_id in self._named:
            problems.error(
                given, f"There are two steps '{step_id}' in flow '{self._flow}'.", "Rename one of them."
            )
            return default
        self._named.add(step_id)
        return step_id

    def _step(self, node: Node, step_id: str, after: str) -> None:
        problems = self._book.problems
        if self._is_one_too_many(node):
            return
        keys = list(node.value) if isinstance(node.value, dict) else []
        kinds = [key for key in keys if key in self._types]
        if len(kinds) != 1:
            if kinds:
                message = f"'{kinds[0]}' and '{kinds[1]}' in one step."
                problems.error(node, message, "Begin a new step with '- ', or write next: in this one.")
                return
            self._no_step(node, [key for key in keys if key not in _BESIDE])
            return
        kind = kinds[0]
        fields = StepFields(
            node,
            self._book,
            f"Step '{kind}'",
            self._flow,
            lambda key, nested, *, again: self.block(
                nested, f"{step_id}.{key}.", f"{step_id}.again" if again else after
            ),
        )
        fields.get("id")
        fields.get("enabled")
        fields.text("comment")
        before = fields.script("before")
        turn_off = fields.target("next") if fields.get("next") is not None else None
        body: Body = self._types[kind].read(fields)
        fields.close()
        self._book.ways[self._flow, step_id] = tuple(fields.ways)
        self.found[step_id] = Step(step_id, kind, body, after, turn_off, before, node.file, node.line)
        if body.again is not None:
            again = f"{step_id}.again"
            self.found[again] = Step(again, kind, body.again, after, turn_off, None, node.file, node.line)
            self._book.ways[self._flow, again] = tuple(fields.ways)

    def _is_one_too_many(self, node: Node) -> bool:
        self._book.steps += 1
        if self._book.steps == MAX_STEPS + 1:
            message = f"The bot has more than {MAX_STEPS:,} steps."
            self._book.problems.error(node, message, "Make two assistants of it.")
        return self._book.steps > MAX_STEPS

    def _no_step(self, node: Node, words: list[str]) -> None:
        close = [(word, _OTHER_WORDS[word]) for word in words if word in _OTHER_WORDS] or [
            (word, near[0]) for word in words if (near := get_close_matches(word[:MAX_SHOWN], self._types, 1))
        ]
        word, meant = close[0] if close else (words[0] if words else "", "")
        self._book.problems.error(
            node,
            f"'{word[:MAX_SHOWN]}' is not a step." if word else "This is not a step.",
            f"Did you mean '{meant}'?" if meant else f"A step has one of: {', '.join(self._types)}.",
        )
