"""Trains a model of a bot's intents. Runs in a child process of its own, so that it may be ended.

Everything is the same for the same input: the folds are by position, and nothing is left to chance.
"""

from dataclasses import dataclass

import msgspec
import numpy as np

from frontdesk.core.errors import Refused
from frontdesk.nlu.apart import Apart, Prepare, Solve, by_products
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
from frontdesk.nlu.solving import Doubles, Labels, logistic
from frontdesk.nlu.table import Numbers, Table, table
from frontdesk.nlu.task import Learnt, Task

DENSE_SHARE = 0.7
"""How much the sentence vector's half counts; understanding.md compares."""
NAME_WEIGHT = 0.7
"""Of an intent's name beside an example's 1."""
LOGISTIC_C = 20.0
TOLERANCE, ROUGH_TOLERANCE = 1e-4, 1e-3
"""Where the regression stops: for the model itself, and for those that only say how sure is sure."""
FOLDS = 5
MOST_FOLDED = 3_000
"""With more examples than this, one part in five is held back once instead of each in its turn."""
LEAST_ACCURACY = 0.6
"""Of the examples a model was trained on. One below has learnt nothing and is not used."""
USUAL_TEXTS = 100
"""How many texts of the bot's own say as much of what all texts have in common as the usual ones do. The mean of a few
examples alone is what those have in common: without it they are not near each other, and anything is as near."""
MOST_NEAR = 4_000
"""Examples kept to tell how near a text is, taken evenly from the intents."""


def train(payload: bytes) -> bytes:
    """The job: a `Task` in, what was `Learnt` out.

    Raises:
        Refused: Nothing that can be used would come of it; the message says why.
    """
    return learn(payload, by_products)


def learn(payload: bytes, prepare: Prepare) -> bytes:
    """`train`, with one of the ways to learn by words."""
    model = fit(msgspec.msgpack.decode(payload, type=Task), prepare)
    packed = dump(model)
    load(packed)  # what cannot be read again is not handed out
    return msgspec.msgpack.encode(Learnt(packed, model.facts.accuracy))


@dataclass(frozen=True, slots=True)
class _Data:
    """All texts, the names last: their labels, weights, grams, and features of meaning if there are any.

    The first `dim` of the features are the vector, of length 1.
    """

    labels: Labels
    weights: Doubles
    table: Table
    solve: Solve | None
    """None for a single intent, which nothing has to be told from."""
    rows: Floats | None
    dim: int
    examples: int
    intents: int


def fit(task: Task, prepare: Prepare = by_products) -> IntentModel:
    """The model of a task.

    Raises:
        Refused: The examples of the intents cannot be told apart.
    """
    lesson = task.lesson
    rows, mean = _features(task)
    weights = np.ones(len(lesson.texts))
    weights[lesson.examples :] = NAME_WEIGHT
    labels = np.array(lesson.labels, np.int64)
    intents = len(lesson.intents)
    grams = table(lesson.texts, intents)
    solve = prepare(grams, labels, weights, intents) if intents > 1 else None
    data = _Data(labels, weights, grams, solve, rows, task.dim, lesson.examples, intents)
    every = np.arange(len(labels))
    halves = _fit(data, every, TOLERANCE)
    fused = halves.fused(data, every[: data.examples])
    learnt = float((fused.argmax(axis=1) == labels[: data.examples]).mean())
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
    return IntentModel(facts, _lexical(grams, halves.words), dense)


def _features(task: Task) -> tuple[Floats | None, Floats]:
    if not task.vectors:
        return None, np.zeros(0, np.float32)
    rows = np.frombuffer(task.vectors, np.float32).reshape(-1, task.dim + task.early_dim)
    mean = rows.mean(axis=0)
    mean[: task.dim] = _in_common(task, rows)[: task.dim]
    return features(rows, mean, task.dim), mean


def _in_common(task: Task, rows: Floats) -> Floats:
    """What is taken off the vectors: nothing, unless the embedder knows usual texts."""
    if not task.usual:
        return np.zeros(rows.shape[1], np.float32)
    usual = np.frombuffer(task.usual, np.float32).reshape(-1, rows.shape[1]).mean(axis=0)
    found: Floats = (rows.sum(axis=0) + USUAL_TEXTS * usual) / np.float32(len(rows) + USUAL_TEXTS)
    return found


def _lexical(grams: Table, words: Apart) -> Lexical:
    found = words.weights()
    step = np.maximum(np.abs(found).max(axis=0), 1e-9).astype(np.float32) / 127
    return Lexical(grams.known, grams.idf, np.rint(found / step).astype(np.int8), step, words.bias)


@dataclass(frozen=True, slots=True)
class _Halves:
    """What some of the rows have taught."""

    words: Apart
    dense: tuple[Floats, Floats] | None
    stretch: Floats

    def fused(self, data: _Data, at: Numbers) -> Floats:
        """The intents' log-probabilities of the rows `at`."""
        fused = log_softmax(self.words.scores[at] * self.stretch[at, None] + self.words.bias)
        if self.dense is not None and data.rows is not None:
            fused = fuse(log_softmax(data.rows[at] @ self.dense[0] + self.dense[1]), fused, DENSE_SHARE)
        return log_softmax(fused)


def _fit(data: _Data, learnt: Numbers, tolerance: float) -> _Halves:
    stretch, _ = data.table.seen(learnt)
    if data.solve is None:
        return _of_one(data, stretch)
    words = data.solve(learnt)
    if data.rows is None:
        return _Halves(words, None, stretch)
    dense = logistic(
        data.rows[learnt],
        data.labels[learnt],
        data.weights[learnt],
        data.intents,
        c=LOGISTIC_C,
        tolerance=tolerance,
    )
    return _Halves(words, dense, stretch)


def _of_one(data: _Data, stretch: Floats) -> _Halves:
    none = np.zeros(1, np.float32)
    words = Apart(
        np.zeros((data.table.rows, 1), np.float32),
        none,
        lambda: np.zeros((len(data.table.known), 1), np.float32),
    )
    dense = None if data.rows is None else (np.zeros((data.rows.shape[1], 1), np.float32), none)
    return _Halves(words, dense, stretch)


def _validated(data: _Data) -> tuple[float, tuple[float, ...]]:
    """The share of unseen examples understood right, and the quantiles of how certain the model was of them."""
    folds = _folds(data.labels[: data.examples])
    names = np.arange(data.examples, len(data.labels))
    near = None if data.rows is None else _nearness(data.rows[: data.examples, : data.dim])
    right: list[np.ndarray] = []
    certain: list[float] = []
    for fold in range(FOLDS):
        held = np.flatnonzero(folds == fold)
        if not len(held):
            continue
        learnt = np.concatenate([np.flatnonzero(folds != fold), names])
        scores = _fit(data, learnt, ROUGH_TOLERANCE).fused(data, held)
        right.append(scores.argmax(axis=1) == data.labels[held])
        nearness = data.table.seen(learnt)[1][held] if near is None else near[held]
        best = scores.max(axis=1)
        certain += [certainty(float(one), float(how)) for one, how in zip(best, nearness, strict=True)]
        if data.examples > MOST_FOLDED:
            break
    if not certain:
        # Nothing could be held back: every intent has one example. Then only what is very near to one counts.
        return 0.0, (certainty(0.0, 0.6),)
    return float(np.concatenate(right).mean()), tuple(
        round(float(value), 5) for value in np.quantile(certain, np.linspace(0, 1, 101))
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
