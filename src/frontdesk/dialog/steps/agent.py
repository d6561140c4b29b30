"""`agent`: a language model holds the conversation, within the actions and flows that the author names.

Prompt -> it says: the customer answers, Prompt; it calls: confirmed where it cannot be undone, then carried out, Prompt;
it starts a flow, or is done: the step is over. What it remembers is this run of the step, up to a bound.
"""

import json
from dataclasses import dataclass

import msgspec

from frontdesk.core.action import (
    MOST_RESULT,
    MOST_SAID,
    Able,
    Argument,
    Exchange,
    Fetched,
    Prompt,
    Prompted,
    Returned,
)
from frontdesk.core.message import Button, Buttons
from frontdesk.core.script import Ran
from frontdesk.dialog.actions import CannotCall
from frontdesk.dialog.answer_types import Around
from frontdesk.dialog.bot import Asker, Body, Question, Talk
from frontdesk.dialog.bot_parts import Slot
from frontdesk.dialog.filters import as_text
from frontdesk.dialog.moves import Ask, Failed, Move, Next, RunFlow, Wait
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.reading import Outcome, StepFields, StepType
from frontdesk.dialog.scripts import apply_effects, run_script
from frontdesk.dialog.state import MAX_VALUE
from frontdesk.dialog.templates import Template
from frontdesk.dialog.typed import installed as answer_types
from frontdesk.dialog.utterance import Utterance

