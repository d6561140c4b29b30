"""Which of a service's models a question goes to: the one for standard, or the one for complex questions.

Decided by what can be counted, in any language; a question has to gather `COMPLEX` points.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Tier = Literal["standard", "complex"]

COMPLEX = 2
LONG_WORDS = 30
VERY_LONG_WORDS = 80
MANY_SOURCES = 3
MANY_TOOLS = 3
MANY_TURNS = 4
UNSURE = 0.5
_SENTENCE_ENDS = re.compile(r"[.!?;。？！؟\n]+(?:\s|$)")
_QUESTIONS = re.compile(r"[?？؟]")
_NUMBERS = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Features:
    """What is counted.

    `sources`: articles that the passages come from. `best`: the score of the best passage, 0 to 1; 1 where there are
    none. `turns`: how often the model was asked in this task.
    """

    words: int
    sentences: int
    questions: int
    numbers: int
    sources: int = 0
    best: float = 1.0
    tools: int = 0
    turns: int = 0

    @property
    def points(self) -> int:
        return sum(
            (
                self.words > LONG_WORDS,
                self.words > VERY_LONG_WORDS,
                self.sentences > 2,  # noqa: PLR2004 - one to say and one to ask
                self.questions > 1,
                self.numbers > 1,
                self.sources >= MANY_SOURCES,
                self.sources > 0 and self.best < UNSURE,
                self.tools >= MANY_TOOLS,
                self.turns >= MANY_TURNS,
            )
        )


def features(
    text: str, *, sources: Sequence[str] = (), best: float = 1.0, tools: int = 0, turns: int = 0
) -> Features:
    """`sources` are the titles of the passages' articles."""
    return Features(
        words=len(text.split()),
        sentences=len([piece for piece in _SENTENCE_ENDS.split(text) if piece.strip()]),
        questions=len(_QUESTIONS.findall(text)),
        numbers=len(_NUMBERS.findall(text)),
        sources=len(set(sources)),
        best=best,
        tools=tools,
        turns=turns,
    )


def tier(found: Features) -> Tier:
    return "complex" if found.points >= COMPLEX else "standard"
