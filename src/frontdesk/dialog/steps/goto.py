"""`goto`: on with another step of this flow, or with another flow in place of this one."""

from dataclasses import dataclass

from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.moves import Move
from frontdesk.dialog.reading import StepFields, StepType


@dataclass(frozen=True)
class _Goto(Body):
    move: Move
    goes_on: bool = False

    def run(self, talk: Talk) -> Move:  # noqa: ARG002 - every step is handed the turn
        return self.move


class _GotoType:
    key = "goto"

    def read(self, fields: StepFields) -> Body:
        return _Goto(fields.target("goto"))


STEP: StepType = _GotoType()
