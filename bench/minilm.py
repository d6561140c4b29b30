"""MiniLM for the benchmark of retrieval, read from its two files; vectors are remembered in a file between runs.

BENCH_MINILM is a folder with model.onnx and tokenizer.json. Without it the benchmark measures words alone.
"""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from frontdesk.ports.embedder import EmbedderProfile

Vectors = NDArray[numpy.float32]
AT_ONCE = 32


class MiniLm:
    profile = EmbedderProfile("minilm", "minilm:bench", 384, 256, frozenset({"en"}), dense_weight=0.6)

    def __init__(self, folder: Path, cache: Path | None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
        self._names = {given.name for given in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(self.profile.max_tokens)
        self._tokenizer.no_padding()
        self._cache = cache
        self._known: dict[str, Vectors] = {}
        if cache is not None and cache.exists():
            with numpy.load(cache) as kept:
                self._known = dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return await asyncio.to_thread(self._all, texts)

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return await asyncio.to_thread(self._all, texts)

    def keep(self) -> None:
        if self._cache is not None:
            numpy.savez(self._cache, keys=list(self._known), vectors=numpy.stack(list(self._known.values())))

    def _all(self, texts: Sequence[str]) -> Vectors:
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        new = [(key, text) for key, text in zip(keys, texts, strict=True) if key not in self._known]
        new.sort(key=lambda pair: len(pair[1]))
        for start in range(0, len(new), AT_ONCE):
            part = new[start : start + AT_ONCE]
            for (key, _), vector in zip(part, self._some([text for _, text in part]), strict=True):
                self._known[key] = vector
        return (
            numpy.stack([self._known[key] for key in keys])
            if keys
            else numpy.empty((0, self.profile.dim), numpy.float32)
        )

    def _some(self, texts: list[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(texts)
        size = max(len(each.ids) for each in encoded)
        ids = numpy.zeros((len(texts), size), numpy.int64)
        mask = numpy.zeros((len(texts), size), numpy.int64)
        for row, each in enumerate(encoded):
            ids[row, : len(each.ids)], mask[row, : len(each.ids)] = each.ids, 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
        hidden = self._session.run(None, {name: given[name] for name in self._names})[0]
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return cast("Vectors", (mean / numpy.linalg.norm(mean, axis=1, keepdims=True)).astype(numpy.float32))


def load() -> MiniLm | None:
    folder = os.environ.get("BENCH_MINILM")
    cache = os.environ.get("BENCH_VECTORS")
    return None if folder is None else MiniLm(Path(folder), None if cache is None else Path(cache))
