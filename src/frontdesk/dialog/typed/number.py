"""`number`: the one number in the answer, in digits as the language writes them or as a word.

Whole numbers are integers, others floats. With more than 15 digits it is an identifier, not a number: None.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from frontdesk.dialog.answer_types import AnswerType, Around
from frontdesk.dialog.lexicon import WORD, comparable, key, number_words, spelled
from frontdesk.dialog.utterance import Utterance

_BLANKS = " \u00a0\u2009\u202f"
_RUN = rf"[.,]?[0-9]+(?:[.,'{_BLANKS}][0-9]+)*"
_PIECES = re.compile(rf"({_RUN})|({WORD})|(\S)")
_MOST_DIGITS = 15
_GROUP = 3

_POINT_GROUPS = frozenset(
    ["da", "de", "el", "es", "hr", "id", "is", "it", "nl", "pt", "ro", "sl", "tr", "vi"]
)
_BLANK_GROUPS = frozenset(
    [
        "be",
        "bg",
        "cs",
        "et",
        "fi",
        "fr",
        "hu",
        "hy",
        "ka",
        "kk",
        "ky",
        "lt",
        "lv",
        "nb",
        "no",
        "pl",
        "ru",
        "sk",
        "sr",
        "sv",
        "tg",
        "tk",
        "uk",
        "uz",
    ]
)
"""Languages that write 1.234,5 and those that write 1 234,5; others write 1,234.5."""

_SCALES = {
    word: factor
    for factor, names in (
        (10, "десяток десятка"),
        (12, "dozen дюжина дюжину дюжины"),
        (100, "hundred yuz юз"),
        (1_000, "k thousand тыс тысяча тысячи тысяч тысячу ming минг"),
        (1_000_000, "million mln млн миллион миллиона миллионов milyon"),
    )
    for word in names.split()
}
_ALONE = frozenset({"dozen", "дюжина", "дюжину", "десяток"})
"""Scales that mean one of them where nothing says how many."""
_ARTICLES = frozenset({"a", "an"})
_MINUS = frozenset({"minus", "минус"})
_PARTS = frozenset(
    [
        "half",
        "quarter",
        "quarters",
        "third",
        "thirds",
        "пол",
        "половина",
        "половину",
        "полтора",
        "полторы",
        "четверть",
        "треть",
        "yarim",
        "chorak",
        "ярим",
        "чорак",
    ]
)
"""Words that change the number beside them in ways not read here."""


def _find(said: Utterance, around: Around) -> object | None:
    text = comparable(said.text)
    pieces = list(_PIECES.finditer(text))
    if any(piece[2] is not None and key(piece[2]) in _PARTS for piece in pieces):
        return None
    runs = [index for index, piece in enumerate(pieces) if piece[1] is not None]
    if len(runs) > 1:
        return None
    return _in_digits(pieces, runs[0], around.language) if runs else _in_words(pieces, around.language)


def _in_digits(pieces: Sequence[re.Match[str]], at: int, language: str) -> int | float | None:
    run = pieces[at]
    before = pieces[at - 1] if at else None
    after = pieces[at + 1] if at + 1 < len(pieces) else None
    scale = 1
    if after is not None and after[2] is not None:
        scale = _SCALES.get(key(after[2]), 1)
        if scale == 1 and after.start() == run.end():
            return None
    value = _read(run[1], language)
    if value is None or before is None:
        return _scaled(value, scale)
    touching = before.end() == run.start()
    if before[3] in {"-", "+"} and touching:
        # "5-7" is a range and "A-4" a name; a sign stands after a blank or at the start.
        if at > 1 and pieces[at - 2].end() == before.start():
            return None
        return _scaled(-value if before[3] == "-" else value, scale)
    if before[2] is not None:
        if touching:
            return None
        value = -value if key(before[2]) in _MINUS else value
    return _scaled(value, scale)


def _in_words(pieces: Sequence[re.Match[str]], language: str) -> int | float | None:
    tokens = [key(piece[2]) for piece in pieces if piece[2] is not None]
    table = number_words(language)
    found: int | float | None = None
    at = 0
    while at < len(tokens):
        read = spelled(tokens, at, table) or _one(tokens, at)
        if read is None:
            at += 1
            continue
        if found is not None:
            return None
        sign = -1 if at and tokens[at - 1] in _MINUS else 1
        at += read[1]
        scale = _SCALES.get(tokens[at], 1) if at < len(tokens) else 1
        at += scale != 1
        found = _scaled(sign * read[0], scale)
    return found


def _one(tokens: Sequence[str], at: int) -> tuple[int, int] | None:
    """The one that "a hundred" and "dozen" mean, which takes no token of its own."""
    if at and tokens[at - 1] in _ARTICLES:
        return (1, 0) if tokens[at] in _SCALES else None
    # "Several dozen" is no number.
    return (1, 0) if at == 0 and tokens[at] in _ALONE else None


def _scaled(value: int | float | None, scale: int) -> int | float | None:
    if value is None or scale == 1:
        return value
    scaled = Decimal(str(value)) * scale
    return int(scaled) if scaled == scaled.to_integral_value() else float(scaled)


def _read(run: str, language: str) -> int | float | None:
    whole, _, fraction = _split(run, language).partition(".")
    fraction = fraction.rstrip("0")
    if not (whole or fraction) or len(whole.lstrip("0")) + len(fraction) > _MOST_DIGITS:
        return None
    whole = whole.lstrip("0") or "0"
    return float(f"{whole}.{fraction}") if fraction else int(whole)


def _split(run: str, language: str) -> str:
    # The run with a point before its fraction and nothing between groups; empty where it has no one reading.
    base = language.partition("-")[0].lower()
    marks = [char for char in run if not char.isdecimal()]
    kinds = dict.fromkeys(marks)
    if not kinds or (" " in kinds and base not in _BLANK_GROUPS):
        return "" if kinds else run
    last = marks[-1]
    if len(kinds) == 1:
        return _one_mark(run, last, len(marks), base)
    whole, _, fraction = run.rpartition(last)
    # Two kinds: groups, then one mark before the fraction.
    grouped = _ungrouped(whole, marks[0]) if last in ".," and last not in whole else ""
    return f"{grouped}.{fraction}" if grouped else ""


def _one_mark(run: str, mark: str, count: int, base: str) -> str:
    group = "." if base in _POINT_GROUPS else "," if base not in _BLANK_GROUPS else ""
    if mark not in ".," or count > 1:
        return _ungrouped(run, mark)
    grouped = _ungrouped(run, mark) if mark == group else ""
    return grouped or run.replace(mark, ".")


def _ungrouped(digits: str, mark: str) -> str:
    # Without the marks between its groups; empty where these are not groups.
    first, *others = digits.split(mark)
    fits = (
        0 < len(first) <= _GROUP
        and first != "0"
        and all(len(other) == _GROUP and other.isdecimal() for other in others)
    )
    return first + "".join(others) if fits else ""


ANSWER = AnswerType(
    "number",
    _find,
    {
        "en": "Please write a number, for example 12 or 3.5.",
        "ru": "Напишите, пожалуйста, число, например 12 или 3,5.",
        "uz": "Iltimos, son yozing, masalan 12 yoki 3,5.",
    },
)
