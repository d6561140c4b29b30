"""`run`: another flow runs to its end, then this one goes on."""

from dataclasses import dataclass

from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.moves import Move, RunFlow
from frontdesk.dialog.reading import StepFields, StepType


@dataclass(frozen=True, slots=True)
class _Run(Body):
    flow: str

    def run(self, talk: Talk) -> Move:  # noqa: ARG002 - every step is handed the turn
        return RunFlow(self.flow)


class _RunType:
    key = "run"

    def read(self, fields: StepFields) -> Body:
        flow = fields.text("run")
        fields.refer("flow", flow, fields.place("run"))
        return _Run(flow)


STEP: StepType = _RunType()
