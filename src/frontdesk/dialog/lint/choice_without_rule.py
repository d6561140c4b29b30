"""Choices of which nothing is made: no rule takes them, and no slot keeps them."""

from collections.abc import Iterator

from frontdesk.dialog.linting import Finding, Made, Rule, Spot
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.rules import Choice, first_fit
from frontdesk.dialog.steps.ask import Ask
from frontdesk.dialog.utterance import Utterance


def _find(made: Made) -> Iterator[Finding]:
    for step in made.ways.steps.values():
        ask = step.body
        if not isinstance(ask, Ask) or ask.slot or not ask.choices:
            continue
        place = Spot(step.file, step.line)
        if not ask.rules:
            if ask.on_answer is None:
                yield Finding(
                    place,
                    "Whatever is chosen here makes no difference.",
                    "Write rules:, or slot: to keep it.",
                )
            continue
        for choice in ask.choices:
            label = choice.label.literal
            if label is not None and not _taken(ask, choice, label):
                yield Finding(
                    place,
                    f"No rule takes the choice '{label[:60]}': it goes on to the step below.",
                    f"Add a rule with choice: {label[:60]}, or slot: to keep it.",
                )


def _taken(ask: Ask, choice: Choice, label: str) -> bool:
    texts = dict.fromkeys((label, choice.payload or label))
    answers = [Utterance(text, normalise(text)) for text in texts]
    return any(first_fit(rule.tests, answers) is not None for rule in ask.rules)


RULE = Rule("choice without rule", "a choice that no rule takes and no slot keeps", _find)