_TURNS = "turns"
"""The memo of how often the model has been asked in this run of the step."""
_SAID = "said"
"""The memo of what it said last, to be said again after a digression."""
_CALLS = "calls"
"""The memo of the action that it has called."""
_ASKS = "asks"
"""The memo of the call that the customer is asked to confirm."""
_FILLED = "filled"
"""The memo of the slots that it has filled, with what: a value from elsewhere is not a model's to change."""
_MEMORY = "memory"
"""The memo of what was said and done."""
_MAX_RESULT = MOST_RESULT + MAX_VALUE
"""More than a model is told, by the longest value: one that stands at the end of that is known whole."""
_MAX_SAID = MOST_SAID + MAX_VALUE
_MOST_REMEMBERED = 24
_MOST_OF_ALL = 20_000
_MOST_TURNS = 50
_NOT_GIVEN = frozenset(["file"])
"""Types of slots that a model cannot fill."""


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
        for key in (_TURNS, _SAID, _CALLS, _ASKS, _MEMORY):
            talk.memo.pop(key, None)
        return self._hears(talk, str(talk.fact("message.text")))

    def hear(self, talk: Talk, said: Utterance) -> Move | None:
        if not said.text:
            return None
        asked = talk.memo.pop(_ASKS, None)
        if asked is None:
            return self._hears(talk, said.text)
        wanted = msgspec.convert(asked, Prompted)
        if _is_yes(talk, said):
            return self._call(talk, wanted)
        _remember(talk, Exchange("action", "not carried out: the customer did not confirm it", wanted.name))
        return self._hears(talk, said.text)

    def repeat(self, talk: Talk) -> None:
        if _ASKS in talk.memo:
            _confirm(talk, msgspec.convert(talk.memo[_ASKS], Prompted))
        else:
            talk.say_text(str(talk.memo.get(_SAID, "")))

    def reprompt(self, talk: Talk, misses: int) -> bool:  # noqa: ARG002 - it takes every text
        return False

    def came(self, talk: Talk, returned: Returned) -> Move:
        if isinstance(returned, Fetched):
            return self._called(talk, returned)
        if isinstance(returned, Ran):
            return self._reshaped(talk, returned)
        return self._moved(talk, returned) if isinstance(returned, Prompted) else Failed()

    def _moved(self, talk: Talk, wants: Prompted) -> Move:
        if wants.outcome == "calls" and wants.name in self.actions:
            return self._wanted(talk, wants)
        if wants.outcome == "unavailable":
            return self._fail(talk, f"no model answered: {wants.reason or 'none is there'}")
        moves: dict[str, Move] = {"says": Wait(), "done": Next()}
        if wants.outcome == "starts" and wants.name in self.flows:
            moves["starts"] = RunFlow(wants.name)
        if wants.outcome not in moves:
            return self._fail(talk, f"the model wanted '{wants.name[:80]}', which it may not use")
        talk.memo[_SAID] = wants.text[:MAX_VALUE]
        _remember(talk, Exchange("model", wants.text[:_MAX_SAID]))
        talk.say_text(wants.text)
        return moves[wants.outcome]

    def _hears(self, talk: Talk, text: str) -> Move:
        _remember(talk, Exchange("customer", text[:_MAX_SAID]))
        return self._prompt(talk, text)

    def _prompt(self, talk: Talk, heard: str) -> Move:
        turns = talk.memo.get(_TURNS, 0)
        asked = turns + 1 if isinstance(turns, int) else 1
        if asked > self.most_turns:
            return self._fail(talk, f"more than {self.most_turns} turns with the model")
        talk.memo[_TURNS] = asked
        return Ask(
            Prompt(
                key=talk.new_key(),
                # Values come from customers and outside systems: in quotes they are not taken for instructions.
                instructions=self.instructions.text(talk, _quoted),
                heard=heard,
                actions=self.actions,
                flows=self.flows,
                language=str(talk.fact("language")),
                tools=tuple(_tool(talk, name) for name in self.actions),
                ways=tuple(Able(name, talk.bot.flows[name].name) for name in self.flows),
                memory=_memory(talk),
            )
        )

    def _wanted(self, talk: Talk, wanted: Prompted) -> Move:
        arguments, wrong = _arguments(talk, wanted)
        wanted = msgspec.structs.replace(wanted, arguments=arguments)
        _remember(talk, Exchange("calls", name=wanted.name, arguments=arguments))
        if wrong:
            return self._told(talk, wanted.name, f"was not called: {wrong}")
        if talk.bot.actions[wanted.name].irreversible:
            talk.memo[_ASKS] = msgspec.to_builtins(wanted)
            _confirm(talk, wanted)
            return Wait()
        return self._call(talk, wanted)

    def _call(self, talk: Talk, wanted: Prompted) -> Move:
        may_fill = {slot.name for slot in _inputs(talk, wanted.name)}
        if known := [name for name in wanted.arguments if name not in may_fill]:
            return self._told(talk, wanted.name, f"was not called: {known[0]} has got another value")
        _fill(talk, wanted.arguments)
        talk.memo[_CALLS] = wanted.name
        try:
            return Ask(talk.bot.actions[wanted.name].call(talk, talk.new_key()))
        except CannotCall as error:
            return self._told(talk, wanted.name, f"was not called: {error}")

    def _called(self, talk: Talk, fetched: Fetched) -> Move:
        name = str(talk.memo.get(_CALLS, ""))
        if fetched.outcome != "ok" or name not in talk.bot.actions:
            return self._told(talk, name, f"failed: {fetched.reason or fetched.status or fetched.outcome}")
        transform = talk.bot.actions[name].transform
        if transform is not None:
            return run_script(talk, transform, response=fetched.body, transforms=True)
        return self._read(talk, name, fetched.body)

    def _reshaped(self, talk: Talk, ran: Ran) -> Move:
        name = str(talk.memo.get(_CALLS, ""))
        apply_effects(talk, ran)
        if ran.outcome != "ok" or name not in talk.bot.actions:
            return self._told(talk, name, "failed: its answer could not be read")
        return self._read(talk, name, ran.value)

    def _read(self, talk: Talk, name: str, body: object) -> Move:
        answer = talk.bot.actions[name].read(body)
        talk.put_results(name, answer.found, answer.raw)
        return self._told(
            talk, name, f"answered: {json.dumps(answer.found, ensure_ascii=False)[:_MAX_RESULT]}"
        )

    def _told(self, talk: Talk, name: str, what: str) -> Move:
        _remember(talk, Exchange("action", what, name))
        return self._prompt(talk, f"{name} {what}")

    def _fail(self, talk: Talk, why: str) -> Move:
        talk.alert("agent_failed", f"The agent step ended: {why}.")
        if self.on_error is not None:
            return self.on_error.apply(talk)
        talk.say_text(talk.phrase("unavailable"))
        return Next()


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _tool(talk: Talk, name: str) -> Able:
    action = talk.bot.actions[name]
    arguments = tuple(Argument(slot.name, slot.type, slot.description) for slot in _inputs(talk, name))
    return Able(name, action.description, arguments, action.irreversible)


