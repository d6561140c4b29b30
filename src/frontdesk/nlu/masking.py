"""Personal data out of texts before they leave for a language model, and back in afterwards.

What is found by its form (e-mail addresses, phone, card and bank account numbers) and what is known of the
conversation (slots marked as personal) becomes a placeholder such as `[EMAIL_1]`. One `Mask` serves one exchange: the
same value has the same placeholder in all its texts. Called by `hub`.
"""

import re
from collections.abc import Callable, Iterable, Iterator

_EMAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?![A-Za-z0-9])"
)
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|00)?\(?\d(?:[ ().\u00a0/-]{0,3}\d){6,14}(?![\w/]|[.,-]\d)")
_DATE = re.compile(r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d")
_PLACE = re.compile(r"\[?\b(EMAIL|CARD|ACCOUNT|PHONE|PRIVATE)_(\d{1,4})\b\]?", re.IGNORECASE)
_SHORTEST = 2
"""Shorter values of slots stand in too many words by chance."""
_LEAST_PLAIN_DIGITS = 9
"""A run of fewer digits without a sign of a phone number is more often an order's number."""
_IBAN_MODULUS = 97
_LUHN_TOO_BIG = 9


class Mask:
    """`personal`: values that may not leave in the clear, as they stand in texts."""

    def __init__(self, personal: Iterable[str] = ()) -> None:
        words = sorted({value.strip() for value in personal if len(value.strip()) >= _SHORTEST}, key=len)
        # The longest first, so that one which holds another goes as a whole.
        self._personal = [
            re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE) for word in reversed(words)
        ]
        self._places: dict[str, str] = {}
        self._values: dict[str, str] = {}

    def hide(self, text: str) -> str:
        """`text` with placeholders."""
        for pattern in self._personal:
            text = pattern.sub(lambda found: self._place(_kind(found.group()), found.group()), text)
        text = _EMAIL.sub(lambda found: self._place("EMAIL", found.group()), text)
        text = _IBAN.sub(lambda found: self._if(_is_iban, "ACCOUNT", found.group()), text)
        text = _CARD.sub(lambda found: self._if(_is_card, "CARD", found.group()), text)
        return _PHONE.sub(lambda found: self._if(_is_phone, "PHONE", found.group()), text)

    def restore(self, text: str) -> str:
        """`text` with the values back in their places; placeholders that were never given out stay."""

        def value(found: re.Match[str]) -> str:
            return self._values.get(f"[{found[1].upper()}_{int(found[2])}]", found.group())

        return _PLACE.sub(value, text)

    def restored(self, value: object) -> object:
        """The same for every text of a JSON value."""
        match value:
            case str():
                return self.restore(value)
            case dict():
                return {key: self.restored(inner) for key, inner in value.items()}
            case list():
                return [self.restored(inner) for inner in value]
            case _:
                return value

    def _if(self, fits: Callable[[str], bool], kind: str, text: str) -> str:
        return self._place(kind, text) if fits(text) else text

    def _place(self, kind: str, text: str) -> str:
        key = f"{kind} {text.casefold()}"
        if key not in self._places:
            number = 1 + sum(place.startswith(f"[{kind}_") for place in self._values)
            self._places[key] = f"[{kind}_{number}]"
            self._values[self._places[key]] = text
        return self._places[key]


def left_over(text: str) -> Iterator[str]:
    """Placeholders that stand in a text."""
    return (found.group() for found in _PLACE.finditer(text) if found.group().startswith("["))


def _kind(text: str) -> str:
    """What a model may know of a value: its form."""
    if _EMAIL.fullmatch(text):
        return "EMAIL"
    return "PHONE" if _PHONE.fullmatch(text) and _is_phone(text) else "PRIVATE"


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


def _is_card(text: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(_digits(text)))]
    return sum(value - _LUHN_TOO_BIG if value > _LUHN_TOO_BIG else value for value in doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    plain = text.replace(" ", "").upper()
    return (
        plain.isascii()
        and int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % _IBAN_MODULUS == 1
    )


def _is_phone(text: str) -> bool:
    if _DATE.match(text.lstrip("(")):
        return False
    return text.startswith(("+", "00", "(")) or len(_digits(text)) >= _LEAST_PLAIN_DIGITS
