"""`handoff`: a last message, then people take over."""

from dataclasses import dataclass
from typing import Literal

from frontdesk.core.action import Handoff as HandOver
from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.moves import Left, Move
from frontdesk.dialog.reading import Outcome, StepFields, StepType
from frontdesk.dialog.templates import Template

Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: dict[str, Priority] = {"low": "low", "normal": "normal", "high": "high", "urgent": "urgent"}
SHARES = ("transcript", "slots", "contact", "last_intent")


@dataclass(frozen=True)
class Handoff(Body):
    """`on_error` is for the desk's answer that nobody can take over; it comes after this step has left."""

    team: str
    message: Template | None = None
    share: tuple[str, ...] = ()
    on_error: Outcome | None = None
    person: Template | None = None
    priority: Priority = "normal"
    goes_on: bool = False

    def run(self, talk: Talk) -> Move:
        if self.message is not None:
            talk.say_text(self.message.text(talk))
        person = "" if self.person is None else self.person.text(talk)
        talk.act(HandOver(self.team, self.share, person=person, priority=self.priority))
        return Left()


class _HandoffType:
    key = "handoff"

    def read(self, fields: StepFields) -> Body:
        on_error = fields.handler("on_error")
        node = fields.get("handoff")
        if node is None or not isinstance(node.value, dict):
            team = fields.text("handoff")
            if not team:
                fields.problems.error(
                    fields.place("handoff"), "'handoff' names no team.", "Write handoff: and the team."
                )
            return Handoff(team, None, SHARES, on_error)
        inner = fields.inside(node, "'handoff'")
        team = inner.text("team")
        if not team:
            inner.problems.error(node, "'handoff' names no team.", "Write team: and its name.")
        share = inner.texts("share")
        for text, place in share:
            if text not in SHARES:
                inner.problems.error(
                    place, f"'{text[:40]}' cannot be shared.", f"Write some of: {', '.join(SHARES)}."
                )
        step = Handoff(
            team,
            inner.template("message"),
            tuple(text for text, _ in share) or SHARES,
            on_error,
            inner.template("person"),
            PRIORITIES[inner.choice("priority", tuple(PRIORITIES), "normal")],
        )
        inner.close()
        return step


STEP: StepType = _HandoffType()
