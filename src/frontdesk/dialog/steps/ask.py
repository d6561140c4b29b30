"""`ask`: a question, what it takes as an answer, and where that is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from frontdesk.core.action import Returned
from frontdesk.core.message import Button, Buttons, Input, Text
from frontdesk.core.script import Ran
from frontdesk.dialog.answer_types import AnswerType, around
from frontdesk.dialog.bot import Asker, Body, Question, Talk
from frontdesk.dialog.bot_parts import ScriptRef
from frontdesk.dialog.cleaning import OPERATIONS, clean
from frontdesk.dialog.moves import Failed, Move, Next, Wait
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.reading import Outcome, StepFields, StepType
from frontdesk.dialog.rules import (
    Choice,
    Picked,
    Rule,
    Test,
    buttons,
    check_tests,
    entity_test,
    first_fit,
    pick,
    read_accept,
    read_choices,
    read_rules,
    readings,
)
from frontdesk.dialog.scripts import apply_effects, run_script
from frontdesk.dialog.templates import Template
from frontdesk.dialog.typed import installed as answer_types
from frontdesk.dialog.utterance import Utterance
from frontdesk.dialog.values import Value, compile_value

_Kind = Literal["email", "phone", "number", "date", "time", "file"]
_SHOWN: dict[str, _Kind] = {kind: kind for kind in get_args(_Kind)}
"""The types for which channels may have a field."""
_YES_NO = "yes_no"
_TEXT = "text"
"""The memo of the prepared text, while the script after it runs."""
_RULE = "rule"
"""The memo of the rule that took the answer (-1: none), while the script on it runs."""
_DAY_S = 86_400.0


@dataclass(frozen=True)
class Ask(Question, Asker):
    text: Template
    slot: str = ""
    value: Value | None = None
    rules: tuple[Rule, ...] = ()
    choices: tuple[Choice, ...] = ()
    accept: tuple[Test, ...] = ()
    typed: AnswerType | None = None
    clean: tuple[str, ...] = ()
    reprompts: tuple[Template, ...] = ()
    quick: bool = False
    listen: bool = True
    ask_again: bool = False
    open: bool = False
    no_reply_s: float = 0.0
    on_silence: Outcome | None = None
    after: ScriptRef | None = None
    on_answer: ScriptRef | None = None
    goes_on: bool = True

    def run(self, talk: Talk) -> Move:
        if self.slot and not self.ask_again and talk.slot(self.slot) not in (None, ""):
            talk.note("skipped", slot=self.slot)
            return Next()
        offered = talk.offered(self.slot) if self.slot else ""
        if offered:
            taken = self._take(
                talk, _mentioned(talk, self.slot, self._cleaned(talk, _said(talk, offered)), offered)
            )
            if taken is not None:
                talk.put(self.slot, taken)
                return Next()
        if self.after is not None:
            talk.memo[_TEXT] = self.text.text(talk)
            return run_script(talk, self.after)
        self.repeat(talk)
        return Wait()

    def came(self, talk: Talk, returned: Returned) -> Move:
        if not isinstance(returned, Ran):
            return Failed()
        moved = apply_effects(talk, returned)
        rule, text = talk.memo.pop(_RULE, None), talk.memo.pop(_TEXT, "")
        if moved is not None:
            return moved
        if isinstance(rule, int):
            return self.rules[rule].outcome.move if 0 <= rule < len(self.rules) else Next()
        self._say(talk, str(text))
        return Wait()

    def repeat(self, talk: Talk) -> None:
        self._say(talk, self.text.text(talk))

    def reprompt(self, talk: Talk, misses: int) -> bool:
        if self.reprompts:
            self._say(talk, self.reprompts[min(misses, len(self.reprompts)) - 1].text(talk))
        elif self.choices:
            labels = ", ".join(button.title for button in buttons(self.choices, talk))
            self._say(talk, talk.phrase("choose_one", choices=labels))
        elif self.typed is not None:
            self._say(talk, self.typed.hint(str(talk.fact("language"))))
        else:
            return False
        return True

    def by_intent(self) -> bool:
        tests = (*self.accept, *(test for rule in self.rules for test in rule.tests))
        return any(test.kind == "intent" for test in tests)

    def silent(self, talk: Talk) -> Move:
        return Wait() if self.on_silence is None else self.on_silence.apply(talk)

    def correct(self, talk: Talk, said: Utterance) -> bool:
        taken = self._take(talk, self._cleaned(talk, said)) if self.slot else None
        if taken is None:
            return False
        self._store(talk, self.slot, self.value, taken)
        return True

    def hear(self, talk: Talk, said: Utterance) -> Move | None:
        said = self._cleaned(talk, said)
        picked = pick(self.choices, talk, said) if self.choices else None
        answers = readings(said, picked)
        for index, rule in enumerate(self.rules):
            hit = rule.fits(talk, answers)
            if hit is not None:
                test, matched = hit
                talk.note("rule", kind=test.kind, what=test.source)
                self._follow(
                    talk, rule, picked.value if picked is not None else matched, chosen=picked is not None
                )
                return self._answered(talk, index, rule.outcome.apply(talk))
        taken = self._take(talk, said, picked)
        if taken is None:
            return None
        self._store(talk, self.slot, self.value, taken)
        return self._answered(talk, -1, Next())

    def _follow(self, talk: Talk, rule: Rule, value: str, *, chosen: bool) -> None:
        # A question's slot takes answers; a rule fills one only if it says so, or a choice was made.
        if rule.slot or rule.value is not None:
            self._store(talk, rule.slot or self.slot, rule.value, value)
        elif chosen:
            self._store(talk, self.slot, self.value, value)

    def _answered(self, talk: Talk, rule: int, move: Move) -> Move:
        if self.on_answer is None:
            return move
        talk.memo[_RULE] = rule
        return run_script(talk, self.on_answer)

    def _cleaned(self, talk: Talk, said: Utterance) -> Utterance:
        if not self.clean:
            return said
        text = clean(said.text, self.clean)
        return replace(
            said, text=text, plain=normalise(text), mentions=talk.bot.entities.find(text, around(talk))
        )

    def _take(self, talk: Talk, said: Utterance, picked: Picked | None = None) -> object | None:
        picked = picked or (pick(self.choices, talk, said) if self.choices else None)
        if picked is not None:
            talk.note("choice", what=picked.label)
            return picked.value
        hit = first_fit(self.accept, (said,))
        if hit is not None:
            talk.note("accept", kind=hit[0].kind, what=hit[0].source)
            return hit[1]
        if self.typed is not None:
            found = self.typed.take(said, around(talk, said.files))
            if found is not None:
                talk.note("accept", kind="type", what=self.typed.key)
            return found
        return said.text if self.open and said.text and not said.intent else None

    def _store(self, talk: Talk, slot: str, value: Value | None, matched: object) -> None:
        if slot:
            talk.offered(slot)  # what the message holds for it is used up
            talk.put(slot, matched if value is None else value.of(talk))

    def _say(self, talk: Talk, text: str) -> None:
        shown = buttons(self.choices, talk)
        kind = self.typed.key if self.typed is not None else ""
        if shown:
            talk.say(Buttons(text, shown, self.quick))
        elif kind == _YES_NO:
            labels = talk.phrase("yes"), talk.phrase("no")
            talk.say(Buttons(text, tuple(Button(label, label) for label in labels), quick=True))
        elif kind in _SHOWN:
            talk.say(Input(text, _SHOWN[kind]))
        else:
            talk.say(Text(text))


def _said(talk: Talk, text: str) -> Utterance:
    return Utterance(text, normalise(text), mentions=talk.bot.entities.find(text, around(talk)))


def _mentioned(talk: Talk, slot: str, said: Utterance, value: str) -> Utterance:
    """What came along for the slot; the value of a mention need not be one of the entity's words (`word~value`)."""
    declared = talk.bot.slots.get(slot)
    entity = declared.entity if declared is not None else ""
    found = [mention for mention in talk.state.moment.mentions.get(entity, ()) if mention.value == value]
    return replace(said, mentions={**said.mentions, entity: (found[0],)}) if found else said


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
        typed = _read_type(fields, slot, asks_itself=bool(accept or choices))
        if (
            slot in fields.book.slots
            and (entity := fields.book.slots[slot].entity)
            and not (accept or choices or typed)
        ):
            accept = (entity_test(entity),)
        silence_s, on_silence = _read_silence(fields)
        ask_again = fields.flag("ask_again", default=False)
        return Ask(
            text or Template("", ()),
            slot,
            None if value is None else compile_value(value, fields.book.names, fields.problems),
            rules,
            choices,
            accept,
            typed,
            _read_clean(fields),
            tuple(fields.template_of(node, "'reprompt'") for node in fields.texts_or_languages("reprompt")),
            quick=_read_quick(fields, choices),
            listen=fields.flag("listen", default=True),
            ask_again=ask_again,
            open=not (rules or choices or accept or typed),
            no_reply_s=silence_s,
            on_silence=on_silence,
            after=fields.script("after"),
            on_answer=fields.script("on_answer"),
            goes_on=bool(choices or accept or typed or not rules or (slot and not ask_again)),
        )


