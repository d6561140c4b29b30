"""`resume`: back to the question that was interrupted; this flow and those that ran it are over."""

from dataclasses import dataclass

from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.moves import Move, Resume
from frontdesk.dialog.reading import StepFields, StepType


@dataclass(frozen=True)
class _Resume(Body):
    goes_on: bool = False

    def run(self, talk: Talk) -> Move:  # noqa: ARG002 - every step is handed the turn
        return Resume()


class _ResumeType:
    key = "resume"

    def read(self, fields: StepFields) -> Body:
        fields.only_true("resume")
        return _Resume()


STEP: StepType = _ResumeType()
