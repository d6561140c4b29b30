"""`run`: another flow runs to its end, then this one goes on."""

from frontdesk.dialog.bot import Body, Go
from frontdesk.dialog.moves import RunFlow
from frontdesk.dialog.reading import StepFields, StepType


class _RunType:
    key = "run"

    def read(self, fields: StepFields) -> Body:
        flow = fields.text("run")
        fields.refer("flow", flow, fields.place("run"))
        return Go(RunFlow(flow), goes_on=True)


STEP: StepType = _RunType()
