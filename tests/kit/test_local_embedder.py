"""Embedding on this machine: which texts a model is given together, and whose vector is whose."""

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
import pytest
from numpy.typing import NDArray

from frontdesk.kit.local_embedder import AT_ONCE, FEW, MOST_CHARACTERS, Encode, LocalEmbedder

Batches = list[list[str]]


def _counting(batches: Batches) -> Callable[[], Encode]:
    """A model whose vectors point where a text's length says."""
    writing = Lock()

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        with writing:
            batches.append(list(texts))
        return np.array([[len(text), 1000.0] for text in texts], np.float32)

    return lambda: encode


async def test_many_texts_keep_their_order_and_no_batch_takes_more_room_than_it_may() -> None:
    batches: Batches = []
    texts = ["x" * (1 + number * 37 % 900) for number in range(300)]
    found = await LocalEmbedder(_counting(batches), 2).embed(texts)
    wanted = np.array([[len(text), 1000.0] for text in texts])
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert np.abs(found - wanted).max() < 1e-5
    assert sorted(text for batch in batches for text in batch) == sorted(texts)
    for batch in batches:
        assert len(batch) <= AT_ONCE
        assert len(batch) == 1 or len(batch) * max(map(len, batch)) <= MOST_CHARACTERS


async def test_a_text_longer_than_a_batch_has_one_of_its_own() -> None:
    batches: Batches = []
    texts = ["short"] * FEW + ["y" * (2 * MOST_CHARACTERS)] * 2
    await LocalEmbedder(_counting(batches), 2).embed(texts)
    assert sorted(map(len, batches)) == [1, 1, FEW]


async def test_what_breaks_on_one_text_is_told_and_the_rest_is_not_begun() -> None:
    begun = 0

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        nonlocal begun
        begun += 1
        raise ValueError(f"broke on {len(texts)}")

    with pytest.raises(ValueError, match="broke"):
        await LocalEmbedder(lambda: encode, 2).embed(["z" * 1000] * 200)
    assert begun < 10
