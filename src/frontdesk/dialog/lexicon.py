"""Words that typed answers are made of, by language: numbers, and how words are compared. Called by `typed/`."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

MOST_WORDS = 500
"""An answer of more words tells a story; no date, time, yes or no is looked for in it."""

_ALSO_SPOKEN = {"uz": ("uz", "ru", "en"), "ru": ("ru", "en")}
_SAME = dict.fromkeys(map(ord, "\u02bb\u02bc\u2018\u2019\u0060\u00b4"), "'") | {ord("ё"): "е", 0x2212: "-"}
WORD = r"[^\W\d_]+(?:'[^\W\d_]+)*"
_WORD_OR_DIGITS = re.compile(rf"[0-9]+|{WORD}")

_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_RU = (
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать "
    "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать"
)
_UZ = "nol bir ikki uch tort besh olti yetti sakkiz toqqiz on"
_UZ_CYRILLIC = "нол бир икки уч тўрт беш олти етти саккиз тўққиз ўн"


def _counted(words: str, first: int = 0, step: int = 1) -> dict[str, int]:
    return {word: first + step * index for index, word in enumerate(words.split())}


NUMBERS: Mapping[str, Mapping[str, int]] = {
    "en": _counted(_EN) | _counted("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
    "ru": _counted(_RU)
    | {"нуль": 0, "одна": 1, "одно": 1, "одну": 1, "одного": 1, "две": 2, "двух": 2, "трех": 3}
    | _counted("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто", 20, 10),
    "uz": _counted(_UZ)
    | _counted(_UZ_CYRILLIC)
    | _counted("on yigirma ottiz qirq ellik oltmish yetmish sakson toqson", 10, 10)
    | _counted("ўн йигирма ўттиз қирқ эллик олтмиш етмиш саксон тўқсон", 10, 10),
}
"""Language -> word (as `key` gives it) -> number."""

_JOINING = {"on", "ўн"}
"""Tens that a unit may follow although they are not above 19: Uzbek says "ten one" for eleven."""
_TEEN_END = 20
_BASE = 10


def spoken(language: str) -> tuple[str, ...]:
    """The languages whose words are tried in a conversation, its own first."""
    return _ALSO_SPOKEN.get(language.partition("-")[0].lower(), ("en",))


def western_digits(text: str) -> str:
    """The text with decimal digits of every script as 0-9."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char for char in text
    )


def comparable(text: str) -> str:
    """The text in lower case with straight apostrophes, Western digits and one way to write each letter."""
    return western_digits(text.casefold().translate(_SAME))


def key(word: str) -> str:
    """How a comparable word stands in the tables: without apostrophes, which many leave out."""
    return word.replace("'", "")


def words(text: str) -> list[str]:
    """The keys of the words, and the runs of digits, in a comparable text."""
    return [key(word) for word in _WORD_OR_DIGITS.findall(text)]


def number_words(language: str) -> dict[str, int]:
    """Number words of all languages that are spoken along with this one."""
    found: dict[str, int] = {}
    for each in reversed(spoken(language)):
        found |= NUMBERS[each]
    return found


def spelled(tokens: Sequence[str], at: int, table: Mapping[str, int]) -> tuple[int, int] | None:
    """The number spelled from `at` on, and how many tokens it takes."""
    value = table.get(tokens[at])
    if value is None:
        return None
    if (
        value
        and value % _BASE == 0
        and (value >= _TEEN_END or tokens[at] in _JOINING)
        and at + 1 < len(tokens)
    ):
        unit = table.get(tokens[at + 1], 0)
        if 0 < unit < _BASE:
            return value + unit, 2
    return value, 1
