"""What a model is solved with: the same comes out as from the library, and from the way for many texts."""

import subprocess
import sys

import msgspec
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from tests.nlu.conftest import INTENTS, vectors

from frontdesk.nlu import training_many
from frontdesk.nlu.apart import by_products
from frontdesk.nlu.grams import grams
from frontdesk.nlu.model import Floats, load
from frontdesk.nlu.solving import Doubles, Labels, hinges, logistic
from frontdesk.nlu.table import table
from frontdesk.nlu.task import MOST_PRODUCTS, Learnt, Lesson, Task, job, lesson
from frontdesk.nlu.training import fit
from frontdesk.sandbox.work import Limits, run

MANY, SIZE, KINDS = 120, 24, 6


@pytest.fixture
def made() -> tuple[Floats, Labels, Doubles]:
    """Rows of intents that overlap, some of less weight."""
    chance = np.random.default_rng(3)
    labels = np.arange(MANY) % KINDS
    middles = chance.normal(0, 1, (KINDS, SIZE))
    rows = middles[labels] + chance.normal(0, 1.5, (MANY, SIZE))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32), labels.astype(np.int64), chance.choice([0.7, 1.0], MANY)


@pytest.mark.parametrize("c", [0.5, 20.0])
def test_regression_finds_what_the_library_finds(made: tuple[Floats, Labels, Doubles], c: float) -> None:
    rows, labels, weights = made
    found, bias = logistic(rows, labels, weights, KINDS, c=c, tolerance=1e-5)
    other = LogisticRegression(C=c, max_iter=2000, tol=1e-7).fit(
        rows.astype(np.float64), labels, sample_weight=weights
    )
    assert np.abs(found - other.coef_.T).max() < 0.02
    # A number added to all biases changes nothing.
    assert np.abs((bias - bias.mean()) - (other.intercept_ - other.intercept_.mean())).max() < 0.02


def test_hinges_find_what_the_library_finds(made: tuple[Floats, Labels, Doubles]) -> None:
    rows, labels, weights = made
    shares = hinges(rows @ rows.T, labels, weights, KINDS, c=1.0, tolerance=1e-4)
    other = LinearSVC(C=1.0, tol=1e-8, max_iter=100_000, random_state=0).fit(
        rows.astype(np.float64), labels, sample_weight=weights
    )
    assert np.abs(rows.T @ shares - other.coef_.T).max() < 0.01
    assert np.abs(shares.sum(axis=0) - other.intercept_).max() < 0.01


def test_rows_that_are_all_alike_end_it(made: tuple[Floats, Labels, Doubles]) -> None:
    rows, labels, weights = made
    alike = np.repeat(rows[:1], MANY, axis=0)
    found, bias = logistic(alike, labels, weights, KINDS, c=20.0, tolerance=1e-4)
    shares = hinges(alike @ alike.T, labels, weights, KINDS, c=1.0, tolerance=1e-4)
    assert np.isfinite(found).all()
    assert np.isfinite(bias).all()
    assert np.isfinite(shares).all()


def test_few_and_many_texts_are_told_apart_alike() -> None:
    learnt = lesson(INTENTS)
    assert learnt is not None
    made = table(learnt.texts, len(learnt.intents))
    labels, weights = np.array(learnt.labels), np.ones(len(learnt.texts))
    part = np.arange(1, len(learnt.texts))
    few, many = (
        prepare(made, labels, weights, len(learnt.intents))(part)
        for prepare in (by_products, training_many.by_weights)
    )
    assert np.abs(few.scores - many.scores).max() < 0.02
    assert np.abs(few.weights() - many.weights()).max() < 0.02
    assert np.abs(few.bias - many.bias).max() < 0.02


def test_a_text_weighs_in_learning_what_it_weighs_in_serving() -> None:
    learnt = lesson(INTENTS)
    assert learnt is not None
    model = fit(Task(learnt, ""))
    made = table(learnt.texts, len(learnt.intents))
    scores = by_products(made, np.array(learnt.labels), _weights(learnt), 3)(np.arange(made.rows))
    for row, text in enumerate(learnt.texts):
        served, known = model.lexical.look(text)
        assert known == pytest.approx(1.0)
        # Served weights are rounded to whole steps.
        assert np.abs(served - scores.scores[row] - scores.bias).max() < 0.02


def test_what_only_others_have_is_unknown_to_a_part() -> None:
    made = table(["alpha beta", "alpha gamma", "alpha beta"], 2)
    stretch, shares = made.seen(np.array([0]))
    assert shares[0] == shares[2] == pytest.approx(1.0)
    assert shares[1] < 1
    known = set(grams("alpha beta"))
    length = sum(
        float(value) ** 2
        for row, column, value in zip(made.row, made.column, made.value, strict=True)
        if row == 1 and int(made.known[column]) in known
    )
    assert stretch[1] == pytest.approx(length**-0.5, rel=1e-4)


def _weights(learnt: Lesson) -> Doubles:
    weights = np.ones(len(learnt.texts))
    weights[learnt.examples :] = 0.7
    return weights


def _many() -> Lesson:
    """As many texts as only the library is given, of numbered things."""
    things = MOST_PRODUCTS // len(INTENTS) // 5 + 1
    found = lesson(
        {
            name: [f"{text} for thing {number}" for number in range(things) for text in texts]
            for name, texts in INTENTS.items()
        }
    )
    assert found is not None
    return found


async def test_many_texts_are_learnt_in_a_child_with_the_library(learnt: Lesson) -> None:
    many = _many()
    assert job(learnt) != job(many)
    task = Task(many, "made:1", vectors(many.texts, many.labels).tobytes(), 32)
    answer = await run(
        job(many), msgspec.msgpack.encode(task), limits=Limits(wall_s=120, cpu_s=120, memory_bytes=4 << 30)
    )
    told = msgspec.msgpack.decode(answer, type=Learnt)
    assert told.accuracy > 0.9
    ranked = load(told.model).rank("where is my parcel for thing 3", vectors([""], [1])[0])
    assert ranked.intents[0][0] == "delivery"


def test_few_texts_are_learnt_without_the_library(task: Task) -> None:
    """It takes longer to load than they take to be learnt."""
    module = job(task.lesson).partition(":")[0]
    asked = f"import sys, {module}; print(sorted({{'numpy', 'scipy', 'sklearn'}} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "['numpy']"
