"""`goto`: on with another step of this flow, or with another flow in place of this one."""

from frontdesk.dialog.bot import Body, Go
from frontdesk.dialog.reading import StepFields, StepType


class _GotoType:
    key = "goto"

    def read(self, fields: StepFields) -> Body:
        return Go(fields.target("goto"))


STEP: StepType = _GotoType()
