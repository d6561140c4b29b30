"""`resume`: back to the question that was interrupted; this flow and those that ran it are over."""

from frontdesk.dialog.bot import Body, Go
from frontdesk.dialog.moves import Resume
from frontdesk.dialog.reading import StepFields, StepType


class _ResumeType:
    key = "resume"

    def read(self, fields: StepFields) -> Body:
        fields.only_true("resume")
        return Go(Resume())


STEP: StepType = _ResumeType()
