"""JSON from outside: what two parsers could read in two ways is refused.

Refused are duplicate keys, NaN and infinities, nesting deeper than `MAX_DEPTH`, NUL and lone surrogates in
any string, and integers too long to convert.
"""

import json
import math
import re
from typing import NoReturn

MAX_DEPTH = 64
"""Deepest nesting of objects and arrays that is read."""

# Possessive, and ending where the text does: what is no string is not read again from each of its quotes.
_STRINGS = re.compile(r'"(?:[^"\\]|\\.?)*+(?:"|\Z)', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BRACKETS = re.compile(r"[\[\]{}]")


class NotJson(ValueError):
    """The bytes are not JSON that has one meaning; the message says why in a few words."""


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("duplicate key")
    return found


def _no_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not a JSON value")


def _finite(digits: str) -> float:
    # Python reads 1e999 as infinity, which no JSON can say again.
    number = float(digits)
    if math.isinf(number):
        raise NotJson("number out of range")
    return number


def _depth(text: str) -> int:
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        if bracket in "{[":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


_decoder = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=_finite, parse_constant=_no_constant)


def loads(data: bytes) -> object:
    """Decode `data`, UTF-8 with or without a byte order mark.

    Args:
        data: The body, size already limited by the caller.

    Returns:
        The decoded value: dict, list, str, int, float, bool or None.

    Raises:
        NotJson: Unreadable or ambiguous, see the head of this file.

    Source: RFC 8259 leaves these cases open; I-JSON (RFC 7493) closes them the same way.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotJson("not UTF-8") from None
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise NotJson(f"nested deeper than {MAX_DEPTH}")
    try:
        decoded: object = _decoder.decode(text)
    except NotJson:
        raise
    except ValueError as error:
        raise NotJson(str(error).split(":")[0]) from None
    # Unescaped, neither can stand in JSON that is UTF-8.
    if "\\u" in text and _bad(decoded):
        raise NotJson("NUL or lone surrogate")
    return decoded


def _bad(value: object) -> bool:
    match value:
        case str():
            return "\x00" in value or (not value.isascii() and _SURROGATE.search(value) is not None)
        case dict():
            return any(_bad(key) or _bad(inner) for key, inner in value.items())
        case list():
            return any(_bad(inner) for inner in value)
        case _:
            return False
