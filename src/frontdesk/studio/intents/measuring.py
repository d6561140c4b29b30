"""How well a bot understands texts whose intents are known: the share that is right, intent by intent, and what is confused."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

NOTHING = "-"
"""In a file of texts, the intent of those that are none of the bot's."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A text and its intent; `NOTHING` for none of the bot's."""

    text: str
    intent: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What was made of a probe: the best intent (empty: none known) and its band."""

    probe: Probe
    intent: str
    band: str

    @property
    def right(self) -> bool:
        """The best intent is the one meant; what is none of the bot's has to be turned down."""
        if self.probe.intent == NOTHING:
            return self.band in {"reject", ""}
        return self.intent == self.probe.intent


@dataclass(frozen=True, slots=True)
class OfIntent:
    """`texts` have it, `right` of them were understood; `taken` texts were understood as it."""

    intent: str
    texts: int
    right: int
    taken: int

    @property
    def recall(self) -> float:
        return self.right / self.texts if self.texts else 0.0

    @property
    def precision(self) -> float:
        return self.right / self.taken if self.taken else 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """`pairs`: the intent meant, the one understood, how often; the most frequent first."""

    inside: int
    right: int
    outside: int
    turned_down: int
    bands: dict[str, int]
    intents: tuple[OfIntent, ...]
    pairs: tuple[tuple[str, str, int], ...]
    unknown: tuple[str, ...] = field(default=())

    @property
    def accuracy(self) -> float:
        return self.right / self.inside if self.inside else 0.0

    @property
    def turned_down_share(self) -> float:
        return self.turned_down / self.outside if self.outside else 0.0


def measure(guesses: Sequence[Guess], known: Sequence[str]) -> Measured:
    """`known` are the intents that the bot has learnt."""
    inside = [guess for guess in guesses if guess.probe.intent != NOTHING]
    outside = [guess for guess in guesses if guess.probe.intent == NOTHING]
    meant = Counter(guess.probe.intent for guess in inside)
    right = Counter(guess.probe.intent for guess in inside if guess.right)
    taken = Counter(guess.intent for guess in guesses if guess.intent and guess.band != "reject")
    pairs = Counter((guess.probe.intent, guess.intent or NOTHING) for guess in inside if not guess.right)
    rows = [OfIntent(name, meant[name], right[name], taken[name]) for name in meant]
    return Measured(
        inside=len(inside),
        right=sum(right.values()),
        outside=len(outside),
        turned_down=sum(guess.right for guess in outside),
        bands=dict(Counter(guess.band or "none" for guess in inside)),
        intents=tuple(sorted(rows, key=lambda row: (row.recall, row.intent))),
        pairs=tuple(
            (one, other, times)
            for (one, other), times in sorted(pairs.items(), key=lambda each: (-each[1], each[0]))
        ),
        unknown=tuple(sorted(set(meant) - set(known))),
    )
