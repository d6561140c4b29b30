"""Entities that need no list: e-mail addresses, phone numbers, numbers, dates, times, money, web addresses, order numbers.

What typed answers can read is read by them, so that a mention and an answer are the same value.
"""

import re
from collections.abc import Callable, Mapping

from frontdesk.core.script import Mention
from frontdesk.dialog.answer_types import Around
from frontdesk.dialog.lexicon import western_digits
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.typed import installed
from frontdesk.dialog.utterance import Utterance

MOST = 20
"""Mentions of one entity in a message."""
Found = tuple[Mention, ...]
Finder = Callable[[str, Around], Found]

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'`{}|\\^]{3,2000}", re.IGNORECASE)
_BEHIND_URL = ".,;:!?)]"
_ORDER = re.compile(r"(?<![\w-])#?([A-Z]{0,5}-?[0-9][0-9A-Z]*(?:-[0-9A-Z]+){0,4})(?![\w-])", re.IGNORECASE)
_ORDER_DIGITS, _ORDER_LONGEST = 4, 40
_DAY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}-[0-9]{1,2}-[0-9]{2,4}", re.ASCII)
_AMOUNT = r"[0-9](?:[0-9.,'\u00a0\u202f]|[ ](?=[0-9]{3}(?![0-9]))){0,20}"
_CURRENCIES = {
    "USD": "$ usd dollar dollars bucks доллар доллара долларов dollar dollarga",
    "EUR": "€ eur euro euros евро yevro",
    "GBP": "£ gbp pound pounds фунт фунта фунтов",
    "JPY": "¥ jpy yen иена иен",
    "RUB": "₽ rub руб рубль рубля рублей rubl",
    "UZS": "uzs so'm som sum сум сўм сумов сума",
    "KZT": "₸ kzt тенге tenge",
    "INR": "₹ inr rupee rupees",
    "CHF": "chf franc francs",
    "BRL": "brl real reais",
}
_CODES = {word: code for code, listed in _CURRENCIES.items() for word in listed.split()}
_WORDS = "|".join(re.escape(word) for word in sorted(_CODES, key=len, reverse=True))
_MONEY = re.compile(
    rf"(?<!\w)(?P<before>{_WORDS})\s?(?P<one>{_AMOUNT})|(?P<two>{_AMOUNT})\s?(?P<after>{_WORDS})(?!\w)",
    re.IGNORECASE,
)
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bb\u02bc", "'"))


def _typed(key: str) -> Finder:
    def find(text: str, around: Around) -> Found:
        value = installed()[key].take(Utterance(text, normalise(text)), around)
        return () if value is None else (Mention(str(value), str(value)),)

    return find


def _urls(text: str, _: Around) -> Found:
    found = (match.group().rstrip(_BEHIND_URL) for match in _URL.finditer(text))
    return tuple(Mention(url, url) for url in found)[:MOST]


def _orders(text: str, _: Around) -> Found:
    found = []
    for match in _ORDER.finditer(western_digits(text)):
        number = match[1]
        digits = sum(char.isdigit() for char in number)
        if digits >= _ORDER_DIGITS and len(number) <= _ORDER_LONGEST and not _DAY.fullmatch(number):
            found.append(Mention(match.group(), number.upper()))
    return tuple(found[:MOST])


def _money(text: str, around: Around) -> Found:
    found = []
    for match in _MONEY.finditer(western_digits(text).translate(_APOSTROPHES)):
        amount = match["one"] or match["two"]
        value = installed()["number"].take(Utterance(amount.strip(" .,'"), amount), around)
        code = _CODES[(match["before"] or match["after"]).lower()]
        if isinstance(value, int | float):
            found.append(Mention(match.group().strip(), f"{value} {code}"))
    return tuple(found[:MOST])


BUILTIN: Mapping[str, Finder] = {
    **{key: _typed(key) for key in ("email", "phone", "number", "date", "time")},
    "money": _money,
    "url": _urls,
    "order_number": _orders,
}
"""By the word that names them in a bot's files."""
