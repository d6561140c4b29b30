"""Texts as numbers of pieces, as XLM-RoBERTa's vocabulary wants them: the split of each word with the best score."""

import re
from array import array
from collections import OrderedDict

from frontdesk.plugins.embedders.e5.weights import Vocabulary

MARK = "\u2581"
"""Stands for the blank before a word."""
_BLANKS = re.compile(" {2,}")
_MOST_REMEMBERED = 50_000
_LONGEST_WORD = 200
_UNKNOWN_PENALTY = 10.0


class Splitter:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._numbers = {
            piece.decode("utf-8", errors="replace"): number
            for number, piece in enumerate(vocabulary.pieces)
            if piece and number != vocabulary.unknown
        }
        self._scores = array("f", vocabulary.scores.tobytes())
        self._longest = max(map(len, self._numbers))
        self._unknown = vocabulary.unknown
        self._unknown_score = min(self._scores) - _UNKNOWN_PENALTY
        self._replaced = vocabulary.replaced
        self._ends = vocabulary.begin, vocabulary.end
        self._known: OrderedDict[str, list[int]] = OrderedDict()

    def numbers(self, text: str, most: int) -> list[int]:
        """The text's pieces between the marks of begin and end, `most` at the longest."""
        plain = _BLANKS.sub(" ", text.translate(self._replaced))
        marked = (plain if plain.startswith(" ") else f" {plain}").replace(" ", MARK)
        found: list[int] = []
        for word in re.findall(f"{MARK}?[^{MARK}]+|{MARK}", marked):
            found += self._word(word)
            if len(found) >= most - 2:
                break
        begin, end = self._ends
        return [begin, *found[: most - 2], end]

    def _word(self, word: str) -> list[int]:
        known = self._known.get(word)
        if known is None:
            known = [
                number
                for at in range(0, len(word), _LONGEST_WORD)
                for number in self._split(word[at : at + _LONGEST_WORD])
            ]
            self._known[word] = known
            if len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)
        return known

    def _split(self, word: str) -> list[int]:
        # Viterbi: the best score up to each character, and by which last piece.
        size = len(word)
        best = [0.0] + [float("-inf")] * size
        last = [(0, self._unknown)] * (size + 1)
        for start in range(size):
            if best[start] + self._unknown_score > best[start + 1]:
                best[start + 1], last[start + 1] = best[start] + self._unknown_score, (start, self._unknown)
            for end in range(start + 1, min(start + self._longest, size) + 1):
                number = self._numbers.get(word[start:end])
                if number is not None and best[start] + self._scores[number] > best[end]:
                    best[end], last[end] = best[start] + self._scores[number], (start, number)
        found: list[int] = []
        while size:
            size, number = last[size]
            found.append(number)
        return found[::-1]
