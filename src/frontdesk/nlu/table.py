"""All texts of a lesson as rows of weighed grams, and what of a row is left where only some of the texts are known.

Called by `training`; `model.Lexical` weighs a customer's text in the same way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontdesk.nlu.grams import grams
from frontdesk.nlu.model import Floats

MOST_WEIGHTS = 48 << 20
PLENTY = 5_000
"""With more texts than this, a gram that occurs in one only says nothing."""
_DENSE = 8 << 20
"""Numbers of a block."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """The grams kept (`known`, rising), and by occurrence its row, its column among them, and its weight there.

    Occurrences are in the order of their columns. `value` is `weight` with the rows' lengths made 1, `dropped` counts
    a row's grams that were not kept.
    """

    known: NDArray[np.uint32]
    idf: Floats
    row: Numbers
    column: Numbers
    weight: Floats
    value: Floats
    dropped: Numbers

    @property
    def rows(self) -> int:
        return len(self.dropped)

    def blocks(self, least: int = 1) -> Iterator[tuple[Numbers, Floats]]:
        """Some columns after the other, and all rows in them; those of grams in fewer than `least` rows are left out."""
        times = np.bincount(self.column, minlength=len(self.known))
        wanted = np.flatnonzero(times >= least)
        starts = np.concatenate([[0], np.cumsum(times)])
        size = max(_DENSE // max(self.rows, 1), 1)
        for start in range(0, len(wanted), size):
            columns = wanted[start : start + size]
            place = np.full(columns[-1] + 1 - columns[0], -1)
            place[columns - columns[0]] = np.arange(len(columns))
            part = slice(starts[columns[0]], starts[columns[-1] + 1])
            at = place[self.column[part] - columns[0]]
            dense = np.zeros((self.rows, len(columns)), np.float32)
            dense[self.row[part][at >= 0], at[at >= 0]] = self.value[part][at >= 0]
            yield columns, dense

    def seen(self, learnt: Numbers) -> tuple[Floats, Floats]:
        """What rows would be to a model that knows the rows `learnt` alone.

        Returns:
            By row what its values are to be multiplied by, and the share of known grams.
        """
        inside = np.zeros(self.rows, bool)
        inside[learnt] = True
        hit = (np.bincount(self.column, inside[self.row], len(self.known)) > 0)[self.column]
        lengths = np.sqrt(np.bincount(self.row[hit], self.value[hit] ** 2, self.rows))
        total = np.bincount(self.row[hit], self.weight[hit], self.rows)
        unknown = (np.bincount(self.row[~hit], minlength=self.rows) + self.dropped) * self.idf.max(initial=0)
        shares = np.where(total > 0, total / np.maximum(total + unknown, 1e-9), 0)
        return (1 / np.where(lengths > 0, lengths, 1)).astype(np.float32), shares.astype(np.float32)


def table(texts: Sequence[str], intents: int) -> Table:
    """The table of a lesson's texts, for a model that has `intents` weights for a gram."""
    counted = [grams(text) for text in texts]
    sizes = np.array([len(each) for each in counted])
    many = int(sizes.sum())
    hashes = np.fromiter((gram for each in counted for gram in each), np.uint32, many)
    counts = np.fromiter((times for each in counted for times in each.values()), np.float32, many)
    row = np.repeat(np.arange(len(texts)), sizes)
    known, column, times = np.unique(hashes, return_inverse=True, return_counts=True)
    kept = np.flatnonzero(times >= (2 if len(texts) > PLENTY else 1))
    most = MOST_WEIGHTS // intents
    if len(kept) > most:
        kept = np.sort(kept[np.argsort(-times[kept], kind="stable")[:most]])
    place = np.full(len(known), -1)
    place[kept] = np.arange(len(kept))
    column = place[column]
    idf = (np.log((1 + len(texts)) / (1 + times[kept])) + 1).astype(np.float32)
    order = np.flatnonzero(column >= 0)
    order = order[np.argsort(column[order], kind="stable")]
    weight = ((1 + np.log(counts[order])) * idf[column[order]]).astype(np.float32)
    lengths = np.sqrt(np.bincount(row[order], weight**2, len(texts)))
    value = (weight / np.where(lengths > 0, lengths, 1)[row[order]]).astype(np.float32)
    dropped = np.bincount(row[column < 0], minlength=len(texts))
    return Table(known[kept], idf, row[order], column[order], weight, value, dropped)
