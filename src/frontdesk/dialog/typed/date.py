"""`date`: the one date in the answer, as `YYYY-MM-DD`.

Digits are day first, month first only in en-US ("12/31/2026"). Without a year it is the next such day, today
included; a weekday is the next one after today, "next friday" that of the week after this one (they begin on Monday).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from frontdesk.dialog import calendar_words
from frontdesk.dialog.answer_types import AnswerType, Around, only
from frontdesk.dialog.lexicon import MOST_WORDS, WORD, comparable, key, number_words, spelled
from frontdesk.dialog.utterance import Utterance

_TOKEN = re.compile(rf"[0-9]+(?:[:./-][0-9]+)*|{WORD}")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-./])([0-9]{1,2})\2([0-9]{1,2})", re.ASCII)
_FULL = re.compile(r"([0-9]{1,2})([-./])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})", re.ASCII)
_SHORT = re.compile(r"([0-9]{1,2})([./])([0-9]{1,2})", re.ASCII)
_DAY = re.compile(r"[0-9]{1,2}", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_SHORT_YEAR = re.compile(r"[0-9]{2}", re.ASCII)
_ORDINALS = frozenset(["st", "nd", "rd", "th", "of", "the", "го", "е", "числа"])
_YEAR_WORDS = frozenset(["yil", "йил"])
_SPAN = re.compile(r"[0-9]{1,3}", re.ASCII)
_ARTICLES = frozenset({"a", "an"})
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_YEARS_AHEAD = 20
_CENTURY = 100
_LEAP_YEARS = 8
"""Years until a 29 February comes for certain."""


@dataclass(frozen=True, slots=True)
class _Words:
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    near: Mapping[str, int]
    units: Mapping[str, int]
    numbers: Mapping[str, int]


def _find(said: Utterance, around: Around) -> object | None:
    language = around.language
    words = _Words(
        calendar_words.names(calendar_words.MONTHS, language),
        calendar_words.names(calendar_words.WEEKDAYS, language),
        calendar_words.names(calendar_words.NEAR_DAYS, language),
        calendar_words.names(calendar_words.UNITS, language),
        number_words(language),
    )
    tokens = [key(token) for token in _TOKEN.findall(comparable(said.text))]
    if len(tokens) > MOST_WORDS or not calendar_words.TURNING.isdisjoint(tokens):
        return None
    today = around.now.date()
    weekdays = {words.weekdays[token] for token in tokens if token in words.weekdays}
    named = list(_dates(tokens, words, today, month_first=language.lower() == "en-us"))
    if not calendar_words.NEXT.isdisjoint(tokens):
        named.append(_in_next_week(tokens, words, weekdays, today))
    elif not named and len(weekdays) == 1:
        ahead = (weekdays.pop() - today.weekday() - 1) % 7 + 1
        return (today + timedelta(days=ahead)).isoformat()
    found = only(named)
    # "Thursday, 31 December" names one day twice, or contradicts itself.
    if found is None or weekdays - {found.weekday()}:
        return None
    return found.isoformat()


def _in_next_week(tokens: Sequence[str], words: _Words, weekdays: set[int], today: date) -> date | None:
    # "next friday", "friday next week"; "next month" and "next may" name no day.
    behind = {tokens[at + 1] for at, token in enumerate(tokens[:-1]) if token in calendar_words.NEXT}
    if (
        len(weekdays) != 1
        or not behind
        or not all(token in words.weekdays or token in calendar_words.WEEK for token in behind)
    ):
        return None
    return today + timedelta(days=7 - today.weekday() + next(iter(weekdays)))


def _dates(tokens: Sequence[str], words: _Words, today: date, *, month_first: bool) -> Iterator[date | None]:
    at = 0
    while at < len(tokens):
        token, taken = tokens[at], 1
        if (span := _ahead(tokens, at, words)) is not None:
            ahead, taken = span
            yield today + timedelta(days=ahead)
        elif token in words.near:
            yield today + timedelta(days=words.near[token])
        elif (days := calendar_words.NEAR_PHRASES.get(tuple(tokens[at : at + 3]))) is not None:
            yield today + timedelta(days=days)
            taken = 3
        elif token in words.months:
            read = _month_day(tokens, at, words, today)
            if read is not None:
                found, taken = read
                yield found
        elif token[0].isdecimal():
            if _DAY.fullmatch(token):
                read = _day_month(tokens, at, words, today)
                if read is not None:
                    found, taken = read
                    yield found
            else:
                yield from _digits(token, today, month_first=month_first)
        at += taken


def _ahead(tokens: Sequence[str], at: int, words: _Words) -> tuple[int, int] | None:
    # Days and tokens of "in two days", "a week from now", "через неделю", "ikki kundan keyin"
    begins = tokens[at] in calendar_words.IN
    place = at + begins
    count, taken = _count(tokens, place, words)
    unit = words.units.get(tokens[place + taken], 0) if place + taken < len(tokens) else 0
    if not unit or not (taken or (begins and unit > 1)):
        return None
    end = place + taken + 1
    if begins:
        return count * unit, end - at
    for later in calendar_words.LATER:
        if tuple(tokens[end : end + len(later)]) == later:
            return count * unit, end + len(later) - at
    return None


def _count(tokens: Sequence[str], at: int, words: _Words) -> tuple[int, int]:
    # How many, and how many tokens say it; one where none does.
    if at >= len(tokens):
        return 1, 0
    if _SPAN.fullmatch(tokens[at]):
        return int(tokens[at]), 1
    if tokens[at] in _ARTICLES:
        return 1, 1
    return spelled(tokens, at, words.numbers) or (1, 0)


def _digits(token: str, today: date, *, month_first: bool) -> Iterator[date | None]:
    if found := _YEAR_FIRST.fullmatch(token):
        yield _date(int(found[1]), int(found[3]), int(found[4]))
    elif (found := _FULL.fullmatch(token)) or (found := _SHORT.fullmatch(token)):
        day, month = int(found[1]), int(found[3])
        if month_first and found[2] != ".":
            day, month = month, day
        year = found[4] if found.re is _FULL else ""
        yield _date(_full_year(year, today), month, day) if year else _next(month, day, today)


def _day_month(tokens: Sequence[str], at: int, words: _Words, today: date) -> tuple[date | None, int] | None:
    # "31 Dec", "31st of December 2026", "2026-yil 31-dekabr"
    place = _skip(tokens, at + 1)
    if place >= len(tokens) or tokens[place] not in words.months:
        return None
    month, day = words.months[tokens[place]], int(tokens[at])
    if at > 1 and tokens[at - 1] in _YEAR_WORDS and _YEAR.fullmatch(tokens[at - 2]):
        return _date(int(tokens[at - 2]), month, day), place + 1 - at
    found, end = _with_year(tokens, place + 1, month, day, today)
    return found, end - at


def _month_day(tokens: Sequence[str], at: int, words: _Words, today: date) -> tuple[date | None, int] | None:
    # "December 31, 2026", "Dec the 31st"
    place = _skip(tokens, at + 1)
    if place >= len(tokens) or not _DAY.fullmatch(tokens[place]):
        return None
    found, end = _with_year(
        tokens, _skip(tokens, place + 1), words.months[tokens[at]], int(tokens[place]), today
    )
    return found, end - at


def _skip(tokens: Sequence[str], at: int) -> int:
    while at < len(tokens) and tokens[at] in _ORDINALS:
        at += 1
    return at


def _with_year(tokens: Sequence[str], at: int, month: int, day: int, today: date) -> tuple[date | None, int]:
    year = tokens[at] if at < len(tokens) else ""
    if _YEAR.fullmatch(year):
        return _date(int(year), month, day), at + 1
    if _SHORT_YEAR.fullmatch(year) and at + 1 == len(tokens):
        return _date(_full_year(year, today), month, day), at + 1
    return _next(month, day, today), at


def _full_year(year: str, today: date) -> int:
    # Two digits are of the hundred years that end 20 years from now.
    if not _SHORT_YEAR.fullmatch(year):
        return int(year)
    last = today.year + _YEARS_AHEAD - 1
    return last - (last - int(year)) % _CENTURY


def _next(month: int, day: int, today: date) -> date | None:
    for year in range(today.year, today.year + _LEAP_YEARS + 1):
        found = _date(year, month, day)
        if found is not None and found >= today:
            return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


ANSWER = AnswerType(
    "date",
    _find,
    {
        "en": "Please write a date, for example 2026-12-31 or 31 December.",
        "ru": "Напишите, пожалуйста, дату, например 31.12.2026 или 31 декабря.",
        "uz": "Iltimos, sanani yozing, masalan 31.12.2026 yoki 31-dekabr.",
    },
)
