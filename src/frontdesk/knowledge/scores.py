"""What passages score by their words, in all languages of a knowledge base. Filled and read by `library`'s search."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy

from frontdesk.knowledge.postings import Floats, Lexical


@dataclass(slots=True)
class Scores:
    """Passages by number; one that has no word of the question scores nothing."""

    _ordered: list[list[int]] = field(default_factory=list)
    _place: dict[int, int] = field(default_factory=dict)
    _score: list[float] = field(default_factory=lambda: [0.0])
    _inside: list[float] = field(default_factory=lambda: [0.0])
    _fit: list[float] = field(default_factory=lambda: [0.0])

    def add(self, found: Lexical) -> None:
        """The passages of one language."""
        numbers = found.no.tolist()
        self._ordered.append(numbers)
        self._place.update(
            zip(numbers, range(len(self._score), len(self._score) + len(numbers)), strict=True)
        )
        self._score += found.score.tolist()
        self._inside += found.inside.tolist()
        self._fit += found.fit.tolist()

    def best(self, most: int, within: Collection[int] | None = None) -> list[int]:
        """The numbers of those that score most, of `within` where that is given."""
        # Each language's come in their order: the first of each are all that may be among the first of all.
        first = [
            no
            for numbers in self._ordered
            for no in islice((no for no in numbers if within is None or no in within), most)
        ]
        return sorted(first, key=lambda no: -self._score[self._place[no]])[:most]

    def of(self, numbers: Sequence[int]) -> tuple[Floats, Floats, Floats]:
        """Score, what of it the best sentence has, and fit, in the order of the numbers."""
        places = [self._place.get(no, 0) for no in numbers]
        kinds = (self._score, self._inside, self._fit)
        score, inside, fit = (numpy.array([kind[place] for place in places]) for kind in kinds)
        return score, inside, fit
