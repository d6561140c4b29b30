"""What every embedder has to hold to, whatever model is behind it; each plug-in's tests run it."""

import asyncio

import numpy as np

from frontdesk.ports.embedder import Embedder


async def holds_to_the_port(embedder: Embedder) -> None:
    profile = embedder.profile
    texts = ["Where is my parcel?", "", "x", "a " * 5_000, "Где моя посылка?", "\u0000\ud7ff \U0001f600"]
    for embed in (embedder.embed_queries, embedder.embed_passages):
        found = await embed(texts)
        assert found.dtype == np.float32
        assert found.shape == (len(texts), profile.dim)
        lengths = np.linalg.norm(found, axis=1)
        assert np.allclose(lengths, 1, atol=1e-3), lengths
        # One by one, in another order and beside others: a text's vector is its own.
        one = await embed(texts[:1])
        assert float(one[0] @ found[0]) > 0.999
        assert (await embed([])).shape == (0, profile.dim)
    wide = await embedder.embed_intents(texts)
    assert wide.dtype == np.float32
    assert wide.shape == (len(texts), profile.dim + profile.early_dim)
    assert np.allclose(wide[:, : profile.dim], await embedder.embed_queries(texts), atol=1e-3)
    assert (await embedder.embed_intents([])).shape == (0, profile.dim + profile.early_dim)
    together = await asyncio.gather(*(embedder.embed_queries([text]) for text in texts[:3]))
    queries = await embedder.embed_queries(texts[:3])
    assert all(float(each[0] @ row) > 0.999 for each, row in zip(together, queries, strict=True))
    assert 0 <= profile.dense_weight <= 1
    assert profile.fingerprint.startswith(profile.id)


async def knows_what_is_alike(embedder: Embedder, alike: list[tuple[str, str, str]]) -> None:
    """Of each three texts the first two mean the same and the third does not."""
    for one, same, other in alike:
        vectors = await embedder.embed_queries([one, same, other])
        near, far = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
        assert near > far, (one, same, near, other, far)
