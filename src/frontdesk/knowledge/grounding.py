"""Whether what a model wrote stands in the passages it was given: numbers, names, links, addresses, quotes.

A check of form, in any language: it cannot tell a wrong sentence made of right words, but an invented fact nearly
always has a number, a name or a link that is nowhere else. One fault is enough; whoever asks then says what it has
found itself. Called by `hub`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from frontdesk.core.action import Passage
from frontdesk.knowledge.dates import Date, Day, dates
from frontdesk.knowledge.links import EMAIL, TRAIL, URL, bare_addresses, without_bare
from frontdesk.knowledge.numerals import numbers, percentages

Kind = Literal["number", "name", "link", "address", "quote", "markup", "placeholder", "citation", "language"]

_MARKUP = re.compile(
    r"<[a-z!/][^>]{0,500}>|!?\[[^\]]{0,300}\]\s?[(\[]"
    r"|\b(?:mailto|tel|sms|callto|javascript|vbscript|data|blob|file):(?!//)[^\s]",
    re.IGNORECASE,
)
_LIST_MARK = re.compile(r"^\s{0,3}\d{1,2}[.)]\s", re.MULTILINE)
_QUOTE = re.compile(
    r"\"([^\"\n]{8,500})\"|“([^”\n]{8,500})”|«([^»\n]{8,500})»|„([^“”\n]{8,500})[“”]"
    r"|(?<!\w)['‘]([^'‘’\n]{8,500})['’](?!\w)"
)
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;…]\s*[\"'“«(]?|\n\s*(?:[-*•]\s*)?)\s*$")
_ABBREVIATED = re.compile(r"(?:^|[\s(])(?:[^\W\d_]|mrs?|ms|dr|prof|st|sr|jr)\.\s*$", re.IGNORECASE)
_ALWAYS = frozenset(["i", "i'm", "i'll", "i've", "i'd", "ok"])
_CAPITALS_MEAN_NOTHING = frozenset(["de", "lb"])
"""Languages that write every noun with a capital letter."""
MOST_TOLD = 200
"""Characters of a fault that a model is told about; cut by whoever tells, behind what is personal in it."""
_STEM = 4
_ENDING = 3
_LEAST_QUOTED_WORDS = 3
_LEAST_REFERENCE = 6


@dataclass(frozen=True, slots=True)
class Fault:
    """Something of the answer that is not in the passages."""

    kind: Kind
    what: str


def faults(
    answer: str, passages: Sequence[Passage], question: str, *, own: Sequence[str] = (), language: str = "en"
) -> tuple[Fault, ...]:
    """What of `answer` the passages do not have; nothing when it is sound.

    Of the question only names and long plain numbers, such as an order's, may be repeated: a number, date or address of
    it would have the company agree to what the customer has made up. `own` is what may be said whole: the customer's own
    data, or a conversation that is about it.

    A link has to be the address of one of the passages, or stand in one of them word for word and carry no query and no
    fragment, in which data could travel.
    """
    known = _Known(passages, question, own)
    found = [Fault("markup", match.group()) for match in _MARKUP.finditer(answer)]
    text = answer
    found += [Fault("link", each) for each in _texts(URL.finditer(text)) if not known.has_link(each)]
    text = URL.sub(" ", text)
    found += [Fault("address", each) for each in _texts(EMAIL.finditer(text)) if not known.has_address(each)]
    text = EMAIL.sub(" ", text)
    found += [Fault("link", each) for each in _texts(bare_addresses(text)) if not known.has_link(each)]
    text = without_bare(text)
    found += [Fault("quote", quote) for quote in _quotes(text) if not known.has_quote(quote)]
    text = _LIST_MARK.sub("", text)
    found += [Fault("number", each.text) for each in percentages(text) if each.value not in known.percentages]
    said = tuple(dates(text))
    found += [Fault("number", text[date.start : date.end]) for date in said if not known.has_date(date.days)]
    text = _without(text, said)
    found += [Fault("number", each.text) for each in numbers(text) if each.value not in known.numbers]
    if language.partition("-")[0] not in _CAPITALS_MEAN_NOTHING:
        found += [Fault("name", name) for name in _names(text) if not known.has_name(name)]
    return tuple(dict.fromkeys(found))


def links(text: str) -> tuple[str, ...]:
    """The links that stand in a text, as they are written."""
    return (*_texts(URL.finditer(text)), *_texts(bare_addresses(URL.sub(" ", text))))


def _texts(matches: Iterable[re.Match[str]]) -> list[str]:
    return [match.group().rstrip(TRAIL) for match in matches]


def _without(text: str, said: Sequence[Date]) -> str:
    """A text without its dates: what they are made of is neither a number nor a name of its own."""
    kept, at = [], 0
    for date in sorted(said, key=lambda date: date.start):
        if date.start >= at:
            kept.append(text[at : date.start])
        at = max(at, date.end)
    return " ".join([*kept, text[at:]])


class _Known:
    """What an answer may say."""

    def __init__(self, passages: Sequence[Passage], question: str, own: Sequence[str]) -> None:
        self._whole = [f"{passage.title}\n{passage.text}" for passage in passages]
        self._urls = {passage.url for passage in passages if passage.url}
        texts = [*self._whole, *own]
        self._folded = [_folded(text) for text in self._whole]
        self._emails = {
            found.group().rstrip(TRAIL).casefold() for text in texts for found in EMAIL.finditer(text)
        }
        self._days = {day for text in texts for date in dates(text) for day in date.days}
        self.numbers = {each.value for text in texts for each in numbers(text)}
        self.numbers |= {each.value for each in numbers(question) if _is_reference(each.text)}
        self.numbers |= {str(number) for day in self._days for number in (day.year, day.day) if number}
        self.percentages = {each.value for text in texts for each in percentages(text)}
        self._words = {
            word.group().casefold() for text in (*texts, question) for word in _WORD.finditer(text)
        }
        self._stems = {word[:length] for word in self._words for length in range(_STEM, len(word) + 1)}

    def has_link(self, link: str) -> bool:
        if link in self._urls:
            return True
        try:
            parts = urlsplit(link)
        except ValueError:
            return False
        if parts.query or parts.fragment or "@" in parts.netloc:
            return False
        return any(_stands_in(link, text) for text in self._whole)

    def has_address(self, address: str) -> bool:
        return address.casefold() in self._emails

    def has_date(self, days: Sequence[Day]) -> bool:
        return any(day.fits(other) for day in days for other in self._days)

    def has_quote(self, quote: str) -> bool:
        return any(_folded(quote) in text for text in self._folded)

    def has_name(self, name: str) -> bool:
        word = name.casefold().removesuffix("'s").removesuffix("’s")
        if word in self._words or word in _ALWAYS:
            return True
        # Other cases and plurals of a name have other endings.
        return len(word) > _STEM and word[: max(_STEM, len(word) - _ENDING)] in self._stems


def _is_reference(number: str) -> bool:
    """Whether a number of a question is an order's or a contract's rather than an amount."""
    return len(number) >= _LEAST_REFERENCE and number.isdecimal()


def _stands_in(link: str, text: str) -> bool:
    """Whether the link is there as a whole: the beginning of a longer one is another link."""
    whole = rf"(?<![\w/@.-]){re.escape(link)}(?=$|[\s)\]>\"'»”,;!?]|[.:](?:\s|$))"
    return re.search(whole, text) is not None


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _quotes(text: str) -> Iterator[str]:
    for found in _QUOTE.finditer(text):
        quote = next(group for group in found.groups() if group is not None).strip(f" {TRAIL}")
        if len(quote.split()) >= _LEAST_QUOTED_WORDS:
            yield quote


def _names(text: str) -> Iterator[str]:
    """Words with a capital letter that is not the beginning of a sentence's."""
    for found in _WORD.finditer(text):
        word = found.group()
        if any(char.isupper() for char in word[1:]):
            yield word
        elif word[0].isupper():
            before = text[max(0, found.start() - 20) : found.start()]
            if not _SENTENCE_START.search(before) or _ABBREVIATED.search(before):
                yield word
