"""Trains a model of a bot's intents. Runs in a child process of its own, which alone loads the training library.

Everything is the same for the same input: the folds are by position and the solvers start from a given seed.
"""

import warnings
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from frontdesk.core.errors import Refused
from frontdesk.nlu.grams import grams
from frontdesk.nlu.model import (
    NEAREST,
    Dense,
    Facts,
    Floats,
    IntentModel,
    Lexical,
    certainty,
    dump,
    features,
    fuse,
    load,
    log_softmax,
)
from frontdesk.nlu.task import Learnt, Task

DENSE_SHARE = 0.7
"""How much the sentence vector's half counts; understanding.md compares."""
NAME_WEIGHT = 0.7
"""Of an intent's name beside an example's 1."""
LOGISTIC_C = 20.0
SVM_C = 1.0
TOLERANCE, ROUGH_TOLERANCE = 1e-4, 1e-3
"""Where the solver of the regression stops: for the model itself, and for those that only say how sure is sure."""
FOLDS = 5
MOST_FOLDED = 3_000
"""With more examples than this, one part in five is held back once instead of each in its turn."""
LEAST_ACCURACY = 0.6
"""Of the examples a model was trained on. One below has learnt nothing and is not used."""
MOST_NEAR = 4_000
"""Examples kept to tell how near a text is, taken evenly from the intents."""
MOST_WEIGHTS = 48 << 20
PLENTY = 5_000
"""With more examples than this, a gram that occurs in one only says nothing."""

Labels = NDArray[np.int64]


def train(payload: bytes) -> bytes:
    """The job: a `Task` in, what was `Learnt` out.

    Raises:
        Refused: Nothing that can be used would come of it; the message says why.
    """
    warnings.simplefilter("ignore", ConvergenceWarning)
    model = fit(msgspec.msgpack.decode(payload, type=Task))
    packed = dump(model)
    load(packed)  # what cannot be read again is not handed out
    return msgspec.msgpack.encode(Learnt(packed, model.facts.accuracy))


@dataclass(frozen=True, slots=True)
class _Data:
    """All texts, the names last: their labels, weights, counted grams, and features of meaning if there are any.

    The first `dim` of the features are the vector, of length 1.
    """

    labels: Labels
    weights: NDArray[np.float64]
    counted: list[dict[int, int]]
    rows: Floats | None
    dim: int
    examples: int
    intents: int

    def part(self, at: Labels) -> "_Data":
        """The examples `at`, with all names."""
        rows = np.concatenate([at, np.arange(self.examples, len(self.labels))])
        counted = [self.counted[row] for row in rows]
        meant = _rows(self.rows, rows)
        return _Data(self.labels[rows], self.weights[rows], counted, meant, self.dim, len(at), self.intents)


def fit(task: Task) -> IntentModel:
    """The model of a task.

    Raises:
        Refused: The examples of the intents cannot be told apart.
    """
    lesson = task.lesson
    rows, mean = _features(task)
    weights = np.ones(len(lesson.texts))
    weights[lesson.examples :] = NAME_WEIGHT
    counted = [grams(text) for text in lesson.texts]
    labels = np.array(lesson.labels, np.int64)
    data = _Data(labels, weights, counted, rows, task.dim, lesson.examples, len(lesson.intents))
    halves = _fit(data, TOLERANCE)
    scores, _ = halves.fused(data.counted[: data.examples], _rows(rows, np.arange(data.examples)))
    learnt = float((scores.argmax(axis=1) == labels[: data.examples]).mean())
    if learnt < LEAST_ACCURACY:
        raise Refused(
            "invalid",
            f"Of the examples only {learnt:.0%} were learnt: those of different intents are too alike. "
            "Merge intents that want the same, and word the examples of the others differently.",
        )
    accuracy, quantiles = _validated(data)
    facts = Facts(
        intents=lesson.intents,
        fingerprint=task.fingerprint,
        dim=task.dim,
        examples=data.examples,
        accuracy=round(accuracy, 4),
        quantiles=quantiles,
        dense_share=DENSE_SHARE,
        remarks=lesson.remarks,
    )
    dense = None
    if rows is not None and halves.dense is not None:
        kept = _evenly(labels[: data.examples], MOST_NEAR)
        dense = Dense(*halves.dense, rows[kept, : task.dim], mean)
    return IntentModel(facts, halves.lexical.compact(), dense)


