"""What a word that nobody knows was probably meant to be: the known one that shares most of its trigrams."""

from collections.abc import Iterable

LEAST_LETTERS = 4
SURE = 0.5
"""Of all trigrams of the two, this share is in both."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is like it, or None; of equally like ones the first in the alphabet."""
    if len(word) < LEAST_LETTERS or not word.isalpha():
        return None
    wanted = _trigrams(word)
    best = min(((-_share(wanted, _trigrams(other)), other) for other in known), default=(0.0, ""))
    return best[1] if -best[0] >= SURE else None


def _trigrams(word: str) -> frozenset[str]:
    framed = f"  {word} "
    found = {framed[at : at + 3] for at in range(len(framed) - 2)}
    # Two letters that changed places change three trigrams; without their order they are still there.
    found |= {"".join(sorted(word[at : at + 2])) for at in range(len(word) - 1)}
    return frozenset(found)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
