"""`set`: fills slots, or session variables where no slot has the name; null empties one."""

from dataclasses import dataclass

from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.moves import Move, Next
from frontdesk.dialog.reading import StepFields, StepType
from frontdesk.dialog.values import Value


@dataclass(frozen=True, slots=True)
class _Set(Body):
    values: tuple[tuple[str, Value], ...]

    def run(self, talk: Talk) -> Move:
        for name, value in self.values:
            talk.put(name, value.of(talk))
        return Next()


class _SetType:
    key = "set"

    def read(self, fields: StepFields) -> Body:
        values = fields.sets()
        if not values:
            fields.problems.error(
                fields.place("set"), "'set' sets nothing.", "Write set: with 'name: value' under it."
            )
        return _Set(values)


STEP: StepType = _SetType()
