"""`script`: runs an author's JavaScript; what it sends, sets and jumps to is done when it is over."""

from dataclasses import dataclass

from frontdesk.core.action import Returned
from frontdesk.core.script import Ran
from frontdesk.dialog.bot import Asker, Body, Talk
from frontdesk.dialog.bot_parts import ScriptRef
from frontdesk.dialog.moves import Failed, Move, Next
from frontdesk.dialog.reading import Outcome, StepFields, StepType
from frontdesk.dialog.scripts import apply_effects, run_script


@dataclass(frozen=True, slots=True)
class _Script(Asker):
    ref: ScriptRef | None
    on_error: Outcome | None = None

    def run(self, talk: Talk) -> Move:
        return Next() if self.ref is None else run_script(talk, self.ref)

    def came(self, talk: Talk, returned: Returned) -> Move:
        if not isinstance(returned, Ran):
            return Failed()
        moved = apply_effects(talk, returned)
        if moved is not None:
            return moved
        if returned.outcome != "ok" and self.on_error is not None:
            return self.on_error.apply(talk)
        return Next()


class _ScriptType:
    key = "script"

    def read(self, fields: StepFields) -> Body:
        return _Script(fields.script("script"), fields.handler("on_error"))


STEP: StepType = _ScriptType()
