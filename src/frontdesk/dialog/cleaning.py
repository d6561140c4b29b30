"""What `clean` does to an answer before the rules see it, by name; the author's order counts."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping

from frontdesk.dialog.lexicon import western_digits

_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


def _digits(text: str) -> str:
    return "".join(char for char in western_digits(text) if char.isascii() and char.isdigit())


def _no_blanks(text: str) -> str:
    return "".join(char for char in text if not char.isspace() and char not in _INVISIBLE)


def _no_marks(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char)[0] not in "PS")


OPERATIONS: Mapping[str, Callable[[str], str]] = {
    "digits": _digits,
    "lower": str.lower,
    "upper": str.upper,
    "no_blanks": _no_blanks,
    "no_marks": _no_marks,
}
"""`digits` keeps 0-9 (of any script), `no_blanks` drops blanks and line breaks, `no_marks` punctuation and symbols."""


def clean(text: str, operations: Iterable[str]) -> str:
    """The text after each operation in turn."""
    for name in operations:
        text = OPERATIONS[name](text)
    return text
