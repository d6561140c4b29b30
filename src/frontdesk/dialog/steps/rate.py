"""`rate`: asks how satisfied the customer is, in points, and for a comment where the author wants one."""

import re
from dataclasses import dataclass

from frontdesk.core.action import Rated
from frontdesk.core.message import Button, Buttons
from frontdesk.dialog.bot import Body, Question, Talk
from frontdesk.dialog.lexicon import western_digits
from frontdesk.dialog.moves import Move, Next, Wait
from frontdesk.dialog.reading import StepFields, StepType
from frontdesk.dialog.templates import Template
from frontdesk.dialog.utterance import Utterance

_SCORE = "score"
"""The memo of the points, while the comment is awaited."""
_STARS = "\u2b50\u2605"
_NUMBER = re.compile(r"[0-9]{1,2}", re.ASCII)
_MOST = 10


@dataclass(frozen=True)
class _Rate(Question):
    text: Template
    most: int = 5
    comment: Template | None = None
    slot: str = ""
    listen: bool = True

    def run(self, talk: Talk) -> Move:
        self.repeat(talk)
        return Wait()

    def repeat(self, talk: Talk) -> None:
        if _SCORE in talk.memo and self.comment is not None:
            talk.say_text(self.comment.text(talk))
            return
        self._offer(talk, self.text.text(talk))

    def reprompt(self, talk: Talk, misses: int) -> bool:  # noqa: ARG002 - it says the same each time
        self._offer(talk, talk.phrase("choose_one", choices=f"1\u2013{self.most}"))
        return True

    def hear(self, talk: Talk, said: Utterance) -> Move | None:
        given = talk.memo.get(_SCORE)
        if isinstance(given, int):
            return None if said.intent or not said.text else self._rated(talk, given, said.text)
        score = _points(said.text, self.most)
        if score is None or said.intent:
            return None
        if self.slot:
            talk.put(self.slot, score)
        if self.comment is None:
            return self._rated(talk, score, "")
        talk.memo[_SCORE] = score
        talk.say_text(self.comment.text(talk))
        return Wait()

    def _rated(self, talk: Talk, score: int, comment: str) -> Move:
        talk.act(Rated(score, self.most, comment))
        return Next()

    def _offer(self, talk: Talk, text: str) -> None:
        points = tuple(Button(str(number), str(number)) for number in range(1, self.most + 1))
        talk.say(Buttons(text, points, quick=True))


def _points(text: str, most: int) -> int | None:
    stars = sum(text.count(star) for star in _STARS)
    numbers = _NUMBER.findall(western_digits(text))
    score = int(numbers[0]) if numbers else stars
    return score if 1 <= score <= most else None


class _RateType:
    key = "rate"

    def read(self, fields: StepFields) -> Body:
        node = fields.get("rate")
        if node is None or not isinstance(node.value, dict) or fields.is_localised(node):
            return _Rate(_text(fields, "rate"))
        inner = fields.inside(node, "'rate'")
        step = _Rate(
            _text(inner, "ask"),
            inner.integer("most", 5, 2, _MOST),
            inner.template("comment"),
            inner.slot("slot"),
        )
        inner.close()
        return step


def _text(fields: StepFields, key: str) -> Template:
    text = fields.template(key)
    if text is None:
        fields.problems.error(
            fields.place(key), "'rate' asks nothing.", f"Write {key}: and the question, in quotes."
        )
    return text or Template("", ())


STEP: StepType = _RateType()
