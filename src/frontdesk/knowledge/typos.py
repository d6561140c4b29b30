"""What a word that nobody knows was probably meant to be: the known one that is one slip of the fingers away.

A slip is a letter too many, too few, another one, or two that changed places; long words may have two.
"""

from collections.abc import Iterable

LEAST_LETTERS = 5
LONG = 8
"""From this many letters on two slips are forgiven."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is meant, or None; of equally near ones the one that begins most alike."""
    parts = pieces(word)
    if not parts:
        return None
    most, letters = _most(word), set(word)
    best: tuple[int, int, str] | None = None
    for other in known:
        # Most words are nothing like it, and pieces and letters tell that sooner.
        if not _may_be(other, parts) or abs(len(word) - len(other)) > most:
            continue
        if len(letters.symmetric_difference(other)) > 2 * most:
            continue
        slips = _slips(word, other)
        place = (slips, -_begin_alike(word, other), other)
        if slips <= most and (best is None or place < best):
            best = place
    return None if best is None else best[2]


def pieces(word: str) -> list[str]:
    """Parts of the word, one of which stands in whatever was meant; none of a word in which no slip is looked for.

    So many slips leave one as it was: no slip reaches into two, for one letter is between.
    """
    if len(word) < LEAST_LETTERS or not word.isalpha():
        return []
    most = _most(word)
    size = (len(word) - most) // (most + 1)
    starts = range(0, (most + 1) * (size + 1), size + 1)
    return [word[start : start + size] for start in starts]


def _most(word: str) -> int:
    return 2 if len(word) >= LONG else 1


def _may_be(other: str, parts: list[str]) -> bool:
    for piece in parts:  # noqa: SIM110 - any() takes three times as long, for thousands of words
        if piece in other:
            return True
    return False


def _begin_alike(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))


def _slips(one: str, other: str) -> int:
    """How many slips apart two words are (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, another in enumerate(other, 1):
            same = letter == another
            now.append(min(last[column] + 1, now[-1] + 1, last[column - 1] + (not same)))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == another
            if swapped:
                now[-1] = min(now[-1], before[column - 2] + 1)
        before, last = last, now
    return last[-1]
