"""`end`: the flow is over; what it interrupted or what ran it goes on."""

from dataclasses import dataclass

from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.moves import End, Move
from frontdesk.dialog.reading import StepFields, StepType


@dataclass(frozen=True)
class _End(Body):
    goes_on: bool = False

    def run(self, talk: Talk) -> Move:  # noqa: ARG002 - every step is handed the turn
        return End()


class _EndType:
    key = "end"

    def read(self, fields: StepFields) -> Body:
        fields.only_true("end")
        return _End()


STEP: StepType = _EndType()
