"""Trains a model of more texts than have all their products in memory: the job of `training` with the solver of a library.

It finds what `apart.by_products` finds. Loading it takes seconds, which the embedding of so many texts hides.
"""

import warnings

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from frontdesk.nlu.apart import HINGE_C, Apart, Solve
from frontdesk.nlu.solving import Doubles, Labels
from frontdesk.nlu.table import Numbers, Table
from frontdesk.nlu.training import learn

TOLERANCE = 1e-2


def train(payload: bytes) -> bytes:
    """The job: a `Task` in, what was `Learnt` out.

    Raises:
        Refused: Nothing that can be used would come of it; the message says why.
    """
    warnings.simplefilter("ignore", ConvergenceWarning)
    return learn(payload, by_weights)


def by_weights(table: Table, labels: Labels, weights: Doubles, intents: int) -> Solve:
    """liblinear, which goes from text to text, each a few hundred grams of very many."""
    rows = csr_matrix((table.value, (table.row, table.column)), shape=(table.rows, len(table.known)))

    def solve(learnt: Numbers) -> Apart:
        svm = LinearSVC(C=HINGE_C, tol=TOLERANCE, random_state=0)
        svm.fit(rows[learnt], labels[learnt], sample_weight=weights[learnt])
        found, bias = svm.coef_.astype(np.float32), svm.intercept_.astype(np.float32)
        if intents == 2:  # noqa: PLR2004 - two classes are fitted as one
            found, bias = np.vstack([-found[0], found[0]]), np.array([-bias[0], bias[0]])
        by_gram = np.ascontiguousarray(found.T)
        return Apart(np.asarray(rows @ by_gram, np.float32), bias, lambda: by_gram)

    return solve
