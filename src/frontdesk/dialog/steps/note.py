"""`note`: a message that only the people on our side see."""

from dataclasses import dataclass

from frontdesk.core.action import Note
from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.moves import Move, Next
from frontdesk.dialog.reading import StepFields, StepType
from frontdesk.dialog.templates import Template


@dataclass(frozen=True, slots=True)
class _Note(Body):
    text: Template

    def run(self, talk: Talk) -> Move:
        if text := self.text.text(talk):
            talk.act(Note(text))
        return Next()


class _NoteType:
    key = "note"

    def read(self, fields: StepFields) -> Body:
        text = fields.template("note")
        if text is None:
            fields.problems.error(
                fields.place("note"), "'note' has no text.", "Write note: and the text, in quotes."
            )
        return _Note(text or Template("", ()))


STEP: StepType = _NoteType()
