"""What a model is trained on, put in order: the examples of a bot's intents, and what about them the author should know.

Read by the room that has models trained; `training` gets it in its child process. No numeric library is needed here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from frontdesk.core.few_examples import FEW, named, one_example
from frontdesk.nlu.grams import words

MOST_INTENTS = 1_000
MOST_EXAMPLES = 50_000
MOST_PRODUCTS = 2_000
"""Texts of which the products of each with each other are worked out."""
_SPLIT = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")


class Lesson(msgspec.Struct, frozen=True):
    """What there is to learn: `texts` are the examples, the intents' names after them, `labels` their intents.

    `remarks` are sentences for the author: what could not be used, and what will be understood badly.
    """

    intents: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[int, ...]
    remarks: tuple[str, ...] = ()

    @property
    def examples(self) -> int:
        """How many of the texts are examples."""
        return len(self.texts) - len(self.intents)


class Task(msgspec.Struct, frozen=True):
    """A lesson with what an embedder makes of its texts, row after row of 32-bit numbers; nothing where there is none.

    A row is a vector of `dim` numbers and `early_dim` more (`ports.embedder`). `usual` are those of usual texts, where what
    they have in common has to be taken off.
    """

    lesson: Lesson
    fingerprint: str
    vectors: bytes = b""
    dim: int = 0
    early_dim: int = 0
    usual: bytes = b""


def job(learnt: Lesson) -> str:
    """What trains the model in the child process; the one for few texts loads no library for it."""
    many = len(learnt.texts) > MOST_PRODUCTS
    return "frontdesk.nlu.training_many:train" if many else "frontdesk.nlu.training:train"


class Learnt(msgspec.Struct, frozen=True):
    """What came of a task: the model as bytes, and the share of unseen examples that it understands."""

    model: bytes
    accuracy: float


def lesson(intents: Mapping[str, Iterable[str]]) -> Lesson | None:
    """The lesson of a bot's intents.

    Args:
        intents: Name -> examples.

    Returns:
        None when no intent has an example, so that there is nothing to learn.
    """
    remarks: list[str] = []
    owners: dict[tuple[str, ...], str] = {}
    kept: dict[str, list[str]] = {}
    for name, examples in intents.items():
        for text in examples:
            key = tuple(words(text))
            owner = owners.setdefault(key, name)
            if not key:
                remarks.append(f"Intent '{name}': the example {text[:60]!r} has no words and was left out.")
            elif owner != name:
                remarks.append(
                    f"The example {text[:60]!r} stands in the intents '{owner}' and '{name}': it was "
                    f"learnt for '{owner}'. Keep it in one of them."
                )
            elif text not in kept.setdefault(name, []):
                kept[name].append(text)
    learnt = {name: texts for name, texts in kept.items() if texts}
    remarks += _too_many(learnt)
    if not learnt:
        return None
    remarks += _few(learnt)
    names = list(learnt)
    return Lesson(
        tuple(names),
        (*(text for texts in learnt.values() for text in texts), *(spoken(name) for name in names)),
        (*(at for at, name in enumerate(names) for _ in learnt[name]), *range(len(names))),
        tuple(remarks),
    )


def spoken(name: str) -> str:
    """An intent's name as words: it tells what is wanted, and counts as one more example."""
    return " ".join(part for part in _SPLIT.split(name.rpartition(":")[2]) if part).lower() or name


def _too_many(learnt: dict[str, list[str]]) -> list[str]:
    """Holds `learnt` to what can be learnt; a bot that comes near has been generated."""
    remarks = []
    for name in list(learnt)[MOST_INTENTS:]:
        del learnt[name]
        remarks.append(f"Intent '{name}' was left out: a bot can have {MOST_INTENTS:,} with examples.")
    most = MOST_EXAMPLES // max(len(learnt), 1)
    if sum(map(len, learnt.values())) > MOST_EXAMPLES:
        for name, texts in learnt.items():
            if len(texts) > most:
                learnt[name] = texts[:most]
                remarks.append(f"Intent '{name}': only the first {most:,} examples were learnt.")
    return remarks


def _few(learnt: Mapping[str, Sequence[str]]) -> list[str]:
    single = [name for name, texts in learnt.items() if len(texts) == 1]
    few = [name for name, texts in learnt.items() if 1 < len(texts) < FEW]
    remarks = []
    if single:
        remarks.append(" ".join(one_example(single)))
    if few:
        remarks.append(
            f"With fewer than {FEW} examples, these intents are often not understood: {named(few)}."
        )
    return remarks
