"""Personal data out of texts before they leave for a language model, and back in afterwards.

What is found by its form (e-mail addresses, phone, card and bank account numbers) and what is known of the
conversation (slots marked as personal) becomes a placeholder such as `[EMAIL_1]`. One `Mask` serves one exchange: the
same value has the same placeholder in all its texts. Called by `hub`,
and where texts are compared by a service.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

_EMAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_DIGITS = re.compile(r"\d(?:[ \u00a0-]?\d){12,}")
"""Where a card's number may be: what stands before and behind it is often a number too."""
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ \u00a0-]?[A-Za-z0-9]{4}){2,7}"
    r"(?:[ \u00a0-]?[A-Za-z0-9]{1,3})?(?![A-Za-z0-9])"
)
_IBAN_END = re.compile(r"(?<=[A-Za-z0-9])(?![A-Za-z0-9])")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|00)?\(?\d(?:[ ().\u00a0/-]{0,3}\d){6,14}(?![\w/]|[.,-]\d)")
_CALLED = re.compile(
    r"(?<![\w.,/-])\+[ \u00a0]?\(?\d(?:[ ().\u00a0/-]{0,3}\d){9,14}(?!\w|[ ().\u00a0/-]{0,3}\d)"
)
"""A plus stands before a phone's number and never before a card's, which a phone's may be by chance."""
_DATE = re.compile(r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d")
_KINDS = "EMAIL|CARD|ACCOUNT|PHONE|PRIVATE"
_PLACE = re.compile(
    rf"\[\s*({_KINDS})[\s_\\-]*(\d{{1,4}})\s*\]|(?<![\w\[])({_KINDS})\\?_(\d{{1,4}})(?![\w\]])", re.IGNORECASE
)
"""As it was given out, and as models change it: a space, a dash or nothing in the place of the stroke."""
_LIKE_A_PLACE = re.compile(r"\[\s*[^\W\d_][^\]\[\d\n]{2,24}[_-]\s?\d{1,4}\s*\]")
"""What a model has made of one: another word, in another language."""
UNSEEN = (0x200B, 0x2060, 0xFEFF, 0xAD)
"""Letters that nobody sees, with which an address would not be found."""
_SHORTEST = 2
"""Shorter values of slots stand in too many words by chance."""
_MOST_PARTS = 4
_LEAST_DIGITS = 6
_CYRILLIC = re.compile(r"[\u0400-\u04ff-]{3,}")
_VOWELS = "аеёийоуыэюяўьъ"
_UZBEK_CASES = "(?:ning|niki|ni|ga|dan|da|lar)?"
_LETTERS = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*")
_LEAST_PLAIN_DIGITS = 9
"""A run of fewer digits without a sign of a phone number is more often an order's number."""
_IBAN_MODULUS = 97
_SHORTEST_IBAN = 15
_SHORTEST_CARD, _USUAL_CARD, _LONGEST_CARD = 13, 16, 19


class Mask:
    """`personal`: values that may not leave in the clear, as they stand in texts."""

    def __init__(self, personal: Iterable[str] = ()) -> None:
        known = {_tidy(value).strip() for value in personal}
        values = {value for value in known if len(value) >= _SHORTEST}
        values |= {part for value in values for part in _parts(value)}
        # The longest first, so that one which holds another goes as a whole.
        longest = sorted(values, key=lambda value: (-len(value), value))
        self._with_address = [_spelt(value) for value in longest if "@" in value]
        self._personal = [_spelt(value) for value in longest if "@" not in value]
        self._places: dict[str, str] = {}
        self._values: dict[str, str] = {}

    def hide(self, text: str) -> str:
        """`text` with placeholders. One that stands in it already is a text like any other, and goes as well."""
        text = self.guard(_tidy(text))
        text = self._known(self._with_address, text)
        # Before names: one may be a part of an address.
        text = _EMAIL.sub(lambda found: self._place("EMAIL", found.group()), text)
        text = self._known(self._personal, text)
        text = self._spans("ACCOUNT", text, _accounts(text))
        text = _CALLED.sub(lambda found: self._place("PHONE", found.group()), text)
        text = self._spans("CARD", text, _cards(text))
        return _PHONE.sub(lambda found: self._if(_is_phone, "PHONE", found.group()), text)

    def without(self, text: str) -> str:
        """`text` with nothing in the place of what is personal."""
        return _PLACE.sub(" ", self.hide(text))

    def guard(self, text: str) -> str:
        """`text` as it is, but for what looks like a placeholder: it would be taken for one afterwards."""
        return _PLACE.sub(lambda found: self._place("PRIVATE", found.group()), text)

    def restore(self, text: str) -> str:
        """`text` with the values back in their places; placeholders that were never given out stay."""

        def value(found: re.Match[str]) -> str:
            kind, number = found[1] or found[3], found[2] or found[4]
            return self._values.get(f"[{kind.upper()}_{int(number)}]", found.group())

        return _PLACE.sub(value, text)

    def behind(self, text: str) -> tuple[str, ...]:
        """The values whose placeholders stand in a text."""
        places = {found.group(): self.restore(found.group()) for found in _PLACE.finditer(text)}
        return tuple(value for place, value in places.items() if value != place)

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

    def _known(self, patterns: Iterable[re.Pattern[str]], text: str) -> str:
        for pattern in patterns:
            text = pattern.sub(lambda found: self._place(_kind(found.group()), found.group()), text)
        return text

    def _if(self, fits: Callable[[str], bool], kind: str, text: str) -> str:
        return self._place(kind, text) if fits(text) else text

    def _spans(self, kind: str, text: str, spans: Iterable[tuple[int, int]]) -> str:
        kept, done = list[str](), 0
        for start, end in spans:
            kept += (text[done:start], self._place(kind, text[start:end]))
            done = end
        return "".join([*kept, text[done:]])

    def _place(self, kind: str, text: str) -> str:
        key = f"{kind} {text.casefold()}"
        if key not in self._places:
            number = 1 + sum(place.startswith(f"[{kind}_") for place in self._values)
            self._places[key] = f"[{kind}_{number}]"
            self._values[self._places[key]] = text
        return self._places[key]


def left_over(text: str) -> Iterator[str]:
    """Placeholders that stand in a text, and what models make of them."""
    for pattern in (_PLACE, _LIKE_A_PLACE):
        for found in pattern.finditer(text):
            if found.group().startswith("[") and (pattern is _PLACE or not _PLACE.fullmatch(found.group())):
                yield found.group()


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(dict.fromkeys(UNSEEN)))


def _parts(value: str) -> Iterator[str]:
    """The words of a name: people say one of them alone."""
    words = value.split()
    if 1 < len(words) <= _MOST_PARTS and all(
        _LETTERS.fullmatch(word) and word[0].isupper() for word in words
    ):
        yield from (word for word in words if len(word) >= _SHORTEST)


def _spelt(value: str) -> re.Pattern[str]:
    """A value however it is spaced, and a name in any of its cases."""
    digits = [char for char in value if char.isalnum()]
    if sum(char.isdecimal() for char in digits) >= _LEAST_DIGITS and len(digits) <= 2 * _LEAST_PLAIN_DIGITS:
        # A country's own digits may be left out.
        code = rf"(?:{_spaced(digits[:-9])}[ ().\u00a0/-]{{0,3}})?" if value.startswith("+") else ""
        whole = _spaced(digits[-9:] if code else digits)
        return re.compile(rf"(?<!\w)\+?{code}\(?{whole}(?!\w)", re.IGNORECASE)
    if _CYRILLIC.fullmatch(value):
        stem = value[:-1] if value[-1].casefold() in _VOWELS and len(value) > len("Ева") else value
        endings = "[а-яёўқғҳ]{0,3}" if stem == value else "(?:[а-яёўқғҳ]{1,3})?"
        return re.compile(rf"(?<!\w){re.escape(stem)}{endings}(?!\w)", re.IGNORECASE)
    cases = _UZBEK_CASES if _LETTERS.fullmatch(value) else ""
    words = r"\s+".join(map(re.escape, value.split()))
    return re.compile(rf"(?<!\w){words}{cases}(?!\w)", re.IGNORECASE)


def _spaced(digits: list[str]) -> str:
    return r"[ ().\u00a0/-]{0,3}".join(map(re.escape, digits))


def _kind(text: str) -> str:
    """What a model may know of a value: its form."""
    if _EMAIL.fullmatch(text):
        return "EMAIL"
    return "PHONE" if _PHONE.fullmatch(text) and _is_phone(text) else "PRIVATE"


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


def _cards(text: str) -> Iterator[tuple[int, int]]:
    """Where cards' numbers are. Those that overlap are one: which of them is the card cannot be told."""
    for run in _DIGITS.finditer(text):
        first, last = -1, -1
        for start, end in sorted(_card_windows(run.group())):
            if start >= last:
                if last > 0:
                    yield run.start() + first, run.start() + last
                first = start
            last = max(last, end)
        if last > 0:
            yield run.start() + first, run.start() + last


def _card_windows(run: str) -> Iterator[tuple[int, int]]:
    """Parts of a run that begin and end as its groups do, or that lie in one long group, and pass Luhn's check."""
    at = [place for place, char in enumerate(run) if char.isdecimal()]
    sums = _luhn_sums([int(run[place]) for place in at])
    for end in range(_SHORTEST_CARD, len(at) + 1):
        last, is_end = at[end - 1], end == len(at) or at[end] > at[end - 1] + 1
        for start in range(max(0, end - _LONGEST_CARD), end - _SHORTEST_CARD + 1):
            is_whole = is_end and (start == 0 or at[start] > at[start - 1] + 1)
            is_inside = end - start == _USUAL_CARD == last + 1 - at[start]
            if (is_whole or is_inside) and (sums[end % 2][end] - sums[end % 2][start]) % 10 == 0:
                yield at[start], last + 1


def _luhn_sums(digits: list[int]) -> list[list[int]]:
    """Sums up to each place, with every even place doubled, and with every odd one."""
    return [
        [
            0,
            *accumulate(
                sum(divmod(digit * (1 + (place % 2 == parity)), 10)) for place, digit in enumerate(digits)
            ),
        ]
        for parity in (0, 1)
    ]


def _accounts(text: str) -> Iterator[tuple[int, int]]:
    """Where bank accounts' numbers are: the words behind one look like a part of it."""
    begin = 0
    while (found := _IBAN.search(text, begin)) is not None:
        start = found.start()
        ends = [each.start() for each in _IBAN_END.finditer(text, start, found.end())]
        end = next((each for each in reversed(ends) if _is_iban(text[start:each])), None)
        begin = start + 1 if end is None else end
        if end is not None:
            yield start, end


def _is_iban(text: str) -> bool:
    plain = "".join(char for char in text if char.isalnum()).upper()
    return (
        plain.isascii()
        and len(plain) >= _SHORTEST_IBAN
        and int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % _IBAN_MODULUS == 1
    )


def _is_phone(text: str) -> bool:
    if _DATE.match(text.lstrip("(")):
        return False
    return text.startswith(("+", "00", "(")) or len(_digits(text)) >= _LEAST_PLAIN_DIGITS
