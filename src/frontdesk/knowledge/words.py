"""What a text is searched by: its words, folded and stemmed for its language, without the ones that say nothing.

Indexing and asking go through `terms` alike. Languages without a stemmer are cut to a word's first letters where
their words grow at the end, written ones without spaces to pairs of characters; all others keep whole words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain, pairwise

import snowballstemmer

from frontdesk.knowledge.stop_words import ASKING_WORDS, STOP_WORDS
from frontdesk.knowledge.uzbek import latin

MOST_LETTERS = 64
"""Of one word; what is longer is no word."""
CUT = 6
"""Letters kept of a word of a language whose words grow at the end and that has no stemmer."""
_REMEMBERED = 20_000

_SNOWBALL = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "tr": "turkish",
}
_GROWING = frozenset({"az", "kk", "ky", "tk", "tt", "uz"})
_ALIKE = (*((mark, "'") for mark in "\u2019\u2018\u02bc\u02bb`"), ("ё", "е"))
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*\d*|[^\W_]+")
# The blocks of combining marks that go on Latin letters; U+0300 to U+036F have nearly all that are written.
_MARKS = re.compile("(?<=[\x00-\x7f])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+"
)


def terms(text: str, language: str) -> list[str]:
    """The terms of `text` in their order, repeated as they are; none for a text of stop words alone.

    Args:
        text: Any Unicode.
        language: ISO 639-1, or a tag that begins with it (`pt-BR`); empty: not known.

    Returns:
        Terms of up to 64 letters; the same word gives the same term whatever its case, accents of Latin letters,
        ending and alphabet (Uzbek).
    """
    code = primary(language)
    stop, stem = STOP_WORDS.get(code, frozenset()), _stemmer(code)
    return [stem(word) for word in words(text, code) if word not in stop and len(word) <= MOST_LETTERS]


@lru_cache(maxsize=32)
def asking_terms(language: str) -> frozenset[str]:
    """Terms of asking rather than of what is asked about (`ASKING_WORDS`)."""
    code = primary(language)
    stem = _stemmer(code)
    return frozenset(stem(folded(word, code)) for word in ASKING_WORDS.get(code, ()))


def words(text: str, language: str) -> Iterator[str]:
    """The words of `text`, folded but neither stemmed nor left out."""
    plain = folded(text, language)
    found: list[str] = _WORD.findall(plain)
    if _UNSPACED.search(plain) is None:
        return iter(found)
    return chain.from_iterable(_pairs(word) if _UNSPACED.match(word) else (word,) for word in found)


def folded(text: str, language: str) -> str:
    """Small letters, plain apostrophes; for Uzbek in Latin letters."""
    small = unicodedata.normalize("NFKC", text).casefold()
    # One after the other takes a tenth of what `translate` takes.
    for mark, plain in _ALIKE:
        small = small.replace(mark, plain)
    return latin(small) if primary(language) == "uz" else small


@lru_cache(maxsize=256)
def primary(language: str) -> str:
    """`pt` of `pt-BR`."""
    return language.replace("_", "-").partition("-")[0].lower()


def without_accents(word: str) -> str:
    """Latin letters without their marks; marks of other scripts belong to the letter."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", word)))


@lru_cache(maxsize=32)
def _stemmer(code: str) -> Callable[[str], str]:
    if code in _SNOWBALL:
        snowball = snowballstemmer.stemmer(_SNOWBALL[code])

        def stem(word: str) -> str:
            return without_accents(snowball.stemWord(word))

    elif code in _GROWING:

        def stem(word: str) -> str:
            return without_accents(word)[:CUT]

    else:
        stem = without_accents
    # Stemming a word costs more than all the rest, and texts repeat theirs.
    return lru_cache(maxsize=_REMEMBERED)(stem)


def _pairs(text: str) -> Iterator[str]:
    if len(text) == 1:
        yield text
    for first, second in pairwise(text):
        yield first + second
