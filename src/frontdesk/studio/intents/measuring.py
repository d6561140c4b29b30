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
    def taken(self) -> str:
        """What a conversation would take it for, at once or after asking; `NOTHING` where it is turned down."""
        return NOTHING if self.band in {"reject", ""} else self.intent

    @property
    def right(self) -> bool:
        """It is taken for the intent meant; what is none of the bot's has to be turned down."""
        return self.taken == self.probe.intent

    @property
    def best_is_right(self) -> bool:
        """The best intent is the one meant, even where too little speaks for it to take it."""
        return self.intent == self.probe.intent


@dataclass(frozen=True, slots=True)
class OfIntent:
    """`texts` have it, `right` of them were taken for it; `taken` texts in all were."""

    intent: str
    texts: int
    right: int
    taken: int

    @property
    def recall(self) -> float:
        return self.right / self.texts if self.texts else 0.0

    @property
    def precision(self) -> float | None:
        """None where no text was taken for it: then there is nothing to be right or wrong about."""
        return self.right / self.taken if self.taken else None


@dataclass(frozen=True, slots=True)
class Measured:
    """`pairs`: the intent meant, what the text was taken for, how often; the most frequent first."""

    inside: int
    right: int
    best_right: int
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
    def best_right_share(self) -> float:
        return self.best_right / self.inside if self.inside else 0.0

    @property
    def turned_down_share(self) -> float:
        return self.turned_down / self.outside if self.outside else 0.0


def measure(guesses: Sequence[Guess], known: Sequence[str]) -> Measured:
    """`known` are the intents that the bot has learnt."""
    inside = [guess for guess in guesses if guess.probe.intent != NOTHING]
    outside = [guess for guess in guesses if guess.probe.intent == NOTHING]
    meant = Counter(guess.probe.intent for guess in inside)
    right = Counter(guess.probe.intent for guess in inside if guess.right)
    taken = Counter(guess.taken for guess in guesses)
    pairs = Counter((guess.probe.intent, guess.taken) for guess in inside if not guess.right)
    rows = [OfIntent(name, meant[name], right[name], taken[name]) for name in meant]
    return Measured(
        inside=len(inside),
        right=sum(right.values()),
        best_right=sum(guess.best_is_right for guess in inside),
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
