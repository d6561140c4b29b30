"""Dates in texts: 1 March 2026, 2026-03-01 and 01.03.2026 are one day. Pure. Called by `grounding`.

Months by name in English, Russian, Uzbek, German, French and Spanish.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAMES = """
january|января|январь|yanvar|januar|janvier|enero
february|февраля|февраль|fevral|februar|février|febrero
march|марта|март|mart|märz|mars|marzo
april|апреля|апрель|aprel|avril|abril
may|мая|май|mai|mayo
june|июня|июнь|iyun|juni|juin|junio
july|июля|июль|iyul|juli|juillet|julio
august|августа|август|avgust|août|agosto
september|сентября|сентябрь|sentabr|septembre|septiembre
october|октября|октябрь|oktabr|oktober|octobre|octubre
november|ноября|ноябрь|noyabr|novembre|noviembre
december|декабря|декабрь|dekabr|dezember|décembre|diciembre"""
_MONTHS = {
    name: month for month, names in enumerate(_NAMES.strip().split("\n"), 1) for name in names.split("|")
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_DAY_FIRST = re.compile(
    rf"(?<![\d.,])(\d{{1,2}})(?:st|nd|rd|th|\.)?[ \u00a0-](?:of |de )?({_MONTH})\b(?:(?:,| de)? (\d{{4}})(?!\d))?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,]*\d)(?:,? (\d{{4}})(?!\d))?", re.IGNORECASE
)
_CENTURY = 2_000
_SHORT = 2
_MOST_MONTH, _MOST_DAY = 12, 31


@dataclass(frozen=True, slots=True)
class Day:
    """`year` is 0 where none is said."""

    year: int
    month: int
    day: int

    def fits(self, other: "Day") -> bool:
        """Whether both may be the same day."""
        same = (self.month, self.day) == (other.month, other.day)
        return same and (not self.year or not other.year or self.year == other.year)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as it is written, and the days that it may mean: 01.03 is the first of March, and in places the third of January."""

    start: int
    end: int
    days: tuple[Day, ...]


def dates(text: str) -> Iterator[Date]:
    """Every date of a text."""
    for found in _YEAR_FIRST.finditer(text):
        yield from _found(found, (Day(int(found[1]), int(found[2]), int(found[3])),))
    for found in _YEAR_LAST.finditer(text):
        year = int(found[4]) + (_CENTURY if len(found[4]) == _SHORT else 0)
        first, second = int(found[1]), int(found[3])
        yield from _found(found, (Day(year, second, first), Day(year, first, second)))
    for found in _DAY_FIRST.finditer(text):
        yield from _found(found, (Day(int(found[3] or 0), _MONTHS[found[2].casefold()], int(found[1])),))
    for found in _MONTH_FIRST.finditer(text):
        yield from _found(found, (Day(int(found[3] or 0), _MONTHS[found[1].casefold()], int(found[2])),))


def _found(found: re.Match[str], days: tuple[Day, ...]) -> Iterator[Date]:
    real = tuple(day for day in days if 1 <= day.month <= _MOST_MONTH and 1 <= day.day <= _MOST_DAY)
    if real:
        yield Date(found.start(), found.end(), real)
