"""`time`: the one time of day in the answer, as `HH:MM`.

Digits with minutes ("2:30", "14.30") are read on the 24-hour clock. Words without a part of the day
("half past two", "at 5") mean the hours people are awake: 7 to 12 as said, 1 to 6 in the afternoon.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from frontdesk.dialog.answer_types import AnswerType, Around, only
from frontdesk.dialog.lexicon import MOST_WORDS, WORD, comparable, key, number_words, spelled
from frontdesk.dialog.utterance import Utterance

_TOKEN = re.compile(rf"[0-9]+(?:[:.,/-][0-9]+)*|{WORD}")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?::[0-5][0-9])?", re.ASCII)
_DOTTED = re.compile(r"\b([ap])\.\s?m\b\.?")
_NOON = 12
_HOURS = 24
_LAST_AFTERNOON = 6
_HALF = 30
_LONGEST_HOUR = 2

_MORNING = "am morning утра утром эрталаб эрталабки ertalab ertalabki tonggi"
_AFTERNOON = (
    "pm afternoon evening дня днем вечера вечером kunduz kunduzi tushdan peshin kechki kechqurun oqshom "
    "кундузи тушдан кечки кечқурун"
)
_NIGHT = "night ночи ночью tungi tunda kechasi тунги тунда кечаси"
_PARTS: Mapping[str, str] = {
    word: part
    for part, words in (("morning", _MORNING), ("afternoon", _AFTERNOON), ("night", _NIGHT))
    for word in words.split()
}
_HOUR_WORDS = frozenset(["oclock", "h", "час", "часа", "часов", "ч", "соат", "soat"])
_BESIDE = frozenset(["in", "the", "at", "в", "da", "да", "keyin", "кейин"]) | _HOUR_WORDS
_AT = frozenset(["at", "в", "soat", "соат", "around", "about"])
_FIXED: Mapping[str, str] = {
    "noon": "12:00",
    "midday": "12:00",
    "полдень": "12:00",
    "midnight": "00:00",
    "полночь": "00:00",
}
_QUARTERS: Mapping[str, int] = {"quarter": 15, "half": _HALF}


def _find(said: Utterance, around: Around) -> object | None:
    text = _DOTTED.sub(r"\1m", comparable(said.text))
    tokens = [key(token) for token in _TOKEN.findall(text)]
    return None if len(tokens) > MOST_WORDS else only(_times(tokens, number_words(around.language)))


def _times(tokens: Sequence[str], table: Mapping[str, int]) -> Iterator[str | None]:
    at = 0
    while at < len(tokens):
        if tokens[at] in _FIXED:
            yield _FIXED[tokens[at]]
            at += 1
            continue
        past = _past(tokens, at, table)
        if past is not None:
            hour, minute, taken = past
            yield _said(hour, minute, _part(tokens, at, taken))
            at += taken
            continue
        clock = _CLOCK.fullmatch(tokens[at])
        if clock is not None:
            yield _clock(int(clock[1]), int(clock[2]), _part(tokens, at, 1))
        elif (hour_read := _hour(tokens, at, table)) is not None:
            hour, taken = hour_read
            part = _part(tokens, at, taken)
            if part or _is_hour(tokens, at, taken):
                yield _said(hour, _minutes(tokens, at + taken), part)
            at += taken
            continue
        at += 1


def _past(tokens: Sequence[str], at: int, table: Mapping[str, int]) -> tuple[int, int, int] | None:
    # "half past two", "quarter to three", "ten past two": hour, minute and the tokens they take.
    minutes, taken = _QUARTERS.get(tokens[at], 0), 1
    if not minutes:
        read = _count(tokens, at, table)
        if read is None or not 0 < read[0] < _HALF:
            return None
        minutes, taken = read
    if tokens[at + taken : at + taken + 1] == ["minutes"]:
        taken += 1
    way = tokens[at + taken] if at + taken < len(tokens) else ""
    if way not in {"past", "to"} or (way == "to" and minutes == _HALF):
        return None
    read = _count(tokens, at + taken + 1, table)
    if read is None or not 0 < read[0] <= _NOON:
        return None
    hour = read[0]
    if way == "to":
        hour, minutes = (hour - 1) or _NOON, 60 - minutes
    return hour, minutes, taken + 1 + read[1]


def _count(tokens: Sequence[str], at: int, table: Mapping[str, int]) -> tuple[int, int] | None:
    if at >= len(tokens):
        return None
    if tokens[at].isdecimal():
        return (int(tokens[at]), 1) if len(tokens[at]) <= _LONGEST_HOUR else None
    return spelled(tokens, at, table)


def _hour(tokens: Sequence[str], at: int, table: Mapping[str, int]) -> tuple[int, int] | None:
    read = _count(tokens, at, table)
    return read if read is not None and read[0] < _HOURS else None


def _minutes(tokens: Sequence[str], at: int) -> int:
    # "14 часов 30 минут"; an hour alone is full.
    while at < len(tokens) and tokens[at] in _HOUR_WORDS:
        at += 1
    minutes = tokens[at] if at < len(tokens) else ""
    unit = tokens[at + 1] if at + 1 < len(tokens) else ""
    if (
        minutes.isdecimal()
        and len(minutes) <= _LONGEST_HOUR
        and unit.startswith(("мин", "min", "дақ", "daq"))
    ):
        return min(int(minutes), 59)
    return 0


def _part(tokens: Sequence[str], at: int, taken: int) -> str:
    # The part of the day beside an hour: "2 in the afternoon", "kechki soat 5", "утром в 9".
    after = at + taken
    while after < len(tokens) and tokens[after] in _BESIDE:
        after += 1
    if after < len(tokens) and tokens[after] in _PARTS:
        return _PARTS[tokens[after]]
    before = at - 1
    while before >= 0 and tokens[before] in _BESIDE:
        before -= 1
    return _PARTS.get(tokens[before], "") if before >= 0 else ""


def _is_hour(tokens: Sequence[str], at: int, taken: int) -> bool:
    # A bare number is an hour if a word says so or nothing else is said.
    after = tokens[at + taken] if at + taken < len(tokens) else ""
    before = tokens[at - 1] if at else ""
    return after in _HOUR_WORDS or before in _AT or len(tokens) == taken


def _said(hour: int, minute: int, part: str) -> str | None:
    if not part:
        hour += _NOON if 0 < hour <= _LAST_AFTERNOON else 0
        return f"{hour:02}:{minute:02}"
    return _clock(hour, minute, part)


def _clock(hour: int, minute: int, part: str) -> str | None:
    match part:
        case "morning":
            if hour > _NOON:
                return None
            hour %= _NOON
        case "afternoon":
            hour += _NOON if hour < _NOON else 0
        case "night":
            hour = hour % _NOON if hour in {_NOON, *range(_LAST_AFTERNOON)} else hour + _NOON * (hour < _NOON)
        case _:
            pass
    return f"{hour:02}:{minute:02}"


ANSWER = AnswerType(
    "time",
    _find,
    {
        "en": "Please write a time, for example 14:30.",
        "ru": "Напишите, пожалуйста, время, например 14:30.",
        "uz": "Iltimos, vaqtni yozing, masalan 14:30.",
    },
)
