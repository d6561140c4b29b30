"""Reads the business hours a bot declares under `hours:`. Called by `load`."""

import re
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

from frontdesk.dialog.fields import Fields
from frontdesk.dialog.hours import DAY_MIN, Hours, Interval
from frontdesk.dialog.yaml import Node

MAX_HOURS = 100
MAX_INTERVALS = 10
MAX_HOLIDAYS = 1_000
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = dict(
    zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), DAYS, strict=True)
)
_INTERVAL = re.compile(r"([0-9]{1,2}):([0-9]{2})\s?[-\u2013]\s?([0-9]{1,2}):([0-9]{2})", re.ASCII)
_DATE = re.compile(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})", re.ASCII)
_LEAP_YEAR = 2024
_HOUR_MIN = 60
_SHOWN = 40


def read_hours(root: Fields) -> dict[str, Hours]:
    """The business hours by name; mistakes are among the problems."""
    found: dict[str, Hours] = {}
    for name, node in root.named("hours", "business hours"):
        if len(found) == MAX_HOURS:
            root.problems.error(node, f"There are more than {MAX_HOURS} business hours.", "Remove some.")
            break
        found[name] = _read(Fields(node, root.problems, f"The hours '{name}'"))
    return found


def _read(fields: Fields) -> Hours:
    zone = read_zone(fields)
    closed_on, closed_yearly = _holidays(fields)
    fields.text("description")
    week: dict[str, tuple[Interval, ...]] = {}
    for key, node in fields.entries():
        if key in {"timezone", "holidays", "description"}:
            continue
        intervals = _intervals(fields, key)
        for day in _days(fields, key, node):
            if day in week:
                fields.problems.error(node, f"'{day}' is given twice.", "Name each day once.")
            week[day] = intervals
    if not week:
        fields.problems.error(fields.node, f"{fields.what} name no day.", 'Write mon-fri: "09:00-17:00".')
    return Hours(zone, tuple(week.get(day, ()) for day in DAYS), closed_on, closed_yearly)


def read_zone(fields: Fields, default: str = "") -> ZoneInfo:
    """The time zone under `timezone`."""
    name = fields.text("timezone", default)
    if is_zone(name):
        return ZoneInfo(name)
    what = f"There is no time zone '{name[:_SHOWN]}'." if name else f"{fields.what} have no timezone."
    fields.problems.error(fields.place("timezone"), what, "Write one such as Europe/Berlin or Asia/Tashkent.")
    return ZoneInfo("UTC")


def is_zone(name: str) -> bool:
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    """Every time zone there is, the same on all machines."""
    return frozenset((files("tzdata") / "zones").read_text("utf-8").split())


def _days(fields: Fields, key: str, node: Node) -> list[str]:
    # "mon-fri", "sat", "fri-mon" over the week's end, and several with commas.
    found: list[str] = []
    for part in key.lower().replace("\u2013", "-").split(","):
        first, dash, last = (_NAMES.get(day.strip(), day.strip()) for day in part.partition("-"))
        if first not in DAYS or (dash and last not in DAYS):
            fix = "Days are mon, tue, wed, thu, fri, sat and sun: write mon-fri, or sat."
            fields.problems.error(node, f"{fields.what} have no key '{key[:_SHOWN]}'.", fix)
            return []
        start = DAYS.index(first)
        count = (DAYS.index(last) - start) % len(DAYS) + 1 if dash else 1
        found += [DAYS[(start + step) % len(DAYS)] for step in range(count)]
    return found


def _intervals(fields: Fields, key: str) -> tuple[Interval, ...]:
    texts = fields.texts(key)
    if len(texts) > MAX_INTERVALS:
        fields.problems.error(
            fields.place(key), f"'{key[:_SHOWN]}' has more than {MAX_INTERVALS} intervals.", "Merge some."
        )
        return ()
    found: list[Interval] = []
    for text, node in texts:
        interval = _interval(text.strip())
        if interval is None:
            fields.problems.error(
                node,
                f"'{text[:_SHOWN]}' is not an interval.",
                'Write "09:00-17:00"; "22:00-02:00" ends on the next day, "00:00-24:00" is all day.',
            )
        else:
            found.append(interval)
    found.sort(key=lambda each: each.start_min)
    for before, after in pairwise(found):
        if after.start_min < before.end_min:
            fields.problems.error(
                fields.place(key), f"Intervals of '{key[:_SHOWN]}' overlap.", "Write one from first to last."
            )
            break
    return tuple(found)


def _interval(text: str) -> Interval | None:
    read = _INTERVAL.fullmatch(text)
    if read is None:
        return None
    hour, minute, end_hour, end_minute = map(int, read.groups())
    start, end = hour * _HOUR_MIN + minute, end_hour * _HOUR_MIN + end_minute
    if minute >= _HOUR_MIN or end_minute >= _HOUR_MIN or start >= DAY_MIN or end > DAY_MIN or start == end:
        return None
    return Interval(start, end if end > start else end + DAY_MIN)


def _holidays(fields: Fields) -> tuple[frozenset[date], frozenset[tuple[int, int]]]:
    texts = fields.texts("holidays")
    if len(texts) > MAX_HOLIDAYS:
        fields.problems.error(
            fields.place("holidays"), f"There are more than {MAX_HOLIDAYS:,} holidays.", "Remove past ones."
        )
        return frozenset(), frozenset()
    once: set[date] = set()
    yearly: set[tuple[int, int]] = set()
    for text, node in texts:
        day = _day(text.strip())
        if day is None:
            fields.problems.error(
                node,
                f"'{text[:_SHOWN]}' is not a day.",
                'Write "2026-12-25" for one year or "12-25" for every year.',
            )
        elif isinstance(day, date):
            once.add(day)
        else:
            yearly.add(day)
    return frozenset(once), frozenset(yearly)


def _day(text: str) -> date | tuple[int, int] | None:
    read = _DATE.fullmatch(text)
    if read is None:
        return None
    year, month, day = read.groups()
    try:
        # 29 February is a day of every fourth year.
        found = date(int(year or _LEAP_YEAR), int(month), int(day))
    except ValueError:
        return None
    return found if year else (found.month, found.day)