def _features(task: Task) -> tuple[Floats | None, Floats]:
    if not task.vectors:
        return None, np.zeros(0, np.float32)
    rows = np.frombuffer(task.vectors, np.float32).reshape(-1, task.dim + task.early_dim)
    mean = rows.mean(axis=0)
    if not task.centred:
        mean[: task.dim] = 0
    return features(rows, mean, task.dim), mean


def _rows(rows: Floats | None, at: Labels) -> Floats | None:
    return None if rows is None else rows[at]


@dataclass(frozen=True, slots=True)
class _Words:
    """The lexical half with all its digits."""

    known: NDArray[np.uint32]
    idf: Floats
    weights: Floats
    bias: Floats

    def matrix(self, counted: list[dict[int, int]]) -> csr_matrix:
        return _matrix(counted, self.known, self.idf)[0]

    def scores(self, counted: list[dict[int, int]]) -> tuple[Floats, Floats]:
        """By text the intents' scores, and the share of known grams."""
        matrix, shares = _matrix(counted, self.known, self.idf)
        return np.asarray(matrix @ self.weights + self.bias, np.float32), shares

    def compact(self) -> Lexical:
        step = np.maximum(np.abs(self.weights).max(axis=0), 1e-9).astype(np.float32) / 127
        weights = np.rint(self.weights / step).astype(np.int8)
        return Lexical(self.known, self.idf, weights, step, self.bias)


@dataclass(frozen=True, slots=True)
class _Halves:
    lexical: _Words
    dense: tuple[Floats, Floats] | None

    def fused(self, counted: list[dict[int, int]], rows: Floats | None) -> tuple[Floats, Floats]:
        """By text the intents' log-probabilities, and the share of known grams."""
        scores, known = self.lexical.scores(counted)
        fused = log_softmax(scores)
        if self.dense is not None and rows is not None:
            fused = fuse(log_softmax(rows @ self.dense[0] + self.dense[1]), fused, DENSE_SHARE)
        return log_softmax(fused), known


def _fit(data: _Data, tolerance: float) -> _Halves:
    lexical = _fit_words(data)
    if data.rows is None:
        return _Halves(lexical, None)
    if data.intents == 1:
        return _Halves(lexical, (np.zeros((data.rows.shape[1], 1), np.float32), np.zeros(1, np.float32)))
    # In double precision: in single it has been seen to stop at chance level.
    regression = LogisticRegression(C=LOGISTIC_C, max_iter=300, tol=tolerance)
    regression.fit(data.rows.astype(np.float64), data.labels, sample_weight=data.weights)
    return _Halves(lexical, _by_intent(regression, data.intents))


def _fit_words(data: _Data) -> _Words:
    known, idf = _vocabulary(data)
    if data.intents == 1:
        return _Words(known, idf, np.zeros((len(known), 1), np.float32), np.zeros(1, np.float32))
    matrix, _ = _matrix(data.counted, known, idf)
    svm = LinearSVC(C=SVM_C, tol=1e-2, random_state=0)
    svm.fit(matrix, data.labels, sample_weight=data.weights)
    return _Words(known, idf, *_by_intent(svm, data.intents))


def _by_intent(fitted: LogisticRegression | LinearSVC, intents: int) -> tuple[Floats, Floats]:
    """Weights with a column for every intent, and the biases; every intent is known by its name at least."""
    weights, bias = fitted.coef_, fitted.intercept_
    if intents == 2:  # noqa: PLR2004 - two classes are fitted as one
        weights, bias = np.vstack([-weights[0], weights[0]]), np.array([-bias[0], bias[0]])
        if isinstance(fitted, LogisticRegression):
            weights, bias = weights / 2, bias / 2
    return weights.T.astype(np.float32), bias.astype(np.float32)


def _vocabulary(data: _Data) -> tuple[NDArray[np.uint32], Floats]:
    frequency: dict[int, int] = {}
    for counted in data.counted:
        for gram in counted:
            frequency[gram] = frequency.get(gram, 0) + 1
    least = 2 if data.examples > PLENTY else 1
    kept = [gram for gram, times in frequency.items() if times >= least]
    most = MOST_WEIGHTS // data.intents
    if len(kept) > most:
        kept = sorted(kept, key=lambda gram: (-frequency[gram], gram))[:most]
    known = np.sort(np.array(kept, np.uint32))
    times = np.array([frequency[int(gram)] for gram in known], np.float32)
    return known, (np.log((1 + len(data.counted)) / (1 + times)) + 1).astype(np.float32)


