"""The two classifiers of a model, solved with numpy alone: loading a library for them takes longer than solving them.

Logistic regression by L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.5), and linear classifiers with
squared hinge loss, all intents side by side, by nonlinear conjugate gradients on the texts' products.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from frontdesk.nlu.model import Floats

REMEMBERED = 10
"""Steps that L-BFGS knows the curvature from."""
MOST_STEPS = 300
MOST_HALVED = 20
START = 5.0
"""Times the middles of the intents' rows: nearer to what is looked for than nothing is."""
MOST_ROUNDS = 120
LINE_ROUNDS = 3

Doubles = NDArray[np.float64]
Labels = NDArray[np.int64]
_Slope = Callable[[Floats], tuple[float, Floats]]


def logistic(
    rows: Floats, labels: Labels, weights: Doubles, intents: int, *, c: float, tolerance: float
) -> tuple[Floats, Floats]:
    """Multinomial logistic regression.

    Args:
        rows: A row a text.
        labels: By row its intent; each has one at least.
        weights: By row what it counts.
        intents: How many there are.
        c: What the rows count beside the penalty for large weights.
        tolerance: Of the slope, in shares of the loss of one row.

    Returns:
        Weights with a column for every intent, and the biases, which are not penalised.
    """
    total = float(weights.sum())
    share = (weights / total).astype(np.float32)[:, None]
    wide = np.hstack([rows, np.ones((len(rows), 1), np.float32)])
    at, penalty = np.arange(len(rows)), np.float32(1 / (c * total))

    def slope(found: Floats) -> tuple[float, Floats]:
        scores = wide @ found
        scores -= scores.max(axis=1, keepdims=True)
        meant = scores[at, labels]
        np.exp(scores, out=scores)
        sums = scores.sum(axis=1, keepdims=True)
        # The sum in double precision: steps are compared by it down to its last digits.
        loss = float((share[:, 0] * (np.log(sums[:, 0]) - meant)).sum(dtype=np.float64))
        loss += float(penalty) / 2 * float((found[:-1] ** 2).sum(dtype=np.float64))
        scores /= sums
        scores[at, labels] -= 1
        scores *= share
        steep = wide.T @ scores
        steep[:-1] += penalty * found[:-1]
        return loss, steep

    belong = np.zeros((len(rows), intents), np.float32)
    belong[at, labels] = weights
    middles = (rows.T @ belong) / belong.sum(axis=0)
    start = np.zeros((rows.shape[1] + 1, intents), np.float32)
    start[:-1] = START * (middles - middles.mean(axis=1, keepdims=True))
    found = _descend(slope, start, tolerance)
    return found[:-1], found[-1]


def _descend(slope: _Slope, start: Floats, tolerance: float) -> Floats:
    """Where the slope is nearly level, or as far down as this precision goes."""
    here, (loss, steep) = start, slope(start)
    past: list[tuple[Floats, Floats, float]] = []
    for _ in range(MOST_STEPS):
        if float(np.abs(steep).max()) < tolerance:
            break
        way = _way(steep, past)
        falls = float(np.vdot(steep, way))
        step = np.float32(1)
        for _ in range(MOST_HALVED):
            there = here + step * way
            lower, slanted = slope(there)
            if lower <= loss + 1e-4 * float(step) * falls:
                break
            step /= 2
        else:
            break
        moved, changed = there - here, slanted - steep
        curved = float(np.vdot(moved, changed))
        if curved > 0:
            past = [*past[1 - REMEMBERED :], (moved, changed, 1 / curved)]
        here, loss, steep = there, lower, slanted
    return here


def _way(steep: Floats, past: list[tuple[Floats, Floats, float]]) -> Floats:
    """The way down, by the curvature of the steps before."""
    way = -steep
    if not past:
        return way / max(float(np.abs(steep).sum()), 1.0)
    shares = []
    for moved, changed, per in reversed(past):
        shares.append(per * float(np.vdot(moved, way)))
        way -= np.float32(shares[-1]) * changed
    _, changed, per = past[-1]
    way *= np.float32(1 / (per * float(np.vdot(changed, changed))))
    for (moved, changed, per), share in zip(past, reversed(shares), strict=True):
        way += np.float32(share - per * float(np.vdot(changed, way))) * moved
    return way


def hinges(
    products: Floats, labels: Labels, weights: Doubles, intents: int, *, c: float, tolerance: float
) -> Floats:
    """A linear classifier with squared hinge loss for each intent against all others.

    Args:
        products: Of every row with every other.
        labels: By row its intent.
        weights: By row what it counts.
        intents: How many there are.
        c: What the rows count beside the penalty for large weights, the bias among them.
        tolerance: Of the slope, as a share of that at the start.

    Returns:
        By row and intent the share of the row: weights are the sum of the rows times their shares, the bias is the
        sum of the shares.
    """
    products = products + np.float32(1)  # the bias is the weight of one more number, which is 1 in all rows
    signs = np.full((len(labels), intents), -1, np.float32)
    signs[np.arange(len(labels)), labels] = 1
    costs = (2 * c * weights).astype(np.float32)[:, None]
    shares, scores = np.zeros_like(signs), np.zeros_like(signs)
    way = way_scores = before = np.zeros_like(signs)
    size_before = np.full(intents, np.inf, np.float32)
    first = np.zeros(intents, np.float32)
    for turn in range(MOST_ROUNDS):
        # Down the slope in the space of the weights; all there is known by its scores.
        down = costs * signs * np.maximum(1 - signs * scores, 0) - shares
        down_scores = products @ down
        size = _each(down, down_scores)
        first = size if turn == 0 else first
        if bool((size <= tolerance**2 * first).all()):
            break
        kept = np.maximum(size - _each(before, down_scores), 0) / np.maximum(size_before, 1e-30)
        way, way_scores = down + kept * way, down_scores + kept * way_scores
        before, size_before = down, size
        square, product = _each(way, way_scores), _each(shares, way_scores)
        step = _lowest(signs * scores, signs * way_scores, costs, square, product)
        shares = shares + step * way
        scores = scores + step * way_scores
    return shares


def _lowest(margins: Floats, drifts: Floats, costs: Floats, square: Floats, product: Floats) -> Floats:
    """By intent how far down the way its loss is lowest: pieces of parabolas, so a few rounds of Newton's find it."""
    step = np.zeros_like(square)
    for _ in range(LINE_ROUNDS):
        short = np.maximum(1 - margins - step * drifts, 0)
        rises = product + step * square - (costs * drifts * short).sum(axis=0)
        bends = square + (costs * drifts**2 * (short > 0)).sum(axis=0)
        step = step - rises / np.maximum(bends, 1e-30)
    return step


def _each(one: Floats, other: Floats) -> Floats:
    found: Floats = np.einsum("ik,ik->k", one, other)
    return found
