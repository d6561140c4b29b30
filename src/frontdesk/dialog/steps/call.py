"""`call`: asks an outside system through one of the bot's actions, and deals with every way that can end."""

from dataclasses import dataclass

from frontdesk.core.action import Fetched, Handoff, Returned
from frontdesk.core.script import Ran
from frontdesk.dialog.actions import CannotCall
from frontdesk.dialog.bot import Asker, Body, Talk
from frontdesk.dialog.bot_parts import ScriptRef
from frontdesk.dialog.moves import Ask, Failed, Left, Move, Next
from frontdesk.dialog.problems import listed
from frontdesk.dialog.reading import Outcome, StepFields, StepType
from frontdesk.dialog.scripts import apply_effects, run_script

_END = "end"
"""The memo of how the call ended, while a script runs between that and what follows from it."""


@dataclass(frozen=True, slots=True)
class _Call(Asker):
    action: str
    on_error: Outcome | None = None
    on_timeout: Outcome | None = None
    on_empty: Outcome | None = None
    hands_off: bool = False
    after: ScriptRef | None = None

    def run(self, talk: Talk) -> Move:
        talk.memo.pop(_END, None)
        try:
            return Ask(talk.bot.actions[self.action].call(talk, talk.new_key()))
        except CannotCall as error:
            talk.alert("call_refused", f"'{self.action}' was not called: {error}.")
            return self._finish(talk, "error")

    def came(self, talk: Talk, returned: Returned) -> Move:
        if isinstance(returned, Ran) and _END in talk.memo:
            moved = apply_effects(talk, returned)
            return moved if moved is not None else self._go(talk, str(talk.memo[_END]))
        action = talk.bot.actions[self.action]
        if isinstance(returned, Fetched) and returned.outcome != "ok":
            kind = "timeout" if returned.outcome == "timeout" else "error"
            if self._handler(kind) is None:
                told = returned.reason or (
                    f"status {returned.status}" if returned.status else returned.outcome
                )
                talk.alert("call_failed", f"'{self.action}' failed: {told[:200]}.")
            return self._finish(talk, kind)
        if isinstance(returned, Fetched) and action.transform is not None:
            return run_script(talk, action.transform, response=returned.body, transforms=True)
        if isinstance(returned, Ran) and returned.outcome != "ok":
            apply_effects(talk, returned)
            return self._finish(talk, "error")
        return self._read(
            talk, returned.body if isinstance(returned, Fetched) else _transformed(talk, returned)
        )

    def _read(self, talk: Talk, body: object) -> Move:
        answer = talk.bot.actions[self.action].read(body)
        talk.put_results(self.action, answer.found, answer.raw)
        if answer.missing and self.on_empty is None:
            talk.alert("call_empty", f"The answer of '{self.action}' lacks {listed(answer.missing)}.")
        return self._finish(talk, "empty" if answer.missing else "ok")

    def _finish(self, talk: Talk, end: str) -> Move:
        if self.after is None:
            return self._go(talk, end)
        talk.memo[_END] = end
        return run_script(talk, self.after)

    def _handler(self, end: str) -> Outcome | None:
        if end == "empty":
            return self.on_empty
        return self.on_timeout if end == "timeout" and self.on_timeout is not None else self.on_error

    def _go(self, talk: Talk, end: str) -> Move:
        if end != "ok":
            handler = self._handler(end)
            return Failed() if handler is None else handler.apply(talk)
        if self.hands_off:
            talk.act(Handoff(""))
            return Left()
        return Next()


def _transformed(talk: Talk, returned: Returned) -> object:
    if not isinstance(returned, Ran):
        return None
    apply_effects(talk, returned)
    return returned.value


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
            fields.script("after"),
        )


STEP: StepType = _CallType()
