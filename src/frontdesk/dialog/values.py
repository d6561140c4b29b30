"""Typed values with templates in them: JSON bodies and `set`. A template alone keeps its value's type."""

from collections.abc import Callable
from dataclasses import dataclass

from frontdesk.dialog.paths import Names, Values
from frontdesk.dialog.problems import Mistake, Problems
from frontdesk.dialog.templates import compile_template
from frontdesk.dialog.yaml import Node


@dataclass(frozen=True, slots=True)
class Value:
    """`of` gives the value as JSON data."""

    of: Callable[[Values], object]


def compile_value(node: Node, names: Names, problems: Problems) -> Value:
    """Read a value; a mistake in a template is reported and reads as null."""
    match node.value:
        case str() as text:
            try:
                template = compile_template(text, names)
            except Mistake as mistake:
                problems.mistake(node, mistake)
                return Value(lambda _values: None)
            return Value(template.value)
        case dict() as entries:
            members = [(key, compile_value(item, names, problems).of) for key, item in entries.items()]
            return Value(lambda values: {key: of(values) for key, of in members})
        case list() as items:
            parts = [compile_value(item, names, problems).of for item in items]
            return Value(lambda values: [of(values) for of in parts])
        case scalar:
            return Value(lambda _values: scalar)
