"""Filters of templates: `{{ path | filter }}`, one function each; they never fail, they fall back to the text."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import msgspec

_MARKS = {"en": (",", "."), "de": (".", ","), "ru": ("\u00a0", ","), "uz": ("\u00a0", ",")}
_MAX_DECIMALS = 10
_LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
_DATE_PARTS = frozenset("YmdHMSyjp%")


@dataclass(frozen=True, slots=True)
class Filter:
    """`apply(value, argument, language)`; `takes` names the argument in messages, `""` when there is none."""

    apply: Callable[[object, str, str], object]
    takes: str = ""
    check: Callable[[str], str] = lambda _argument: ""


def as_text(value: object) -> str:
    """A value as a customer reads it: nothing for a missing one or an object, lists joined by commas."""
    match value:
        case None | dict():
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return ", ".join(text for item in value if (text := as_text(item)))
        case float() if value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - where floats count exactly
            return str(int(value))
        case _:
            return str(value)


def as_number(value: object) -> Decimal | None:
    """The number a value stands for, or None. Text counts with digits 0 to 9, as in slots of type `number`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return number if abs(number.adjusted()) < _LONGEST_NUMBER else None


def _default(value: object, argument: str, _language: str) -> object:
    return argument if value is None or value in ("", []) else value


def _count(value: object, _argument: str, _language: str) -> object:
    match value:
        case None | "":
            return 0
        case list() | tuple() | dict():
            return len(value)
        case _:
            return 1


def _join(value: object, argument: str, _language: str) -> object:
    if isinstance(value, list | tuple):
        return (argument or ", ").join(as_text(item) for item in value)
    return as_text(value)


def _number(value: object, argument: str, language: str) -> object:
    number = as_number(value)
    if number is None:
        return as_text(value)
    decimals = min(int(argument), _MAX_DECIMALS) if argument else max(0, -_exponent(number))
    thousands, point = _MARKS.get(language.partition("-")[0], _MARKS["en"])
    return f"{number:,.{min(decimals, _MAX_DECIMALS)}f}".translate({ord(","): thousands, ord("."): point})


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _money(value: object, argument: str, language: str) -> object:
    text = _number(value, "2", language)
    return f"{text} {argument}" if argument and as_number(value) is not None else text


def _date(value: object, argument: str, _language: str) -> object:
    moment: date | None = value if isinstance(value, date) else None
    if isinstance(value, str):
        for kind in (datetime, date):
            try:
                moment = msgspec.convert(value.strip(), kind)
                break
            except msgspec.ValidationError:
                continue
    return as_text(value) if moment is None else moment.strftime(argument or "%Y-%m-%d")


def _check_decimals(argument: str) -> str:
    ok = not argument or (argument.isascii() and argument.isdigit() and int(argument[:3]) <= _MAX_DECIMALS)
    return "" if ok else f"a number of decimals from 0 to {_MAX_DECIMALS}"


def _check_date(argument: str) -> str:
    parts = re.findall("%(.?)", argument)
    return "" if all(part and part in _DATE_PARTS for part in parts) else "a form such as %d.%m.%Y %H:%M"


FILTERS: dict[str, Filter] = {
    "default": Filter(_default, "text"),
    "upper": Filter(lambda value, _argument, _language: as_text(value).upper()),
    "lower": Filter(lambda value, _argument, _language: as_text(value).lower()),
    "number": Filter(_number, "decimals", _check_decimals),
    "money": Filter(_money, "currency"),
    "join": Filter(_join, "separator"),
    "count": Filter(_count),
    "date": Filter(_date, "form", _check_date),
}
"""Every filter by name."""
