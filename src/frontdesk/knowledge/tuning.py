"""What decides whether a found article answers: numbers that an installation may set. Handed to `library`'s search by `app`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """Fits are 0 to 1.

    `least_by_words`: below this fit an article that was found by words alone does not answer. `least`: the same
    where both words and meaning were looked at. `same_question`: from here on a curated answer's question is the
    customer's. `meaning_weight`: how much meaning counts beside words, 0 to 1; None: the embedder's own.
    """

    least_by_words: float = 0.42
    least: float = 0.45
    same_question: float = 0.72
    meaning_weight: float | None = None
