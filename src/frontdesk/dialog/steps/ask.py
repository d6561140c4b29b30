"""`ask`: a question, what it takes as an answer, and where that is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.core.message import Buttons, Text
from frontdesk.dialog.bot import Body, Question, Talk, Utterance
from frontdesk.dialog.moves import Move, Next, Wait
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.reading import StepFields, StepType
from frontdesk.dialog.rules import (
    Choice,
    Picked,
    Rule,
    Test,
    buttons,
    check_tests,
    first_fit,
    pick,
    read_accept,
    read_choices,
    read_rules,
    readings,
)
from frontdesk.dialog.slots import TYPES
from frontdesk.dialog.templates import Template
from frontdesk.dialog.values import Value, compile_value


@dataclass(frozen=True)
class _Ask(Question):
    text: Template
    slot: str = ""
    value: Value | None = None
    rules: tuple[Rule, ...] = ()
    choices: tuple[Choice, ...] = ()
    accept: tuple[Test, ...] = ()
    reprompts: tuple[Template, ...] = ()
    listen: bool = True
    ask_again: bool = False
    open: bool = False

    def run(self, talk: Talk) -> Move:
        if self.slot and not self.ask_again and talk.slot(self.slot) not in (None, ""):
            talk.note("skipped", slot=self.slot)
            return Next()
        offered = talk.offered(self.slot) if self.slot else ""
        if offered:
            taken = self._take(talk, Utterance(offered, normalise(offered)))
            if taken is not None:
                self._store(talk, self.slot, None, taken)
                return Next()
        self.repeat(talk)
        return Wait()

    def repeat(self, talk: Talk) -> None:
        self._say(talk, self.text.text(talk))

    def reprompt(self, talk: Talk, misses: int) -> bool:
        if self.reprompts:
            self._say(talk, self.reprompts[min(misses, len(self.reprompts)) - 1].text(talk))
            return True
        if self.choices:
            labels = ", ".join(button.title for button in buttons(self.choices, talk))
            self._say(talk, talk.phrase("choose_one", choices=labels))
            return True
        return False

    def hear(self, talk: Talk, said: Utterance) -> Move | None:
        picked = pick(self.choices, talk, said) if self.choices else None
        answers = readings(said, picked)
        for rule in self.rules:
            hit = rule.fits(talk, answers)
            if hit is not None:
                test, matched = hit
                talk.note("rule", kind=test.kind, what=test.source)
                # A question's slot takes answers; a rule fills one only if it says so, or a choice was made.
                value = picked.value if picked is not None else matched
                if rule.slot or rule.value is not None:
                    self._store(talk, rule.slot or self.slot, rule.value, value)
                elif picked is not None:
                    self._store(talk, self.slot, self.value, value)
                return rule.outcome.apply(talk)
        taken = self._take(talk, said, picked)
        if taken is None:
            return None
        self._store(talk, self.slot, self.value, taken)
        return Next()

    def _take(self, talk: Talk, said: Utterance, picked: Picked | None = None) -> str | None:
        picked = picked or (pick(self.choices, talk, said) if self.choices else None)
        if picked is not None:
            talk.note("choice", what=picked.label)
            return picked.value
        hit = first_fit(self.accept, (said,))
        if hit is not None:
            talk.note("accept", kind=hit[0].kind, what=hit[0].source)
            return hit[1]
        return said.text if self.open and said.text and not said.intent else None

    def _store(self, talk: Talk, slot: str, value: Value | None, matched: str) -> None:
        if slot:
            talk.put(slot, matched if value is None else value.of(talk))

    def _say(self, talk: Talk, text: str) -> None:
        shown = buttons(self.choices, talk)
        talk.say(Buttons(text, shown) if shown else Text(text))


class _AskType:
    key = "ask"

    def read(self, fields: StepFields) -> Body:
        text = fields.template("ask")
        if text is None:
            fields.problems.error(
                fields.place("ask"), "'ask' has no text.", "Write ask: and the question, in quotes."
            )
        slot = fields.slot("slot")
        value = fields.get("value")
        if value is not None and not slot:
            fields.problems.error(value, "'value' needs a slot to go into.", "Add slot: and its name.")
        rules, choices, accept = read_rules(fields), read_choices(fields), read_accept(fields)
        _check_choices(fields, rules, choices)
        check_tests(fields, rules, accept)
        if slot in fields.book.slots and not accept and not choices:
            accept = _typed(fields.book.slots[slot].type)
        return _Ask(
            text or Template("", ()),
            slot,
            None if value is None else compile_value(value, fields.book.names, fields.problems),
            rules,
            choices,
            accept,
            tuple(fields.template_of(node, "'reprompt'") for _, node in fields.texts("reprompt")),
            listen=fields.flag("listen", default=True),
            ask_again=fields.flag("ask_again", default=False),
            open=not (rules or choices or accept),
        )


def _typed(kind: str) -> tuple[Test, ...]:
    regex = TYPES[kind]
    return (
        ()
        if regex is None
        else (Test("type", kind, lambda said: None if said.intent else regex.find(said.text)),)
    )


def _check_choices(fields: StepFields, rules: Sequence[Rule], choices: Sequence[Choice]) -> None:
    labels = [choice.label.literal for choice in choices]
    known = {normalise(text) for text in [*labels, *(choice.payload for choice in choices)] if text}
    if None in labels:
        return
    for rule in rules:
        for test in rule.tests:
            if test.kind == "choice" and normalise(test.source) not in known:
                shown = ", ".join(label for label in labels if label) or "none"
                fields.problems.error(
                    fields.place("rules"), f"No choice is called '{test.source}'.", f"Choices: {shown}."
                )


STEP: StepType = _AskType()
