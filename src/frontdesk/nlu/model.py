"""A trained model of a bot's intents: arrays of numbers, what it makes of a text, and its form as bytes.

Two halves look at a text: logistic regression on its sentence vector, and a linear classifier on its words and pieces
of words. Their probabilities are fused; how near the text is to known examples says whether it is any of them.
"""

import io
import math
import zipfile
from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

from frontdesk.nlu.bands import Bands, Judged, Ranked, judge
from frontdesk.nlu.grams import grams

FORMAT = 1
MOST_BYTES = 96 << 20
"""Of a model, unpacked."""
NEAREST = 3
"""Examples whose nearness counts."""
EARLY_WEIGHT = 0.45
"""Of the early layer beside the vector's 1."""
CERTAINTY_OF_FIT = 0.25
CERTAINTY_OF_NEARNESS = 2.0
"""Of the logarithm of the best probability, and of the mean cosine to the nearest examples."""

Floats = NDArray[np.float32]


class ModelUnreadable(ValueError):
    """The bytes are no model that this release can use; training makes a new one."""


class Facts(msgspec.Struct, frozen=True):
    """What a model is besides its arrays.

    `fingerprint` is that of the embedder its vectors came from, empty for none. `quantiles` are the certainties
    at 0, 1 ... 100 percent of the bot's own examples, `accuracy` the share of them understood right when unseen.
    `dense_share` is the weight of the sentence vector's half.
    """

    intents: tuple[str, ...]
    fingerprint: str
    dim: int
    examples: int
    accuracy: float
    quantiles: tuple[float, ...]
    dense_share: float
    remarks: tuple[str, ...] = ()
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Lexical:
    """The half that knows words: by gram its inverse document frequency and its weights, in steps of `step`."""

    known: NDArray[np.uint32]
    idf: Floats
    weights: NDArray[np.int8]
    step: Floats
    bias: Floats

    def look(self, text: str) -> tuple[Floats, float]:
        """The intents' scores, and how much of the text consists of known grams, 0 to 1."""
        counted = grams(text)
        hashes = np.fromiter(counted.keys(), np.uint32, len(counted))
        counts = np.fromiter(counted.values(), np.float32, len(counted))
        at = np.minimum(np.searchsorted(self.known, hashes), len(self.known) - 1)
        hit = self.known[at] == hashes if len(self.known) else np.zeros(len(hashes), bool)
        rarest = float(self.idf.max()) if len(self.idf) else 1.0
        weight = (1 + np.log(counts[hit])) * self.idf[at[hit]]
        unknown = float(np.count_nonzero(~hit)) * rarest
        total = float(weight.sum())
        length = math.sqrt(float(weight @ weight)) or 1.0
        scores = ((weight / length) @ self.weights[at[hit]].astype(np.float32)) * self.step + self.bias
        return scores.astype(np.float32), total / (total + unknown) if total else 0.0


@dataclass(frozen=True, slots=True)
class Dense:
    """The half that knows meaning; `mean` is what rows have in common, `examples` are vectors of length 1."""

    weights: Floats
    bias: Floats
    examples: Floats
    mean: Floats

    def look(self, vector: Floats) -> tuple[Floats, float]:
        """The intents' scores, and the mean cosine to the nearest examples."""
        dim = self.examples.shape[1]
        row = features(vector[None, :], self.mean, dim)[0]
        near = self.examples @ row[:dim]
        most = min(NEAREST, len(near))
        nearest = np.partition(near, len(near) - most)[len(near) - most :]
        return row @ self.weights + self.bias, float(nearest.mean())


