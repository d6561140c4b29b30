"""The body of an API integration: JSON with notations in it, as a mapping of templates."""

import json
import re
from collections.abc import Callable

from frontdesk.studio.importing.yaml_text import Yaml

MAX_DEPTH = 20
MAX_PLACES = 400
_LONGEST_KEY = 200
_STRING_OR_PLACE = re.compile(r'"(?:[^"\\]|\\.?)*+(?:"|\Z)|(\{\$?[A-Za-z_.][^{}\s"]*\})', re.DOTALL)


class NotJson(ValueError):
    """The body cannot be written as a mapping; the message says why."""


def read_body(text: str, convert: Callable[[str, str], str]) -> Yaml:
    """Read a body; `convert` is handed each text in it and the key it stands under.

    Raises:
        NotJson: It is not JSON, too deep, or has too many places for values.
    """
    # A notation outside of quotes is a value of its own type, which a template alone is too.
    quoted = _STRING_OR_PLACE.sub(lambda found: json.dumps(found[1]) if found[1] else found[0], text)
    try:
        value = json.loads(quoted, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise NotJson("it is not JSON") from error
    counted = [0]
    return _converted(value, "", convert, counted, 0)


def _constant(name: str) -> object:
    raise NotJson(f"{name} is no JSON")


def _converted(
    value: object, key: str, convert: Callable[[str, str], str], counted: list[int], depth: int
) -> Yaml:
    if depth > MAX_DEPTH:
        raise NotJson(f"it is nested deeper than {MAX_DEPTH} levels")
    match value:
        case dict():
            if any(len(name) > _LONGEST_KEY or name == "<<" for name in value):
                raise NotJson("it has a key that cannot be written")
            return {name: _converted(item, name, convert, counted, depth + 1) for name, item in value.items()}
        case list():
            return [_converted(item, key, convert, counted, depth + 1) for item in value]
        case str():
            counted[0] += "{" in value
            if counted[0] > MAX_PLACES:
                raise NotJson(f"it has more than {MAX_PLACES} places for values")
            return convert(value, key)
        case float() if value in (float("inf"), float("-inf")):
            raise NotJson("it holds a number out of range")
        case None | bool() | int() | float():
            return value
        case _:
            raise NotJson("it is not JSON")
