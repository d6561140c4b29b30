"""What a question names: a country, a place, a product. Whoever is asked about one and knows nothing of it has no answer.

Countries are known by their names in any spelling, other names by their capital letter within a sentence that asks. Pure;
called by `library`'s search.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile

from frontdesk.knowledge.places import AS_WRITTEN, COUNTRIES, DAYS, SEVERAL, SEVERAL_BEGIN
from frontdesk.knowledge.words import folded, primary, terms, without_accents

KNOWN_IN = frozenset({"en", "ru", "uz"})
"""Languages whose names of countries are known."""
MOST = 8
"""Names of one question that are looked at."""
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})
_TITLE_CASE = 0.5
"""Where more of the words begin with a capital letter it tells nothing."""
_WORD = re.compile(r"[^\W\d_][^\W_]*(?:[-'’][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_SENTENCE_END = '.?!:;\n"“”«(—-•'
_POSSESSIVE = re.compile("['’]s$")
_SENTENCES = re.compile(r"[^.?!\n]*[.?!\n]*")
_NO_NAMES = """
i i'm i've i'd i'll ok okay mr mrs ms dr internet web monday tuesday wednesday thursday friday saturday sunday january
february march april may june july august september october november december sept oct nov dec jan feb mon tue wed thu fri
sat sun english вы вас вам вами ваш ваша ваше ваши вашу вашей вашего вашем
"""
_NOT_NAMES = frozenset(_NO_NAMES.split())
_PEOPLE = re.compile(
    r"\b(?:i am|i['’]m|my name is|this is|hi|hello|hey|dear|thanks|thank you|regards|best|"
    r"меня зовут|здравствуйте|привет|спасибо|с уважением|salom|rahmat|ismim)[,!]?\s+(?P<who>(?:[^\W\d_]\S*\s*){1,2})",
    re.IGNORECASE,
)
# Beginning with a letter rather than with a word's edge it takes a third of the time.
_SEVERAL = re.compile(rf"[{SEVERAL_BEGIN}](?<!\w\w)(?<=(?={SEVERAL}).)", re.VERBOSE)
_WITHIN_A_WORD = re.compile(r"[^\W\d_]'?\Z")
_BETWEEN = 40
"""Letters that a name of several words may be longer in a text than it is by itself: endings, and words that say nothing."""
_LONG_ENOUGH = 3
_PREFIX = 3


Particulars = tuple[frozenset[str], ...]
"""Terms by their kind."""


@dataclass(frozen=True, slots=True)
class Name:
    """As the question has it; `forms` are the other names of a country, empty for what is none."""

    text: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Country:
    forms: tuple[str, ...]


@dataclass(frozen=True)
class _Text:
    """What is looked through: how it is spelt plainly is worked out once, and only if it is asked for."""

    written: str
    language: str

    @cached_property
    def plain(self) -> str:
        return _plain(self.written, self.language)

    def has(self, form: str) -> bool:
        """Whether a name stands in it, in whatever case and number: only where it may begin, words are stemmed."""
        beginning, wanted = _beginning(form, self.language), _terms_of(form, self.language)
        reach = len(form) + _BETWEEN
        at = self.plain.find(beginning)
        while at >= 0:
            if not _WITHIN_A_WORD.search(self.plain, max(at - 2, 0), at):
                found = terms(self.plain[at : at + reach], self.language)
                if wanted and found[: len(wanted)] == wanted:
                    return True
            at = self.plain.find(beginning, at + 1)
        return False


def named(text: str, language: str) -> tuple[Name, ...]:
    """The names in a question, countries first.

    Args:
        text: Any Unicode, without what is personal.
        language: ISO 639-1, or a tag that begins with it; empty: not known.
    """
    found = [_name(text, country, language) for country in _in(text, language)]
    of_countries = {word for name in found for word in terms(name.text, language)}
    found += [
        Name(word)
        for word in dict.fromkeys(_capitalised(text, language))
        if not of_countries.issuperset(terms(word, language))
    ]
    return tuple(found[:MOST])


def has_country(text: str, name: Name, language: str) -> bool:
    """Whether a text speaks of a country, or of several without their names (all of Europe, abroad)."""
    return names_country(text, name, language) or _SEVERAL.search(text) is not None


def names_country(text: str, name: Name, language: str) -> bool:
    """Whether a country stands in a text, by any of its names."""
    return _stands_in(_Country(name.forms), _Text(text, language))


def is_other(asked: str, line: str, answer: str, language: str) -> bool:
    """Whether two questions that are alike ask about different things: countries, days, numbers, names.

    Args:
        asked: The customer's question.
        line: The one that an answer was written for.
        answer: What was written: it may speak of more than its question does.
        language: Of both.
    """
    countries, others = _in(asked, language), _in(line, language)
    if any(not has_country(f"{line}\n{answer}", Name("", each.forms), language) for each in countries):
        return True
    if not set(others) <= set(countries):
        return True
    return bool(unspoken(particulars(asked, language), line, answer, language))


def particulars(text: str, language: str) -> Particulars:
    """The days, numbers and names in a question, which another like it may be about instead."""
    return tuple(kind(text, language) for kind in (_days, _numbers, _proper))


def unspoken(asked: Particulars, line: str, answer: str, language: str) -> frozenset[str]:
    """Terms of what is asked about that neither a question, which is about others of their kind, nor its answer has."""
    missing: set[str] = set()
    for here, there in zip(asked, particulars(line, language), strict=True):
        if here and there:
            missing |= here - there - frozenset(terms(answer, language))
    return frozenset(missing)


def _days(text: str, language: str) -> frozenset[str]:
    return frozenset(terms(text, language)) & _day_terms(primary(language))


@lru_cache(maxsize=32)
def _day_terms(language: str) -> frozenset[str]:
    return frozenset(terms(DAYS, language))


def _numbers(text: str, language: str) -> frozenset[str]:
    return frozenset(term for term in terms(text, language) if term[0].isdecimal())


def _proper(text: str, language: str) -> frozenset[str]:
    return frozenset(term for word in _capitalised(text, language) for term in terms(word, language))


def _in(text: str, language: str) -> list[_Country]:
    """The countries of which a text speaks."""
    looked = _Text(text, language)
    starts = dict.fromkeys(word[:_PREFIX] for word in _LETTERS.findall(looked.plain))
    by_start = _by_start(primary(language))
    likely = dict.fromkeys(each for start in starts for each in by_start.get(start, ()))
    return [country for country in likely if _stands_in(country, looked)]


def _stands_in(country: _Country, text: _Text) -> bool:
    for form in country.forms:
        if form in AS_WRITTEN:
            if form in text.written and re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text.written):
                return True
        elif text.has(form):
            return True
    return False


@lru_cache(maxsize=4096)
def _terms_of(form: str, language: str) -> list[str]:
    """What has none, such as `us` without its capitals, stands in no text."""
    return terms(_plain(form, language), language)


def _plain(text: str, language: str) -> str:
    return without_accents(folded(text, language))


@lru_cache(maxsize=4096)
def _start(form: str, language: str) -> str:
    return _first_word(form, language)[:_PREFIX]


@lru_cache(maxsize=4096)
def _beginning(form: str, language: str) -> str:
    """The letters that its first word has in every case and number: as many as its stem begins with."""
    word = _first_word(form, language)
    stems = terms(word, language)
    alike = (one == other for one, other in zip(word, stems[0] if stems else word[:_PREFIX], strict=False))
    return word[: sum(takewhile(bool, alike))]


def _first_word(form: str, language: str) -> str:
    found = _LETTERS.search(_plain(form, language))
    return form if found is None else found.group()


def _name(text: str, country: _Country, language: str) -> Name:
    asked = _Text(text, language)
    said = (form for form in country.forms if asked.has(form))
    return Name(next(said, country.forms[0]), country.forms)


@lru_cache(maxsize=1)
def _countries() -> tuple[_Country, ...]:
    return tuple(_Country(tuple(line.split("|"))) for line in COUNTRIES.strip().split("\n"))


@lru_cache(maxsize=32)
def _by_start(language: str) -> dict[str, list[_Country]]:
    found: dict[str, list[_Country]] = {}
    for country in _countries():
        for start in {_start(form, language) for form in country.forms}:
            found.setdefault(start, []).append(country)
    return found


def _capitalised(text: str, language: str) -> list[str]:
    """Words with a capital letter where none is due."""
    if primary(language) in _NOUNS_IN_CAPITALS:
        return []
    people = {word.strip(",.!?") for found in _PEOPLE.finditer(text) for word in found["who"].split()}
    sentences = _SENTENCES.findall(text)
    asking = [each for each in sentences if "?" in each] or sentences
    found = (word for each in asking for word in _names_in(each, language))
    return [word for word in found if word not in people and terms(word, language)]


def _names_in(sentence: str, language: str) -> list[str]:
    within = [
        each
        for each in _WORD.finditer(sentence)
        if not _begins(sentence[: each.start()]) and folded(each.group(), language) not in _NOT_NAMES
    ]
    capital = sum(each.group()[0].isupper() for each in within)
    if capital > max(1, _TITLE_CASE * len(within)):
        return []
    inner = {each.group() for each in within}
    return [each for each in _WORD.findall(sentence) if _is_name(each, begins=each not in inner)]


def _begins(before: str) -> bool:
    rest = before.rstrip(" '’‘")
    return not rest or rest[-1] in _SENTENCE_END


def _is_name(word: str, *, begins: bool) -> bool:
    """`iPhone` wherever it stands, `Nike` within a sentence; what is all in capitals is a short form of anything."""
    word = _POSSESSIVE.sub("", word)
    if len(word) < _LONG_ENOUGH or word.isupper():
        return False
    return any(letter.isupper() for letter in word[1:]) or (word[0].isupper() and not begins)


def in_hosts(word: str, hosts: Iterable[str], language: str) -> bool:
    """Whether one of these sites has the word in its name: the company's own is no name that an article lacks."""
    plain = _plain(word, language).replace("'", "")
    return any(plain in host.replace("-", "") for host in hosts)
