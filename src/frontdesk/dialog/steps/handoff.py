"""`handoff`: a last message, then people take over."""

from dataclasses import dataclass

from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.moves import Left, Move
from frontdesk.dialog.reading import Outcome, StepFields, StepType
from frontdesk.dialog.templates import Template

SHARES = ("transcript", "slots", "contact", "last_intent")


@dataclass(frozen=True)
class Handoff(Body):
    """`on_error` is for the desk's answer that nobody can take over; it comes after this step has left."""

    team: str
    message: Template | None = None
    share: tuple[str, ...] = ()
    on_error: Outcome | None = None
    goes_on: bool = False

    def run(self, talk: Talk) -> Move:
        if self.message is not None:
            talk.say_text(self.message.text(talk))
        talk.hand_off(self.team, self.share)
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
        handoff = Handoff(
            team, inner.template("message"), tuple(text for text, _ in share) or SHARES, on_error
        )
        inner.close()
        return handoff


STEP: StepType = _HandoffType()