def _read_type(fields: StepFields, slot: str, *, asks_itself: bool) -> AnswerType | None:
    types = answer_types()
    kind = fields.choice("type", tuple(types), _TEXT) if fields.has("type") else ""
    if kind and asks_itself:
        fields.problems.error(
            fields.place("type"),
            "'type' stands beside accept or choices.",
            "Keep one: each says what is taken.",
        )
    if not kind and not asks_itself and slot in fields.book.slots:
        kind = fields.book.slots[slot].type
    return types[kind] if kind and kind != _TEXT else None


def _read_clean(fields: StepFields) -> tuple[str, ...]:
    found = fields.texts("clean")
    if len(found) > len(OPERATIONS):
        fields.problems.error(fields.place("clean"), "'clean' does the same twice.", "Name each way once.")
    for text, node in found:
        if text not in OPERATIONS:
            known = ", ".join(OPERATIONS)
            fields.problems.error(node, f"'{text[:40]}' is no way to clean.", f"Write some of: {known}.")
    return tuple(text for text, _ in found if text in OPERATIONS)


def _read_quick(fields: StepFields, choices: Sequence[Choice]) -> bool:
    quick = fields.flag("quick_replies", default=False)
    if quick and not choices:
        fields.problems.error(
            fields.place("quick_replies"), "There are no choices to show so.", "Add choices: and a list."
        )
    return quick


def _read_silence(fields: StepFields) -> tuple[float, Outcome | None]:
    node = fields.get("no_reply")
    if node is None:
        return 0.0, None
    inner = fields.inside(node, "'no_reply'")
    if not inner.has("after"):
        inner.problems.error(
            node, "'no_reply' does not say when.", "Write after: and a duration, such as 10m."
        )
    wait_s = inner.seconds("after", 600.0, 1.0, 30 * _DAY_S)
    outcome = inner.outcome(Wait())
    inner.close()
    return wait_s, outcome


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
