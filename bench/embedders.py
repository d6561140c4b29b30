"""The embedding models on this machine, as the program has them."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy import float32
from numpy.typing import NDArray

from frontdesk.app.clock import SystemClock
from frontdesk.app.registry import load_registry
from frontdesk.egress.allow import parse_settings
from frontdesk.egress.http import GuardedHttp
from frontdesk.kit.outside import Outside
from frontdesk.ports.embedder import Embedder, EmbedderProfile

ENGLISH, MULTILINGUAL = "english", "multilingual"


class Remembering:
    """Has the vectors of questions at hand, as the program has where it has understood the message before."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, NDArray[float32]] = {}

    @property
    def profile(self) -> EmbedderProfile:
        return self._embedder.profile

    def trouble(self) -> str:
        return self._embedder.trouble()

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[float32]:
        for text in texts:
            if text not in self._known:
                self._known[text] = (await self._embedder.embed_queries([text]))[0]
        return np.stack([self._known[text] for text in texts])

    async def embed_intents(self, texts: Sequence[str]) -> NDArray[float32]:
        return await self._embedder.embed_intents(texts)

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[float32]:
        return await self._embedder.embed_passages(texts)


def local_embedders() -> list[tuple[str, Embedder]]:
    """Each with its tier; of one that cannot be used is said why."""
    outside = Outside(GuardedHttp(parse_settings("")), SystemClock(), "bench")
    found = []
    for plugin in load_registry().of_capability("Embedder"):
        if plugin.manifest.purposes:
            continue
        embedder = cast("Embedder", plugin.load()(outside))
        if trouble := embedder.trouble():
            print(f"{plugin.manifest.id}: not measured. {trouble}")
        else:
            found.append((ENGLISH if embedder.profile.languages == {"en"} else MULTILINGUAL, embedder))
    return found
