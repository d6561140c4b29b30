"""What step types read their keys with: templates, targets, outcomes and nested steps of one step.

`StepFields` knows the bot's declared names and notes every reference in the `Book`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from frontdesk.dialog.book import Book, Reference, Shown, read_template
from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.bot_parts import ScriptRef
from frontdesk.dialog.conditions import Condition, compile_condition
from frontdesk.dialog.fields import Fields
from frontdesk.dialog.moves import End, Goto, Move, Next, Resume, RunFlow, Wait
from frontdesk.dialog.paths import RESERVED, Getter, resolve, resolve_alias
from frontdesk.dialog.problems import Mistake, listed
from frontdesk.dialog.templates import Localised, Template
from frontdesk.dialog.values import Value, compile_value
from frontdesk.dialog.yaml import Node

MAX_SETS = 200
"""Most values of one `set`."""
_LEAVING = ("setTriggerNextMessage", "sendImmediateReply")
"""Functions by which a script leaves the steps around it."""


class Nested(Protocol):
    """Reads the steps nested in a step; gives the id of the first."""

    def __call__(self, key: str, node: Node, /, *, again: bool) -> str: ...


class StepType(Protocol):
    """A kind of step, found by the key that names it.

    `read` is handed all keys of the step; `id`, `next` and `comment` are taken care of.
    """

    @property
    def key(self) -> str: ...

    def read(self, fields: "StepFields") -> Body: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule or a handler does: values set, something said, then where to go."""

    move: Move
    sets: tuple[tuple[str, Value], ...] = ()
    say: Template | None = None

    def apply(self, talk: Talk) -> Move:
        for name, value in self.sets:
            talk.put(name, value.of(talk))
        if self.say is not None:
            talk.say_text(self.say.text(talk))
        return self.move


