"""`agent`: a language model holds the conversation, within the actions and flows that the author names."""

import json
from dataclasses import dataclass

from frontdesk.core.action import Fetched, Prompt, Prompted, Returned
from frontdesk.dialog.actions import CannotCall
from frontdesk.dialog.bot import Asker, Body, Question, Talk, Utterance
from frontdesk.dialog.moves import Ask, Failed, Move, Next, RunFlow, Wait
from frontdesk.dialog.reading import Outcome, StepFields, StepType
from frontdesk.dialog.state import MAX_VALUE
from frontdesk.dialog.templates import Template

_TURNS = "turns"
"""The memo of how often the model has been asked in this run of the step."""
_SAID = "said"
"""The memo of what it said last, to be said again after a digression."""
_CALLS = "calls"
"""The memo of the action that it has called."""
_MAX_RESULT = 4_000
_MOST_TURNS = 50


@dataclass(frozen=True)
class _Agent(Question, Asker):
    instructions: Template
    actions: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    most_turns: int = 10
    on_error: Outcome | None = None
    listen: bool = True
    open: bool = True

    def run(self, talk: Talk) -> Move:
        for key in (_TURNS, _SAID, _CALLS):
            talk.memo.pop(key, None)
        return self._prompt(talk, str(talk.fact("message.text")))

    def hear(self, talk: Talk, said: Utterance) -> Move | None:
        return self._prompt(talk, said.text) if said.text else None

    def repeat(self, talk: Talk) -> None:
        talk.say_text(str(talk.memo.get(_SAID, "")))

    def reprompt(self, talk: Talk, misses: int) -> bool:  # noqa: ARG002 - it takes every text
        return False

    def came(self, talk: Talk, returned: Returned) -> Move:
        if isinstance(returned, Fetched):
            return self._called(talk, returned)
        return self._moved(talk, returned) if isinstance(returned, Prompted) else Failed()

    def _moved(self, talk: Talk, wants: Prompted) -> Move:
        if wants.outcome == "calls" and wants.name in self.actions:
            return self._call(talk, wants)
        if wants.outcome == "unavailable":
            return self._fail(talk, f"no model answered: {wants.reason or 'none is there'}")
        moves: dict[str, Move] = {"says": Wait(), "done": Next()}
        if wants.outcome == "starts" and wants.name in self.flows:
            moves["starts"] = RunFlow(wants.name)
        if wants.outcome not in moves:
            return self._fail(talk, f"the model wanted '{wants.name[:80]}', which it may not use")
        talk.memo[_SAID] = wants.text[:MAX_VALUE]
        talk.say_text(wants.text)
        return moves[wants.outcome]

    def _prompt(self, talk: Talk, heard: str) -> Move:
        turns = talk.memo.get(_TURNS, 0)
        asked = turns + 1 if isinstance(turns, int) else 1
        if asked > self.most_turns:
            return self._fail(talk, f"more than {self.most_turns} turns with the model")
        talk.memo[_TURNS] = asked
        language = str(talk.fact("language"))
        instructions = self.instructions.text(talk)
        return Ask(Prompt(talk.new_key(), instructions, heard, self.actions, self.flows, language))

    def _call(self, talk: Talk, wanted: Prompted) -> Move:
        for name, value in wanted.arguments.items():
            if name in talk.bot.slots:
                talk.put(name, value)
        talk.memo[_CALLS] = wanted.name
        try:
            return Ask(talk.bot.actions[wanted.name].call(talk, talk.new_key()))
        except CannotCall as error:
            return self._prompt(talk, f"{wanted.name} was not called: {error}")

    def _called(self, talk: Talk, fetched: Fetched) -> Move:
        name = str(talk.memo.pop(_CALLS, ""))
        if fetched.outcome != "ok" or name not in talk.bot.actions:
            return self._prompt(talk, f"{name} failed: {fetched.reason or fetched.status or fetched.outcome}")
        answer = talk.bot.actions[name].read(fetched.body)
        talk.put_results(name, answer.found, answer.raw)
        return self._prompt(
            talk, f"{name} answered: {json.dumps(answer.found, ensure_ascii=False)[:_MAX_RESULT]}"
        )

    def _fail(self, talk: Talk, why: str) -> Move:
        talk.alert("agent_failed", f"The agent step ended: {why}.")
        if self.on_error is not None:
            return self.on_error.apply(talk)
        talk.say_text(talk.phrase("unavailable"))
        return Next()


class _AgentType:
    key = "agent"

    def read(self, fields: StepFields) -> Body:
        on_error = fields.handler("on_error")
        node = fields.get("agent")
        inner = fields.inside(node or fields.place("agent"), "'agent'")
        instructions = inner.template("instructions")
        if instructions is None:
            inner.problems.error(
                inner.node, "'agent' has no instructions.", "Write instructions: and what it is to do."
            )
        named: dict[str, tuple[str, ...]] = {}
        for key, kind in (("actions", "action"), ("flows", "flow")):
            found = inner.texts(key)
            for text, place in found:
                inner.refer(kind, text, place)
            named[key] = tuple(text for text, _ in found)
        most = inner.integer("most_turns", 10, 1, _MOST_TURNS)
        inner.close()
        return _Agent(instructions or Template("", ()), named["actions"], named["flows"], most, on_error)


STEP: StepType = _AgentType()
