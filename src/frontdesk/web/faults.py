"""What is wrong with one field of a body, query or setting, as a sentence for people. Called by `web/errors.py`.

The validation library's own words are for programmers; none of them gets out.
"""

from collections.abc import Mapping
from typing import Any

_TEXT = "Write text, in quotes."
_NUMBER = "Write a number."
_WHOLE_NUMBER = "Write a whole number."
_FLAG = "Write true or false."
_LIST = "Write a list."
_OBJECT = "Write a JSON object."
_ADDRESS = "Write a whole address, such as https://www.example.com/page."
_TIME = "Write a date with time and zone, such as 2026-03-01T12:00:00Z."
_DATE = "Write a date, such as 2026-03-01."
_CHOICE = "Write one of {expected}."
_ANYTHING_ELSE = "This value cannot be used here."

SENTENCES: Mapping[str, str] = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no such field; leave it out, or look how it is spelt.",
    "string_type": _TEXT,
    "string_too_short": "Write at least {min_length}.",
    "string_too_long": "Write no more than {max_length}.",
    "string_pattern_mismatch": "It has to match the pattern {pattern}",
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": "Write a smaller number.",
    "int_from_float": _WHOLE_NUMBER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than": "Write more than {gt}.",
    "greater_than_equal": "Write {ge} or more.",
    "less_than": "Write less than {lt}.",
    "less_than_equal": "Write {le} or less.",
    "multiple_of": "Write a multiple of {multiple_of}.",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "too_short": "This is too short: give at least {min_length}.",
    "too_long": "This is too long: give no more than {max_length}.",
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "literal_error": _CHOICE,
    "enum": _CHOICE,
    "none_required": "Write null, or leave it out.",
    "url_type": _ADDRESS,
    "url_parsing": _ADDRESS,
    "url_scheme": "Write an address that begins with {expected_schemes}.",
    "url_too_long": "Write an address of no more than {max_length} characters.",
    "datetime_type": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": _TIME,
    "date_type": _DATE,
    "date_from_datetime_parsing": _DATE,
}
"""By the library's word for what is wrong; whatever is not here is told as a value that cannot be used."""

_CHARACTERS = frozenset({"string_too_short", "string_too_long"})
_LENGTHS = frozenset({"too_short", "too_long"})
_OWN = frozenset({"value_error", "assertion_error"})


def sentence(fault: Mapping[str, Any]) -> str:
    """The sentence for one of the library's error details."""
    kind, about = fault["type"], fault.get("ctx", {})
    if kind in _OWN:
        return _own(str(about.get("error", "")))
    found = SENTENCES.get(kind, _ANYTHING_ELSE).format(**about)
    # A secret is counted as a list is.
    is_text = kind in _CHARACTERS or (kind in _LENGTHS and about.get("field_type") == "Value")
    return found.removesuffix(".") + _characters(about) + "." if is_text else found


def _own(text: str) -> str:
    """What a validator of ours or of a plug-in says, which names what to write and begins in lower case."""
    if not text:
        return _ANYTHING_ELSE
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _characters(about: Mapping[str, Any]) -> str:
    number = about.get("min_length", about.get("max_length"))
    return " character" if number == 1 else " characters"
