"""`call`: asks an outside system through one of the bot's actions, and deals with every way that can end."""

from dataclasses import dataclass

from frontdesk.core.action import Fetched
from frontdesk.dialog.actions import CannotCall
from frontdesk.dialog.bot import Body, Caller, Talk
from frontdesk.dialog.moves import Failed, Left, Move, Need, Next
from frontdesk.dialog.problems import listed
from frontdesk.dialog.reading import Outcome, StepFields, StepType


@dataclass(frozen=True, slots=True)
class _Call(Caller):
    action: str
    on_error: Outcome | None = None
    on_timeout: Outcome | None = None
    on_empty: Outcome | None = None
    hands_off: bool = False

    def run(self, talk: Talk) -> Move:
        try:
            return Need(talk.bot.actions[self.action].call(talk, talk.new_key()))
        except CannotCall as error:
            talk.alert("call_refused", f"'{self.action}' was not called: {error}.")
            return self._end(talk, self.on_error)

    def fetched(self, talk: Talk, outcome: Fetched) -> Move:
        if outcome.outcome != "ok":
            handler = (
                self.on_timeout
                if outcome.outcome == "timeout" and self.on_timeout is not None
                else self.on_error
            )
            if handler is None:
                told = outcome.reason or (f"status {outcome.status}" if outcome.status else outcome.outcome)
                talk.alert("call_failed", f"'{self.action}' failed: {told[:200]}.")
            return self._end(talk, handler)
        answer = talk.bot.actions[self.action].read(outcome.body)
        talk.put_results(self.action, answer.found, answer.raw)
        if answer.missing:
            if self.on_empty is None:
                talk.alert("call_empty", f"The answer of '{self.action}' lacks {listed(answer.missing)}.")
            return self._end(talk, self.on_empty)
        if self.hands_off:
            talk.hand_off("", ())
            return Left()
        return Next()

    def _end(self, talk: Talk, handler: Outcome | None) -> Move:
        return Failed() if handler is None else handler.apply(talk)


class _CallType:
    key = "call"

    def read(self, fields: StepFields) -> Body:
        action = fields.text("call")
        fields.refer("action", action, fields.place("call"))
        return _Call(
            action,
            fields.handler("on_error"),
            fields.handler("on_timeout"),
            fields.handler("on_empty"),
            fields.choice("then", ("", "handoff"), "") == "handoff",
        )


STEP: StepType = _CallType()
