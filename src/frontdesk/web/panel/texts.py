"""What pages say, in the reader's language: catalogues of `locales/LANGUAGE/panel*.toml`, plurals, numbers, times.

`panel.toml` holds what all pages share, by section; `panel_MENU.toml` is the section MENU. A value that is a table of
plural forms is called with a number: `t.tasks.count(3)`; its form gets the number as {n}. What a language does not say
is said in English.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from html import unescape
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from frontdesk.core.errors import Bug

LANGUAGES = {"en": "English", "ru": "Русский", "uz": "O‘zbekcha"}  # noqa: RUF001  # as it is written
"""Every language that pages speak, by its own name."""
DEFAULT = "en"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})
_FROM = "panel"


class Plural:
    """A text in as many forms as its language has."""

    def __init__(self, language: str, forms: Mapping[str, str]) -> None:
        self._language = language
        self.forms = forms

    def __call__(self, count: int, **values: object) -> Markup:
        form = self.forms.get(Locale(self._language).plural_form(count), self.forms["other"])
        return escape(form).format(n=number(count, self._language), **isolated(values))


class Said:
    """One section of a catalogue. Names, not keys: a text called `copy` must not find the method of a dict."""

    def __init__(self, language: str, entries: Mapping[str, Any]) -> None:
        for key, value in entries.items():
            self.__dict__[key] = _said(language, value)

    def get(self, key: str, otherwise: object = "") -> object:
        """The text called `key`, where its name is known only now."""
        return self.__dict__.get(key, otherwise)


def _said(language: str, value: object) -> object:
    if not isinstance(value, dict):
        return value
    return Plural(language, value) if is_plural(value) else Said(language, value)


def is_plural(table: Mapping[str, object]) -> bool:
    """Whether a table of a catalogue holds the forms of one text."""
    return "other" in table and table.keys() <= _FORMS


@cache
def catalogue(language: str) -> Mapping[str, Any]:
    """Everything that pages say in one language, as its files have it."""
    folder = files("frontdesk") / "locales" / language
    found: dict[str, Any] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        name, _, kind = file.name.partition(".")
        if kind == "toml" and (name == _FROM or name.startswith(f"{_FROM}_")):
            read = tomllib.loads(file.read_text(encoding="utf-8"))
            found = merged(found, read if name == _FROM else {name.removeprefix(f"{_FROM}_"): read})
    return found


@cache
def texts(language: str = DEFAULT) -> Mapping[str, Any]:
    """The same, completed in English."""
    return merged(catalogue(DEFAULT), catalogue(language) if language in LANGUAGES else {})


@cache
def said(language: str) -> Said:
    """The same for templates: `t.page.program`."""
    return Said(language, texts(language))


def language_name(code: str, language: str) -> str:
    """What the language `code` is called in `language`, as a line begins; the code where nobody knows a name."""
    name = Locale(language).languages.get(code, code)
    return f"{name[:1].upper()}{name[1:]}"


def say(language: str, key: str, count: int | None = None, **values: object) -> str:
    """One text outside of a template, filled: `say("ru", "channels.added", name="Shop")`."""
    found: object = said(language)
    for name in key.split("."):
        found = found.get(name, None) if isinstance(found, Said) else None
    if isinstance(found, Plural) and count is not None:
        return unescape(found(count, **values))
    if not isinstance(found, str):
        raise Bug(f"there is no text {key!r}")
    return found.format(**isolated(values))


_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def isolated(values: Mapping[str, object]) -> dict[str, object]:
    """What is put into a sentence: names from elsewhere are read in their own direction and never turn what stands around
    them. The inbox does the same, see `text/t.ts`."""
    return {name: _isolated(value) for name, value in values.items()}


def _isolated(value: object) -> object:
    if not isinstance(value, str) or isinstance(value, Markup) or not _FROM_THE_RIGHT.search(value):
        return value
    return f"\u2068{_TURNS.sub('', value)}\u2069"


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both tables; where both say something, `above` does. Plural forms are never mixed."""
    whole = dict(below)
    for key, value in above.items():
        held = whole.get(key)
        deeper = isinstance(value, dict) and isinstance(held, dict) and not is_plural(value)
        whole[key] = merged(held, value) if deeper and isinstance(held, dict) else value
    return whole


def direction(language: str) -> str:
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def preferred(accept_language: str) -> str:
    """The first of ours that a browser asks for."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        tag, _, parameters = part.partition(";")
        quality = parameters.strip().removeprefix("q=")
        try:
            wanted.append((-float(quality) if quality else -1.0, tag.strip().partition("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for _, tag in sorted(wanted, key=lambda one: one[0]) if tag in LANGUAGES), DEFAULT)


@lru_cache(4_096)
def number(value: float, language: str) -> str:
    return format_decimal(value, locale=language)


@lru_cache(4_096)
def _day(day: date, language: str) -> str:
    return str(format_date(day, "d MMM", locale=language))


@dataclass(frozen=True, slots=True)
class Moments:
    """Writes moments for one reader: in their language and time zone, seen from `now`."""

    language: str
    zone: tzinfo
    now: datetime

    def short(self, at: datetime | None) -> Markup:
        """Relative up to a day, then a date; the exact time with its zone stands in `title`."""
        if at is None:
            return Markup("")
        ago, here = self.now - at, self._here(at)
        if abs(ago) < timedelta(days=1):
            shown = format_timedelta(-ago, locale=self.language, add_direction=True, format="short")
        elif here.year == self.now.astimezone(self.zone).year:
            shown = format_date(here, "d MMM", locale=self.language)
        else:
            shown = format_date(here, "medium", locale=self.language)
        return self._written(at, shown)

    def clock(self, at: datetime | None) -> Markup:
        """The time of day; of another day with its date."""
        if at is None:
            return Markup("")
        here = self._here(at)
        shown = format_time(here, "short", locale=self.language)
        if here.date() != self.now.astimezone(self.zone).date():
            shown = f"{format_date(here, 'd MMM', locale=self.language)}, {shown}"
        return self._written(at, shown)

    def exact(self, at: datetime) -> str:
        """Date and time in a line of text."""
        return str(format_datetime(self._here(at), "medium", locale=self.language))

    def day(self, day: date) -> str:
        """A day of a calendar, which is in no time zone."""
        return _day(day, self.language)

    def weekday(self, number: int) -> str:
        """The short name of a day of the week, 0 is Monday."""
        return str(format_date(date(2024, 1, 1 + number), "EEE", locale=self.language))

    def _here(self, at: datetime) -> datetime:
        """In the reader's zone; at the ends of the calendar, which some zones are beyond, in UTC."""
        try:
            return at.astimezone(self.zone)
        except OverflowError:
            return at.astimezone(UTC)

    def _written(self, at: datetime, shown: str) -> Markup:
        exact = format_datetime(self._here(at), "long", locale=self.language)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            at.astimezone(UTC).isoformat(), exact, shown
        )


def zone_of(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
