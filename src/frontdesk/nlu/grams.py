"""A text as counted words, pairs of words, and pieces of words: what the lexical half of a model compares.

Training and serving count with this same code. A gram is a 32-bit number; which text it stands for need not be known.
"""

import functools
import re
import unicodedata
from itertools import pairwise
from zlib import crc32

MOST_CHARACTERS = 1_000
"""Read of a text; what customers want stands at the beginning."""
SHORTEST, LONGEST = 2, 5
"""Characters in a piece of a word; the blanks around a word count."""

_WORD = re.compile(r"\w+(?:'\w+)*|[^\w\s]")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bb\u02bc\u02bd`\u00b4", "'"))
# Uzbek is written in both alphabets by the same people; Russian loses nothing by being spelt in Latin letters.
_LATIN = str.maketrans("абвгдезийклмнопрстуфх", "abvgdeziyklmnoprstufx") | str.maketrans(
    {
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sh",
        "ъ": "'",
        "ы": "i",
        "ь": "",
        "э": "e",
        "ў": "o'",
        "қ": "q",
        "ғ": "g'",
        "ҳ": "h",
        "ё": "yo",
        "ю": "yu",
        "я": "ya",
        "ж": "j",
    }
)


def words(text: str) -> list[str]:
    """The words and marks of a text as they are compared: folded, one kind of apostrophe, Latin letters."""
    folded = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).casefold()
    return _WORD.findall(folded.translate(_APOSTROPHES).translate(_LATIN))


def grams(text: str) -> dict[int, int]:
    """How often each gram is in the text; words with their neighbours, and their pieces."""
    found: dict[int, int] = {}
    listed = words(text)
    for word in listed:
        for gram in _pieces(word):
            found[gram] = found.get(gram, 0) + 1
    for first, second in pairwise(listed):
        gram = crc32(f"2{first} {second}".encode())
        found[gram] = found.get(gram, 0) + 1
    return found


@functools.lru_cache(maxsize=16_384)
def _pieces(word: str) -> tuple[int, ...]:
    word = word[:40]
    padded = f" {word} "
    pieces = (
        padded[at : at + size]
        for size in range(SHORTEST, LONGEST + 1)
        for at in range(len(padded) - size + 1)
    )
    return (crc32(f"1{word}".encode()), *(crc32(f"c{piece}".encode()) for piece in pieces))
