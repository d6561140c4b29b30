"""A JSON body as an author pastes it: text in which `{$...}`, `{Name.field}` and `{{ path }}` may stand outside of quotes.

It becomes the value that the same keys would make in YAML, so that every text in it is a template. Called for `json:`.
"""

import json
import re
from math import isfinite

from frontdesk.dialog.problems import Mistake
from frontdesk.dialog.yaml import MAX_DEPTH, UNSTORABLE, Node

_PLACE = r"\{\{[^{}\"]*(?:\"[^{}\"]*\"[^{}\"]*)*\}\}|\{\$?[A-Za-z_.][^{}\s\"]*\s*\}"
_STRING_OR_PLACE = re.compile(rf'"(?:[^"\\]|\\.?)*+(?:"|\Z)|({_PLACE})', re.DOTALL)
_FIX = "Write the body's keys below json:, or as JSON in which each text stands in double quotes."


def quoted(text: str) -> str:
    """The text with double quotes around every place for a value that has none."""
    # A template alone in its text is a value of its own type.
    return _STRING_OR_PLACE.sub(lambda found: json.dumps(found[1]) if found[1] else found[0], text)


def read_json(node: Node) -> Node:
    """The value that the text of `node` is as JSON; everything in it stands at the node's line.

    Raises:
        Mistake: It is not JSON, or nested too deeply.
    """
    text = node.raw
    try:
        value = json.loads(quoted(text), parse_constant=_constant)
    except json.JSONDecodeError as error:
        # Places before it are longer by their quotes in what was read, so of where it is only the line can be told.
        line = f", in its line {error.lineno}" if "\n" in text.strip() else ""
        raise Mistake(f"The body under 'json' is not JSON: {error.msg}{line}.", _FIX) from None
    except (ValueError, RecursionError):
        raise Mistake("The body under 'json' is not JSON.", _FIX) from None
    return _node(value, node, 0)


def _constant(name: str) -> object:
    raise ValueError(name)


def _node(value: object, at: Node, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise Mistake(f"The body under 'json' is nested deeper than {MAX_DEPTH} levels.", "Make it flatter.")
    match value:
        case dict():
            members = {_text(key): _node(item, at, depth + 1) for key, item in value.items()}
            return Node(members, at.file, at.line)
        case list():
            return Node([_node(item, at, depth + 1) for item in value], at.file, at.line)
        case str():
            return Node(_text(value), at.file, at.line, value)
        case float() if not isfinite(value):
            raise Mistake("The body under 'json' is not JSON: a number is out of range.", _FIX)
        case None | bool() | int() | float():
            return Node(value, at.file, at.line, json.dumps(value))
        case _:
            raise TypeError(type(value).__name__)


def _text(value: str) -> str:
    if UNSTORABLE.search(value):
        raise Mistake(
            "The body under 'json' has a NUL character, or half of a character, in it.", "Leave it out."
        )
    return value