def _inputs(talk: Talk, action: str) -> tuple[Slot, ...]:
    """The slots that a model may fill: those that are empty, or hold what it has put there itself."""
    filled = talk.memo.get(_FILLED)
    own = filled if isinstance(filled, dict) else {}
    slots = (talk.bot.slots[name] for name in talk.bot.actions[action].inputs)
    return tuple(
        slot
        for slot in slots
        if slot.type not in _NOT_GIVEN and talk.slot(slot.name) in (None, own.get(slot.name))
    )


def _fill(talk: Talk, arguments: dict[str, object]) -> None:
    for name, value in arguments.items():
        talk.put(name, value)
    filled = talk.memo.get(_FILLED)
    own = filled if isinstance(filled, dict) else {}
    # As it was kept: long values are cut.
    talk.memo[_FILLED] = {**own, **{name: talk.slot(name) for name in arguments}}


def _arguments(talk: Talk, wanted: Prompted) -> tuple[dict[str, object], str]:
    """The arguments that the action has, as their slots take them; and what does not fit."""
    found: dict[str, object] = {}
    for slot in _inputs(talk, wanted.name):
        given = wanted.arguments.get(slot.name)
        if given is None or given == "":
            continue
        if not isinstance(given, str | int | float):
            return found, f"{slot.name} is not {slot.type}"
        text = as_text(given)[:MOST_SAID]
        taken = answer_types()[slot.type].take(Utterance(text, normalise(text)), _around(talk))
        if taken is None:
            return found, f"{slot.name} is not {slot.type}"
        found[slot.name] = taken
    return found, ""


def _around(talk: Talk) -> Around:
    bot = talk.bot
    return Around(str(talk.fact("language")), talk.turn.now.astimezone(bot.zone), bot.region)


def _is_yes(talk: Talk, said: Utterance) -> bool:
    return answer_types()["yes_no"].take(said, _around(talk)) is True


def _confirm(talk: Talk, wanted: Prompted) -> None:
    action = talk.bot.actions[wanted.name]
    what = (action.description or action.name).rstrip(".")
    values = ", ".join(
        f"{_description(talk, name)}: {as_text(value)[:200]}" for name, value in wanted.arguments.items()
    )
    text = talk.phrase("confirm_action", action=f"{what} ({values})" if values else what)
    labels = talk.phrase("yes"), talk.phrase("no")
    talk.say(Buttons(text, tuple(Button(label, label) for label in labels), quick=True))


def _description(talk: Talk, name: str) -> str:
    # The bot may be another since it was asked.
    slot = talk.bot.slots.get(name)
    return ((slot.description if slot else "") or name).rstrip(".")


def _remember(talk: Talk, exchange: Exchange) -> None:
    kept = talk.memo.get(_MEMORY)
    memory = [*(kept if isinstance(kept, list) else ()), msgspec.to_builtins(exchange)][-_MOST_REMEMBERED:]
    while len(memory) > 1 and sum(len(str(each)) for each in memory) > _MOST_OF_ALL:
        memory = memory[1:]
    talk.memo[_MEMORY] = memory


def _memory(talk: Talk) -> tuple[Exchange, ...]:
    return msgspec.convert(talk.memo.get(_MEMORY, []), tuple[Exchange, ...])


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
