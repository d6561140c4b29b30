"""From scores to a decision: take the best intent, ask which is meant, or say that it is none.

Bot authors have no examples of what their bot is not for, so the thresholds come from its own: how sure the model
was of examples that it had not seen while it was trained (cross-validation).
"""

import math
from dataclasses import dataclass

import msgspec

from frontdesk.core.action import Candidate

MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Bands:
    """The numbers that decide, all shares of 1.

    Attributes:
        reject_share: How much of what belongs to the bot's intents may be turned down, so that strange questions are.
        confirm_share: Below this share of the bot's own examples in sureness, the customer is asked what is meant.
        tie: From this ratio of the second-best intent's score to the best one's on, the customer is asked as well.
        named: What an intent must score, as a share of the best one, to be offered.
    """

    reject_share: float = 0.05
    confirm_share: float = 0.10
    tie: float = 0.70
    named: float = 0.15


class Ranked(msgspec.Struct, frozen=True):
    """What a model makes of a text: intents with their probabilities, best first, and how sure it is at all.

    `certainty` has no unit: it is compared with the thresholds of its own model, and told as a share by `judge`.
    """

    intents: tuple[tuple[str, float], ...]
    certainty: float


class Judged(msgspec.Struct, frozen=True):
    """The decision: `accept` (the first is meant), `confirm` (ask among `candidates`), `reject` (none of them).

    The certainty and its two thresholds are 0 to 1, for people to compare.
    """

    band: str
    candidates: tuple[Candidate, ...]
    certainty: float
    reject_below: float
    confirm_below: float


def judge(ranked: Ranked, reject_below: float, confirm_below: float, bands: Bands) -> Judged:
    """Put what was found into its band.

    Args:
        ranked: What the model found.
        reject_below: Certainty under which it is none of the intents.
        confirm_below: Certainty under which the customer is asked.
        bands: The shares that decide between intents.

    Returns:
        The band, and the intents to go on with: all of `ranked` worth naming, the first `sure` when accepted.
    """
    told = _share(ranked.certainty), _share(reject_below), _share(confirm_below)
    best = ranked.intents[0][1] if ranked.intents else 0.0
    named = [(name, score) for name, score in ranked.intents[:MOST_CANDIDATES] if score >= best * bands.named]
    if not named or ranked.certainty < reject_below:
        return Judged("reject", (), *told)
    tied = len(named) > 1 and named[1][1] >= best * bands.tie
    sure = not tied and ranked.certainty >= confirm_below
    candidates = tuple(
        Candidate(name, round(score, 4), sure=sure and at == 0) for at, (name, score) in enumerate(named)
    )
    return Judged(
        "accept" if sure else "confirm",
        candidates if sure else _to_ask(candidates),
        *told,
    )


def _share(certainty: float) -> float:
    """0 to 1, in the same order."""
    return 1 / (1 + math.exp(-certainty))


def _to_ask(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    # "A or B?" can be answered; a list of everything cannot.
    return candidates[:2]
