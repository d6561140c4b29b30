"""What tells intents apart by words: the interface of the two ways there are to learn it, and the one for few texts.

`training_many` has the other: it finds the same from any number of texts, and takes seconds to load.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from frontdesk.nlu.model import Floats
from frontdesk.nlu.solving import Doubles, Labels, hinges
from frontdesk.nlu.table import Numbers, Table

HINGE_C = 1.0
TOLERANCE = 3e-4


@dataclass(frozen=True, slots=True)
class Apart:
    """By row of the table (all of them) and intent a score, to which the bias is to be added; by gram the weights."""

    scores: Floats
    bias: Floats
    weights: Callable[[], Floats]


Solve = Callable[[Numbers], Apart]
"""Given the rows to learn from."""
Prepare = Callable[[Table, Labels, Doubles, int], Solve]
"""Given all rows, their intents, what they count, and how many intents there are."""


def by_products(table: Table, labels: Labels, weights: Doubles, intents: int) -> Solve:
    """The products of all rows are worked out once; what is learnt of some of the rows is a part of them."""
    products = np.zeros((table.rows, table.rows), np.float32)
    for _, dense in table.blocks(least=2):
        products += dense @ dense.T
    # The grams of one text alone are in no other product.
    np.fill_diagonal(products, np.bincount(table.row, table.value**2, table.rows))

    def solve(learnt: Numbers) -> Apart:
        shares = hinges(
            products[np.ix_(learnt, learnt)],
            labels[learnt],
            weights[learnt],
            intents,
            c=HINGE_C,
            tolerance=TOLERANCE,
        )

        def summed() -> Floats:
            found = np.zeros((len(table.known), intents), np.float32)
            for columns, dense in table.blocks():
                found[columns] = dense[learnt].T @ shares
            return found

        return Apart(products[:, learnt] @ shares, shares.sum(axis=0), summed)

    return solve