class StepFields(Fields):
    """The keys of one step, rule or handler."""

    def __init__(self, node: Node, book: Book, what: str, flow: str, nested: "Nested") -> None:
        super().__init__(node, book.problems, what)
        self.book = book
        self.flow = flow
        self.ways: list[Move] = []
        self._nested = nested

    def inside(self, node: Node, what: str) -> "StepFields":
        """The keys of a mapping within this step."""
        fields = StepFields(node, self.book, what, self.flow, self._nested)
        fields.ways = self.ways
        return fields

    def template(self, key: str) -> Template | None:
        node = self.get(key)
        return None if node is None else self.template_of(node, f"'{key}'")

    def template_of(self, node: Node, what: str) -> Template:
        """A text shown to the customer: one for all languages, or `{en: ..., ru: ...}`."""
        if isinstance(node.value, dict) and self.is_localised(node):
            texts = {language: self._in_language(item, what) for language, item in node.value.items()}
            localised = Localised.of(texts, self.book.languages)
            self.book.shown.append(Shown(localised, what, self.what, node))
            return localised
        # The line break that ends a text behind '|' is not part of the message.
        template = read_template(self.text_of(node, what).rstrip("\n"), node, self.book)
        self.book.shown.append(Shown(template, what, self.what, node))
        return template

    def _in_language(self, node: Node, what: str) -> Template:
        if isinstance(node.value, list):
            self.problems.error(
                node,
                f"{what} has a list in one language.",
                "Write a list of texts, each by language: [{en: ..., ru: ...}, {en: ..., ru: ...}].",
            )
            return Template("", ())
        return self.template_of(node, what)

    def is_localised(self, node: Node) -> bool:
        """Whether it is a text in several languages, `{en: ..., ru: ...}`."""
        return (
            isinstance(node.value, dict) and bool(node.value) and set(node.value) <= set(self.book.languages)
        )

    def texts_or_languages(self, key: str) -> tuple[Node, ...]:
        """One text or a list of them, each in one language or in several; for `template_of`."""
        node = self.get(key)
        if node is None:
            return ()
        return tuple(node.value) if isinstance(node.value, list) else (node,)

    def script(self, key: str) -> ScriptRef | None:
        node = self.get(key)
        found = None if node is None else self.book.script(node)
        if found is not None and any(name in found.source.code for name in _LEAVING):
            self.ways.append(End())
        return found

    def condition(self, key: str) -> Condition | None:
        node = self.get(key)
        if node is None:
            return None
        try:
            return compile_condition(self.text_of(node, f"'{key}'"), self.book.names)
        except Mistake as mistake:
            self.problems.mistake(node, mistake)
            return None

    def slot(self, key: str) -> str:
        """The name of a declared slot."""
        name = self.text(key)
        if name and name not in self.book.slots:
            known = listed(self.book.slots)
            self.problems.error(
                self.place(key),
                f"There is no slot '{name}'.",
                f"Declare it under 'slots:' in bot.yaml. Known: {known}.",
            )
        self.book.filled.add(name)
        return name

    def refer(self, kind: str, name: str, node: Node) -> None:
        """Note that a flow, step or action of this name must exist."""
        self.book.references.append(Reference(kind, name, self.flow, node))

    def steps(self, key: str, *, again: bool = False) -> str:
        """The first of the steps nested under `key`; `""` where there are none. `again`: they end in `Body.again`."""
        node = self.get(key)
        first = "" if node is None else self._nested(key, node, again=again)
        if first:
            self.ways.append(Goto(first))
        return first

    @contextmanager
    def element(self, name: str, place: Node) -> Iterator[None]:
        """What is read meanwhile stands in a loop whose element has this name."""
        names = self.book.names
        if name in RESERVED or name in names.fields or name in names.items:
            self.problems.error(
                place, f"'{name}' means something else already.", "Write as: and another name."
            )
        names.items.append(name)
        try:
            yield
        finally:
            names.items.pop()

    def list_of(self, key: str) -> Getter | None:
        """The path of a list, with or without braces."""
        node = self.get(key)
        if node is None:
            return None
        text = self.text_of(node, f"'{key}'").strip()
        try:
            if text.startswith("{$") or (text.startswith("{") and not text.startswith("{{")):
                return resolve_alias(text.strip("{}").strip(), self.book.names).get
            return resolve(text.strip("{}").strip(), self.book.names).get
        except Mistake as mistake:
            self.problems.mistake(node, mistake)
            return None

    def sets(self) -> tuple[tuple[str, Value], ...]:
        """The entries of `set`."""
        node = self.get("set")
        if node is None:
            return ()
        entries = self.inside(node, "'set'")
        self.book.filled.update(node.value if isinstance(node.value, dict) else ())
        if isinstance(node.value, dict) and len(node.value) > MAX_SETS:
            self.problems.error(
                node, f"'set' with more than {MAX_SETS} values.", "Write fewer, or a list in one."
            )
        return tuple(
            (name, compile_value(value, self.book.names, self.problems))
            for name, value in entries.all_named("a value")
        )

    def outcome(self, default: Next | End | Wait) -> Outcome:
        """`say`, `set` and at most one of `goto`, `run`, `next`, `end`, `resume` of this mapping."""
        say = self.template("say")
        move = self.move(default if isinstance(default, Next | End) else Next())
        if move is None:
            self.ways.append(default)
        return Outcome(move or default, self.sets(), say)

    def handler(self, key: str) -> Outcome | None:
        """A mapping such as `on_error: {say: ..., goto: ...}`; without a way on, the flow ends."""
        node = self.get(key)
        if node is None:
            return None
        fields = self.inside(node, f"'{key}'")
        outcome = fields.outcome(End())
        fields.close()
        return outcome

    def move(self, after_run: Next | End) -> Move | None:
        """The way on that this mapping gives, if it does; `after_run` is the one behind `run` where it says none."""
        given = [key for key in ("goto", "next", "end", "resume") if self.get(key) is not None]
        if len(given) > 1:
            self.problems.error(
                self.place(given[1]), f"'{given[0]}' and '{given[1]}' exclude each other.", "Keep one."
            )
        way = self._way(given[0]) if given else None
        flow = self.get("run")
        if flow is None:
            return way
        name = self.text_of(flow, "'run'")
        self.refer("flow", name, flow)
        if isinstance(way, Resume | RunFlow):
            self.problems.error(
                flow, "'run' cannot be followed by 'resume'.", "Follow it by goto, next or end."
            )
            way = None
        if way is None:
            self.ways.append(after_run)
        return RunFlow(name, way if isinstance(way, Goto | End) else after_run)

    def _way(self, key: str) -> Move:
        if key in {"end", "resume"}:
            self.only_true(key)
            self.ways.append(End())
            return End() if key == "end" else Resume()
        return self.target(key)

    def only_true(self, key: str) -> None:
        """Report any value but true."""
        node = self.get(key) or self.place(key)
        if node.value is not True:
            self.problems.error(node, f"'{key}' can only be true.", f"Write {key}: true, or leave it out.")

    def target(self, key: str) -> Move:
        """What `goto` or `next` names: `end`, `resume`, a step of this flow, a flow, or `flow/step`."""
        name = self.text(key)
        if name in {"end", "resume"}:
            self.ways.append(End())
            return End() if name == "end" else Resume()
        self.refer("target", name, self.place(key))
        flow, slash, step = name.partition("/")
        way = Goto(step, flow) if slash else Goto(name)
        self.ways.append(way)
        return way
