"""Lessons and vectors for the tests of models: made up, so that what is near what is known."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from frontdesk.nlu.task import Lesson, Task, lesson

DIM = 32
INTENTS = {
    "refund": [
        "I want my money back",
        "how do I get a refund",
        "please refund my order",
        "give me back what I paid",
        "can I be paid back",
    ],
    "delivery": [
        "where is my parcel",
        "when will my package arrive",
        "track my delivery",
        "my delivery is late",
        "has it been shipped",
    ],
    "opening": [
        "when are you open",
        "what are your opening hours",
        "are you open on Sunday",
        "when does the shop close",
        "is the store open today",
    ],
}


def vectors(texts: Sequence[str], labels: Sequence[int]) -> NDArray[np.float32]:
    """Each intent has a direction of its own, each text its own noise."""
    chance = np.random.default_rng(1)
    made = chance.normal(0, 0.08, (len(texts), DIM)).astype(np.float32)
    for row, label in enumerate(labels):
        made[row, label] += 1
    found: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return found


@pytest.fixture
def learnt() -> Lesson:
    found = lesson(INTENTS)
    assert found is not None
    return found


@pytest.fixture
def task(learnt: Lesson) -> Task:
    return Task(learnt, "made:1", vectors(learnt.texts, learnt.labels).tobytes(), DIM)
