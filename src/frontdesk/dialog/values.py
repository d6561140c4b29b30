"""Typed values with templates in them: JSON bodies and `set`. A template alone keeps its value's type."""

from collections.abc import Callable
from dataclasses import dataclass

from frontdesk.dialog.paths import Names, Values
from frontdesk.dialog.problems import Mistake, Problems
from frontdesk.dialog.templates import Template, compile_template
from frontdesk.dialog.yaml import Node

MAX_PLACES = 500
"""Most texts with places for values within one value; each may expand to some 16,000 characters."""


@dataclass(frozen=True, slots=True)
class Value:
    """`of` gives the value as JSON data."""

    of: Callable[[Values], object]


def compile_value(node: Node, names: Names, problems: Problems) -> Value:
    """Read a value; a mistake in a template is reported and reads as null."""
    reader = _Reader(names, problems)
    value = reader.read(node)
    if reader.places > MAX_PLACES:
        problems.error(node, f"A value with more than {MAX_PLACES} places for values in it.", "Write fewer.")
    return value


class _Reader:
    def __init__(self, names: Names, problems: Problems) -> None:
        self.places = 0
        self._names = names
        self._problems = problems

    def read(self, node: Node) -> Value:
        match node.value:
            case str() as text:
                template = self._template(text, node)
                if template is None or template.literal is not None:
                    fixed = None if template is None else template.literal
                    return Value(lambda _values: fixed)
                self.places += 1
                return Value(template.value)
            case dict() as entries:
                members = [(key, self.read(item).of) for key, item in entries.items()]
                return Value(lambda values: {key: of(values) for key, of in members})
            case list() as items:
                parts = [self.read(item).of for item in items]
                return Value(lambda values: [of(values) for of in parts])
            case scalar:
                return Value(lambda _values: scalar)

    def _template(self, text: str, node: Node) -> Template | None:
        try:
            return compile_template(text, self._names)
        except Mistake as mistake:
            self._problems.mistake(node, mistake)
            return None