def _matrix(
    counted: list[dict[int, int]], known: NDArray[np.uint32], idf: Floats
) -> tuple[csr_matrix, Floats]:
    """Rows of length 1, as `Lexical.look` weighs them; and by row the share of known grams."""
    sizes = np.array([len(row) for row in counted])
    rows = np.repeat(np.arange(len(counted)), sizes)
    hashes = np.fromiter((gram for row in counted for gram in row), np.uint32, int(sizes.sum()))
    counts = np.fromiter((times for row in counted for times in row.values()), np.float32, int(sizes.sum()))
    at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    hit = known[at] == hashes
    weight = (1 + np.log(counts[hit])) * idf[at[hit]]
    rarest = float(idf.max())
    total = np.bincount(rows[hit], weight, len(counted))
    unknown = np.bincount(rows[~hit], minlength=len(counted)) * rarest
    lengths = np.sqrt(np.bincount(rows[hit], weight**2, len(counted)))
    weight = weight / np.where(lengths > 0, lengths, 1)[rows[hit]]
    matrix = csr_matrix((weight, (rows[hit], at[hit])), shape=(len(counted), len(known)))
    shares = np.where(total > 0, total / np.maximum(total + unknown, 1e-9), 0)
    return matrix, shares.astype(np.float32)


def _validated(data: _Data) -> tuple[float, tuple[float, ...]]:
    """The share of unseen examples understood right, and the quantiles of how certain the model was of them."""
    folds = _folds(data.labels[: data.examples])
    right: list[NDArray[np.bool_]] = []
    certain: list[Floats] = []
    near = None if data.rows is None else _nearness(data.rows[: data.examples, : data.dim])
    for fold in range(FOLDS):
        held = np.flatnonzero(folds == fold)
        if not len(held):
            continue
        scores, known = _fit(data.part(np.flatnonzero(folds != fold)), ROUGH_TOLERANCE).fused(
            [data.counted[row] for row in held], _rows(data.rows, held)
        )
        right.append(scores.argmax(axis=1) == data.labels[held])
        nearness = known if near is None else near[held]
        certain.append(
            np.array(
                [
                    certainty(float(best), float(how))
                    for best, how in zip(scores.max(axis=1), nearness, strict=True)
                ],
                np.float32,
            )
        )
        if data.examples > MOST_FOLDED:
            break
    if not certain:
        # Nothing could be held back: every intent has one example. Then only what is very near to one counts.
        return 0.0, (certainty(0.0, 0.6),)
    values = np.concatenate(certain)
    return float(np.concatenate(right).mean()), tuple(
        round(float(value), 5) for value in np.quantile(values, np.linspace(0, 1, 101))
    )


def _folds(labels: Labels) -> Labels:
    """By example the fold in which it is held back; -1 for the only example of an intent."""
    folds = np.full(len(labels), -1, np.int64)
    shuffled = np.random.default_rng(0).permutation(len(labels))
    seen: dict[int, int] = {}
    sizes = np.bincount(labels)
    for at in shuffled:
        label = int(labels[at])
        if sizes[label] > 1:
            folds[at] = (seen.get(label, label)) % FOLDS
            seen[label] = seen.get(label, label) + 1
    return folds


def _nearness(vectors: Floats) -> Floats:
    """By example the mean cosine to the others nearest to it."""
    most = min(NEAREST, len(vectors) - 1)
    if most < 1:
        return np.ones(len(vectors), np.float32)
    found = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), 512):
        near = vectors[start : start + 512] @ vectors.T
        near[np.arange(len(near)), np.arange(start, start + len(near))] = -1
        found[start : start + 512] = np.partition(near, -most, axis=1)[:, -most:].mean(axis=1)
    return found


def _evenly(labels: Labels, most: int) -> Labels:
    if len(labels) <= most:
        return np.arange(len(labels))
    rank = np.empty(len(labels), np.int64)
    seen: dict[int, int] = {}
    for at, label in enumerate(labels):
        rank[at] = seen.get(int(label), 0)
        seen[int(label)] = int(rank[at]) + 1
    return np.sort(np.argsort(rank, kind="stable")[:most])
