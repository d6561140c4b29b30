"""`close`: the conversation is closed; what the customer writes next opens it again."""

from dataclasses import dataclass

from frontdesk.core.action import Close
from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.moves import Left, Move
from frontdesk.dialog.reading import StepFields, StepType


@dataclass(frozen=True)
class _Close(Body):
    goes_on: bool = False

    def run(self, talk: Talk) -> Move:
        talk.act(Close())
        return Left()


class _CloseType:
    key = "close"

    def read(self, fields: StepFields) -> Body:
        fields.only_true("close")
        return _Close()


STEP: StepType = _CloseType()
