"""`end`: the flow is over; what it interrupted or what ran it goes on."""

from frontdesk.dialog.bot import Body, Go
from frontdesk.dialog.moves import End
from frontdesk.dialog.reading import StepFields, StepType


class _EndType:
    key = "end"

    def read(self, fields: StepFields) -> Body:
        fields.only_true("end")
        return Go(End())


STEP: StepType = _EndType()
