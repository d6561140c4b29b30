"""Days and hours that customers are told, as one writes them in their language. Called by `queueing`."""

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.core import get_global
from babel.dates import (
    format_datetime,
    format_time,
    get_datetime_format,
    get_timezone_location,
    get_timezone_name,
)

from frontdesk.desk.phrases import phrase, told_in

_DAYS = ("MMMMEd", "MMMEd")
"""Weekday, day and month, in the order that a language has them: the first of these that it has."""
_DAYS_OF_YEARS = ("yMMMMEd", "yMMMEd")
"""The same with the year."""


def moment(at: datetime, zone: str, languages: Iterable[str], *, now: datetime) -> str:
    """Weekday, day, month and hour by the clocks of the zone, and whose clocks those are: its reader may live by others.

    With the year where it is another one than that of `now`. In the language that `phrase` takes of these. A zone that is none counts as UTC.
    """
    language, by = told_in(languages), _zone_of(zone)
    locale, here = Locale.parse(language), at.astimezone(by)
    patterns = locale.datetime_skeletons
    days = _DAYS if here.year == now.astimezone(by).year else _DAYS_OF_YEARS
    day_pattern = next(patterns[one].pattern for one in days if one in patterns)
    day = format_datetime(here, _whole_words(day_pattern), locale=locale)
    hour = format_time(here, _whole_words(locale.time_formats["short"].pattern), locale=locale)
    told = str(get_datetime_format("full", locale)).replace("{1}", day).replace("{0}", hour)
    area, _, city = by.key.partition("/")
    if not city or area == "Etc":
        return f"{told} ({get_timezone_name(here, 'long', locale=locale)})"
    return phrase("at_place", (language,), moment=told, place=_city_of(by.key, here, locale))


def _city_of(zone: str, here: datetime, locale: Locale) -> str:
    """Its name in the language. Cities that are called anew have their names under what their zone was called before."""
    aliases = get_global("zone_aliases")
    newest = aliases.get(zone, zone)
    for name in (zone, newest, *(old for old, new in aliases.items() if new == newest)):
        city = locale.time_zones.get(name, {}).get("city")
        if city:
            return str(city)
    return str(get_timezone_location(here, locale=locale, return_city=True).rpartition("/")[2])


def _whole_words(pattern: str) -> str:
    """The same with names in full: of the day, the month and the half of the day."""
    for short, full in (("E+|ccc+", "EEEE"), ("MMM+|LLL+", "MMMM"), ("a+", "aaaa")):
        pattern = re.sub(short, full, pattern)
    return pattern


def _zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