@dataclass(frozen=True, slots=True)
class IntentModel:
    """A model, ready to look at texts; it never changes."""

    facts: Facts
    lexical: Lexical
    dense: Dense | None = None
    size_bytes: int = field(default=0)

    def rank(self, text: str, vector: Floats | None) -> Ranked:
        """What the text may mean.

        Args:
            text: What the customer wrote.
            vector: What `embed_intents` makes of it, of the embedder of `facts.fingerprint`; None for a model without one.

        Returns:
            Every intent, best first.
        """
        scores, known = self.lexical.look(text)
        fused = log_softmax(scores)
        nearness = known
        if self.dense is not None and vector is not None:
            meant, nearness = self.dense.look(vector)
            fused = fuse(log_softmax(meant), fused, self.facts.dense_share)
        shares = log_softmax(fused)
        order = np.argsort(-shares, kind="stable")
        ranked = tuple((self.facts.intents[at], float(math.exp(shares[at]))) for at in order)
        return Ranked(ranked, certainty(float(shares[order[0]]), nearness))

    def judge(self, text: str, vector: Floats | None, bands: Bands) -> Judged:
        """What to do about the text."""
        return self.band(self.rank(text, vector), bands)

    def band(self, ranked: Ranked, bands: Bands) -> Judged:
        """What to do about a text of which the model has made this."""
        below = (
            self.threshold(bands.reject_share),
            self.threshold(max(bands.confirm_share, bands.reject_share)),
        )
        return judge(ranked, *below, bands)

    def threshold(self, share: float) -> float:
        """The certainty under which this share of the bot's own examples was when they were held back."""
        quantiles = self.facts.quantiles
        place = min(max(share, 0.0), 1.0) * (len(quantiles) - 1)
        low = math.floor(place)
        high = min(low + 1, len(quantiles) - 1)
        return quantiles[low] + (quantiles[high] - quantiles[low]) * (place - low)


def certainty(log_best: float, nearness: float) -> float:
    """How sure a text belongs to the bot at all, of its best intent's log-probability and its nearness to examples."""
    return CERTAINTY_OF_FIT * log_best + CERTAINTY_OF_NEARNESS * nearness


def fuse(dense: Floats, lexical: Floats, dense_share: float) -> Floats:
    """Log-probabilities of both halves as one score."""
    return (dense_share * dense + (1 - dense_share) * lexical).astype(np.float32)


def log_softmax(scores: Floats) -> Floats:
    """Scores as logarithms of probabilities, along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    found: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return found


def features(rows: Floats, mean: Floats, dim: int) -> Floats:
    """What the half that knows meaning looks at.

    Args:
        rows: As an embedder's `embed_intents` gives them, shape (texts, dim + early_dim).
        mean: What texts have in common, taken off first; `dim` zeros where that is nothing for vectors.
        dim: Numbers of a vector.

    Returns:
        The vectors with length 1, and the numbers of the early layer with length `EARLY_WEIGHT`.
    """
    moved = rows - mean
    return np.hstack([_of_length(moved[:, :dim], 1.0), _of_length(moved[:, dim:], EARLY_WEIGHT)])


def _of_length(rows: Floats, length: float) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Floats = (rows * (length / np.where(lengths > 0, lengths, 1))).astype(np.float32)
    return found


def dump(model: IntentModel) -> bytes:
    """The model as bytes; `load` reads them."""
    lexical, dense = model.lexical, model.dense
    arrays: dict[str, NDArray[np.generic]] = {
        "facts": np.frombuffer(msgspec.json.encode(model.facts), np.uint8),
        "known": lexical.known,
        "idf": lexical.idf,
        "weights": lexical.weights,
        "step": lexical.step,
        "bias": lexical.bias,
    }
    if dense is not None:
        arrays |= {
            "dense_weights": dense.weights,
            "dense_bias": dense.bias,
            # Half of the digits are enough to tell how near a text is.
            "examples": dense.examples.astype(np.float16),
            "mean": dense.mean,
        }
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, **arrays)
    return out.getvalue()


def load(raw: bytes) -> IntentModel:
    """Read what `dump` gave.

    Raises:
        ModelUnreadable: It is of another format, damaged, or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MOST_BYTES:
            raise ModelUnreadable(f"the model has {size >> 20} MB; {MOST_BYTES >> 20} is the most")
        with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        facts = msgspec.json.decode(found["facts"].tobytes(), type=Facts)
        if facts.format != FORMAT:
            raise ModelUnreadable(f"the model has format {facts.format}, this release reads {FORMAT}")
        lexical = Lexical(*(found[name] for name in ("known", "idf", "weights", "step", "bias")))
        dense = None
        if "dense_weights" in found:
            examples = found["examples"].astype(np.float32)
            dense = Dense(found["dense_weights"], found["dense_bias"], examples, found["mean"])
    except (zipfile.BadZipFile, msgspec.MsgspecError, KeyError, ValueError, OSError, EOFError) as error:
        if isinstance(error, ModelUnreadable):
            raise
        raise ModelUnreadable(f"the model cannot be read: {error}") from error
    return IntentModel(facts, lexical, dense, size)
