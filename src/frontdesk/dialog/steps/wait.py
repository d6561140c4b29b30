"""`wait`: the flow goes on by itself after a while; the customer may write meanwhile."""

from dataclasses import dataclass

from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.moves import Move, Pause
from frontdesk.dialog.reading import StepFields, StepType

_LONGEST_S = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class _Wait(Body):
    wait_s: float

    def run(self, talk: Talk) -> Move:
        talk.note("pause", seconds=self.wait_s)
        return Pause(self.wait_s)


class _WaitType:
    key = "wait"

    def read(self, fields: StepFields) -> Body:
        if fields.get("wait") is None:
            fields.problems.error(
                fields.place("wait"), "'wait' does not say how long.", "Write for example 30s."
            )
        return _Wait(fields.seconds("wait", 1.0, 1.0, _LONGEST_S))


STEP: StepType = _WaitType()
