"""`if`: takes the steps under `then` when the condition holds, otherwise those under `else`."""

from dataclasses import dataclass

from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.conditions import Condition
from frontdesk.dialog.moves import Goto, Move, Next
from frontdesk.dialog.reading import StepFields, StepType


@dataclass(frozen=True)
class _If(Body):
    condition: Condition
    then: str
    otherwise: str
    goes_on: bool = True

    def run(self, talk: Talk) -> Move:
        holds = self.condition(talk)
        talk.note("if", holds=holds)
        first = self.then if holds else self.otherwise
        return Goto(first) if first else Next()


class _IfType:
    key = "if"

    def read(self, fields: StepFields) -> Body:
        condition = fields.condition("if")
        if fields.get("if") is None:
            fields.problems.error(
                fields.place("if"), "'if' has no condition.", 'Write for example if: channel == "web"'
            )
        if not (fields.has("then") or fields.has("else")):
            fields.problems.error(
                fields.node, "'if' has nothing to do.", "Write then: and a list of steps under it."
            )
        then, otherwise = fields.steps("then"), fields.steps("else")
        return _If(condition or (lambda _values: False), then, otherwise, not (then and otherwise))


STEP: StepType = _IfType()
