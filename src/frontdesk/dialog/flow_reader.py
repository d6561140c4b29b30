"""Reads flows: triggers, and steps as a flat list in which every step knows the one after it. Called by `load`."""

from collections.abc import Mapping
from difflib import get_close_matches

from frontdesk.dialog.bot import Body, Flow, Step, Trigger
from frontdesk.dialog.fields import MAX_SHOWN, Fields, check_name
from frontdesk.dialog.patterns import Pattern
from frontdesk.dialog.reading import Book, StepFields, StepType
from frontdesk.dialog.yaml import Node

MAX_STEPS = 5_000
_BESIDE = frozenset({"id", "comment", "next"})
_RESERVED_IDS = frozenset({"end", "resume"})


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
    name = fields.text("name", flow_id)
    fields.text("description")
    trigger = _read_trigger(fields.sub("trigger"), flow_id, book) if started else Trigger()
    steps = _Steps(flow_id, book, types)
    body = fields.get("steps")
    first = "" if body is None else steps.block(body, "", "")
    if not first:
        book.problems.error(
            fields.place("steps"), f"Flow '{flow_id}' has no steps.", "Write steps: and a list under it."
        )
    fields.close()
    return Flow(flow_id, name, steps.found, first, trigger, node.file, node.line)


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
    nested = StepFields(fields.node, book, "", flow, lambda _key, _node: "")
    nested.refer("intent", intent, fields.place("intent"))


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
        if not nodes:
            return ""
        ids = [self._id(item, f"{prefix}#{number}") for number, item in enumerate(nodes, 1)]
        for item, step_id, following in zip(nodes, ids, [*ids[1:], after], strict=True):
            self._step(item, step_id, following)
        self._book.heads.add((self._flow, ids[0]))
        return ids[0]

    def _id(self, node: Node, default: str) -> str:
        given = node.value.get("id") if isinstance(node.value, dict) else None
        if given is None:
            return default
        step_id = given.raw
        problems = self._book.problems
        if not check_name(step_id, "a step", given, problems):
            return default
        if step_id in _RESERVED_IDS:
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
        self._book.steps += 1
        problems = self._book.problems
        if self._book.steps > MAX_STEPS:
            problems.error(node, f"The bot has more than {MAX_STEPS:,} steps.", "Make two assistants of it.")
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
            lambda key, nested: self.block(nested, f"{step_id}.{key}.", after),
        )
        fields.get("id")
        fields.text("comment")
        turn_off = fields.target("next") if fields.get("next") is not None else None
        body: Body = self._types[kind].read(fields)
        fields.close()
        self.found[step_id] = Step(step_id, kind, body, after, turn_off, node.file, node.line)

    def _no_step(self, node: Node, words: list[str]) -> None:
        close = [
            (word, near[0]) for word in words if (near := get_close_matches(word[:MAX_SHOWN], self._types, 1))
        ]
        word, meant = close[0] if close else (words[0] if words else "", "")
        self._book.problems.error(
            node,
            f"'{word[:MAX_SHOWN]}' is not a step." if word else "This is not a step.",
            f"Did you mean '{meant}'?" if meant else f"A step has one of: {', '.join(self._types)}.",
        )
