"""Numbers, percentages and dates in texts, by their value: however they are written, the same is the same.

Digits in any language; words in English, Russian and Uzbek. Pure. Called by `grounding`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_NUMBER = re.compile(r"\d(?:[\d.,'\u00a0\u202f]*\d)?(?: \d{3}(?!\d))*(?:,\d{1,2}(?![\d,]))?")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[.,' \u00a0\u202f]\d{3})+")
_GROUPED_AND_PART = re.compile(r"([1-9]\d{0,2}(?:([.,' \u00a0\u202f])\d{3})+)([.,])(\d+)")
_GROUPS = re.compile(r"[.,' \u00a0\u202f]")
_PERCENT = re.compile(
    r"[ \u00a0\u202f]?(?:%|(?:percent|per cent|процент\w{0,3}|foiz\w{0,4}|prozent|por ciento|pour cent)\b)",
    re.IGNORECASE,
)
_FULL_HOUR = re.compile(r"(?<![\d:])(\d{1,2}):00(?![\d:])")
_WORD = re.compile(r"[^\W\d_]+(?:['’‘ʻʼ`][^\W\d_]+)*")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʻʼ`", "'"))


def _counted(first: int, words: str, *, step: int = 1) -> dict[str, int]:
    """Words in their order; forms of one number are joined by a stroke."""
    forms = enumerate(words.split())
    return {form: first + step * place for place, each in forms for form in each.split("/")}


_UNITS = {
    **_counted(2, "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"),
    **_counted(17, "seventeen eighteen nineteen twenty"),
    **_counted(30, "thirty forty fifty sixty seventy eighty ninety", step=10),
    **_counted(2, "два/две/двух/двум/двумя три/трёх/трех/трём/тремя четыре/четырёх/четырех пять/пяти/пятью шесть/шести"),
    **_counted(7, "семь/семи восемь/восьми девять/девяти десять/десяти одиннадцать/одиннадцати двенадцать/двенадцати"),
    **_counted(13, "тринадцать/тринадцати четырнадцать/четырнадцати пятнадцать/пятнадцати шестнадцать/шестнадцати"),
    **_counted(17, "семнадцать/семнадцати восемнадцать/восемнадцати девятнадцать/девятнадцати двадцать/двадцати"),
    **_counted(30, "тридцать/тридцати сорок/сорока пятьдесят/пятидесяти шестьдесят/шестидесяти", step=10),
    **_counted(70, "семьдесят/семидесяти восемьдесят/восьмидесяти девяносто/девяноста", step=10),
    **_counted(200, "двести/двухсот триста/трёхсот четыреста пятьсот/пятисот шестьсот семьсот", step=100),
    **_counted(2, "ikki uch to'rt besh olti yetti sakkiz to'qqiz o'n"),
    **_counted(20, "yigirma o'ttiz qirq ellik oltmish yetmish sakson to'qson", step=10),
    "dozen": 12,
}  # fmt: skip
_TIMES = {
    **dict.fromkeys(("hundred", "сто", "ста", "yuz"), 100),
    **dict.fromkeys(("thousand", "тысяча", "тысячи", "тысяч", "ming"), 1_000),
    **dict.fromkeys(("million", "миллион", "миллиона", "миллионов"), 1_000_000),
    "billion": 1_000_000_000,
}
_SHARES = frozenset(["half", "twice", "triple", "половина", "половину", "вдвое", "втрое", "yarmi"])
"""What is said of prices and times; it has to be said in the same word."""
_ENDINGS = ("tadan", "tagacha", "ta")
"""Uzbek counts things so."""
_TEENS, _TENS, _HUNDRED = 20, 100, 100


@dataclass(frozen=True, slots=True)
class Found:
    """A number as it is written, and its value."""

    text: str
    value: str


def numbers(text: str) -> Iterator[Found]:
    """Every number of a text, those in words too."""
    text = _FULL_HOUR.sub(r"\1", text)
    yield from (Found(each.group(), _value(each.group())) for each in _NUMBER.finditer(text))
    yield from _in_words(text)


def percentages(text: str) -> Iterator[Found]:
    """Every number of a text that is a percentage."""
    for each in _NUMBER.finditer(text):
        sign = _PERCENT.match(text, each.end())
        if sign is not None:
            yield Found(text[each.start() : sign.end()], _value(each.group()))


def _value(number: str) -> str:
    """1,000 and 1.000 are a thousand; 4.95 and 4,95 the same; 4.90 and 4.9 as well."""
    if _GROUPED.fullmatch(number):
        return _GROUPS.sub("", number)
    both = _GROUPED_AND_PART.fullmatch(number)
    if both and both[2] != both[3]:
        whole, part = _GROUPS.sub("", both[1]), both[4]
    else:
        plain = re.sub(r"[ '\u00a0\u202f]", "", number).replace(",", ".")
        if plain.count(".") > 1:
            return plain
        whole, _, part = plain.partition(".")
    part = part.rstrip("0")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{part}" if part else whole


def _in_words(text: str) -> Iterator[Found]:
    """Runs of number words, added up: "two hundred", "twenty-five"."""
    begins, ends, values = 0, 0, list[int]()
    for word in _WORD.finditer(text):
        value = _word_value(word.group())
        between = text[ends : word.start()]
        if values and (value is None or between.strip(" -\u00a0") != "" or not _goes_on(values, value)):
            yield Found(text[begins:ends], str(_sum(values)))
            values = []
        if value is not None:
            begins = begins if values else word.start()
            values.append(value)
            ends = word.end()
        elif word.group().casefold() in _SHARES:
            yield Found(word.group(), word.group().casefold())
    if values:
        yield Found(text[begins:ends], str(_sum(values)))


def _word_value(word: str) -> int | None:
    plain = word.casefold().translate(_APOSTROPHES)
    for form in (plain, *(plain.removesuffix(ending) for ending in _ENDINGS)):
        if form in _UNITS:
            return _UNITS[form]
        if form in _TIMES:
            return _TIMES[form]
    return None


def _goes_on(values: list[int], value: int) -> bool:
    """Whether a word belongs to the number that has begun: "twenty five", "two hundred", not "two three"."""
    last = values[-1]
    if value in _TIMES.values():
        return last < value
    return last in _TIMES.values() or (_TEENS <= last < _TENS and value < 10) or last >= 2 * _HUNDRED > value  # noqa: PLR2004 - the ones


def _sum(values: Iterable[int]) -> int:
    whole, part = 0, 0
    for value in values:
        if value == _HUNDRED:
            part = max(part, 1) * value
        elif value in _TIMES.values():
            whole, part = whole + max(part, 1) * value, 0
        else:
            part += value
    return whole + part
