"""Words and meaning together: which of the candidates fits best, and whether even that one answers.

Scores of the two kinds are made comparable over the candidates (z-scores) and weighed by how far the embedder is
to be trusted beside the words.
"""

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

Floats = NDArray[numpy.float64]

CANDIDATES = 40
"""Passages taken from each of the two kinds of search."""
MORE_INSIDE = 0.85
"""What the sentence with most of the question counts besides its share of the score: a passage that is merely about
the same things is found by its meaning, so words may look for the answer itself."""
CROWDED = 0.75
"""What unrelated texts have with models whose vectors want centring, where too few passages are there to tell."""
TELLING = 20
"""As many passages tell it."""
LEVEL_COSINES, LEVEL_SHARE = 0.1, 0.1
"""Candidates whose cosines, or whose scores as a share of the best, spread by less are nearly level: that of two like
articles one is a hair better must not weigh more than the page that the customer is on."""
_COSINE_SHARE = 2.0
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Near:
    """How passages fit by meaning: cosines of the whole (with its title) and of its best sentence."""

    whole: Floats
    sentence: Floats


def lexical_rank(score: Floats) -> Floats:
    """What candidates are ordered by when no vectors are there."""
    return _standard(score, _level(score))


def hybrid_rank(score: Floats, inside: Floats, near: Near, dense_weight: float) -> Floats:
    """What candidates are ordered by; higher is better.

    Args:
        score: By words; 0 for passages that have none of them.
        inside: How much of the question stands in one sentence, as `postings.Lexical` has it.
        near: By meaning.
        dense_weight: 0 to 1, the embedder's own.
    """
    words = score + MORE_INSIDE * inside
    meaning = _standard(near.whole + near.sentence, LEVEL_COSINES)
    return (1 - dense_weight) * _standard(words, _level(words)) + dense_weight * meaning


def spread_out(cosine: float, usual: float) -> float:
    """A cosine of a model whose cosines are all high, on the scale of the others: 0 for what is usual.

    Args:
        cosine: As the model gives it.
        usual: What unrelated texts have with this question.
    """
    return (cosine - usual) / (1 - usual) if usual < 1 else 0.0


def hybrid_fit(fit: Floats, near: Near) -> Floats:
    """How sure one can be that a passage is about the question, 0 to 1.

    Args:
        fit: The same by words alone.
        near: By meaning.
    """
    cosine = numpy.maximum(near.whole, near.sentence).clip(0, 1)
    return (fit + _COSINE_SHARE * cosine) / (1 + _COSINE_SHARE)


def _level(score: Floats) -> float:
    return LEVEL_SHARE * float(score.max(initial=0.0))


def _standard(values: Floats, level: float) -> Floats:
    """On a scale on which candidates spread by 1, those that are nearly level by less."""
    if not len(values):
        return values
    standard: Floats = (values - values.mean()) / max(float(values.std()), level, _NOTHING)
    return standard
