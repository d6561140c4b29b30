"""`phone`: the one phone number in the answer, as E.164 (`+998901234567`); extensions are left out.

Only numbers that exist in their country's numbering plan are taken.
"""

import re
from collections.abc import Iterator

import phonenumbers

from frontdesk.dialog.answer_types import AnswerType, Around, only
from frontdesk.dialog.lexicon import western_digits
from frontdesk.dialog.utterance import Utterance

_CANDIDATE = re.compile(r"\+?\(?[0-9][0-9 ()./\u00a0\u2010-\u2015-]{4,40}", re.ASCII)
_MOST_CANDIDATES = 10
"""An answer with more groups of digits than this is not an answer to the question for one number."""
_FEWEST_DIGITS = 5


def _find(said: Utterance, around: Around) -> object | None:
    return only(_numbers(western_digits(said.text), around.region.upper() or None))


def _numbers(text: str, region: str | None) -> Iterator[str | None]:
    seen = 0
    for found in _CANDIDATE.finditer(text):
        if sum(char.isdigit() for char in found.group()) < _FEWEST_DIGITS:
            continue
        seen += 1
        if seen > _MOST_CANDIDATES:
            yield None
            return
        try:
            number = phonenumbers.parse(found.group(), region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            yield phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


ANSWER = AnswerType(
    "phone",
    _find,
    {
        "en": "Please write a phone number with its country code, for example +998 90 123 45 67.",
        "ru": "Напишите, пожалуйста, номер телефона с кодом страны, например +998 90 123 45 67.",
        "uz": "Iltimos, telefon raqamini davlat kodi bilan yozing, masalan +998 90 123 45 67.",
    },
)
