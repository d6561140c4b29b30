"""A turn in progress: the stack of flows, the values steps see, and what has come of it so far.

Works on its own copy of the state. `engine` decides what happens; this file carries it out.
"""

import re
from collections.abc import Callable, Mapping

from frontdesk.core.action import Action, Alert, Handoff, Say
from frontdesk.core.message import Buttons, Part, Text
from frontdesk.dialog.bot import Bot, Flow, Question, Step, Turn
from frontdesk.dialog.moves import End, Goto, Move, Next, Resume, RunFlow
from frontdesk.dialog.slots import keep, read_slot, running, write_slot
from frontdesk.dialog.state import MAX_RESULTS, MAX_STACK, Frame, State, bounded, copy_state

_MARK = re.compile(r"\{([a-z]+)\}")


class LoopFound(Exception):
    """The turn has taken more steps than the bot allows."""


class Progress:
    """Implements `Talk` and moves through the flows."""

    __slots__ = ("_step", "actions", "bot", "state", "trace", "turn")

    def __init__(self, bot: Bot, state: State, turn: Turn) -> None:
        self.bot = bot
        self.turn = turn
        self.state = copy_state(state)
        self.actions: list[Action] = []
        self.trace: list[dict[str, object]] = []
        self._step: Step | None = None

    # -- what steps read

    def slot(self, name: str) -> object:
        slot = self.bot.slots.get(name)
        return None if slot is None else read_slot(self.state, slot)

    def var(self, name: str) -> object:
        return self.state.vars.get(name)

    def env(self, name: str) -> str:
        return self.turn.env.get(name, self.bot.env.get(name, ""))

    def result(self, action: str, name: str) -> object:
        found = next(
            (frame.results[action] for frame in running(self.state) if action in frame.results), None
        )
        return None if found is None else found.get(name)

    def raw(self, place: str) -> object:
        return self.state.raw.get(place)

    def contact(self, name: str) -> object:
        return self.turn.contact.get(name)

    def fact(self, name: str) -> object:
        find = _FACTS.get(name)
        return None if find is None else find(self)

    def phrase(self, key: str, **values: str) -> str:
        for language in (self.turn.language, self.turn.language.partition("-")[0], self.bot.language, "en"):
            text = self.bot.phrases.get(language, {}).get(key)
            if text:
                return _MARK.sub(lambda mark: values.get(mark[1], mark[0]), text)
        return ""

    def offered(self, slot: str) -> str:
        if slot not in self.state.entities:
            return ""
        value = self.state.entities[slot]
        self.state.entities = {name: text for name, text in self.state.entities.items() if name != slot}
        return value

    @property
    def place(self) -> str:
        stack = self.state.stack
        return f"{stack[-1].flow}/{self._step.id}" if stack and self._step is not None else ""

    # -- what steps do

    def put(self, name: str, value: object) -> None:
        slot = self.bot.slots.get(name)
        if slot is None:
            keep(self.state.vars, name, value)
        else:
            write_slot(self.state, slot, value)
        self.note(
            "slot" if slot else "var", name=name, scope=slot.scope if slot else "session", empty=value is None
        )

    def put_results(self, action: str, found: Mapping[str, object], raw: Mapping[str, object]) -> None:
        kept = bounded(found, MAX_RESULTS)
        self.state.stack[-1].results[action] = kept if isinstance(kept, dict) else {}
        for place, value in raw.items():
            keep(self.state.raw, place, value)

    def say(self, *parts: Part) -> None:
        kept = tuple(part for part in parts if not (isinstance(part, Text | Buttons) and _blank(part)))
        if kept:
            self.actions.append(Say(kept, self.place))

    def say_text(self, text: str) -> None:
        self.say(Text(text))

    def hand_off(self, team: str, share: tuple[str, ...]) -> None:
        self.actions.append(Handoff(team, share, self.place))
        self.note("handoff", team=team)

    def alert(self, code: str, message: str) -> None:
        self.actions.append(Alert(code, message, self.place))

    def note(self, fact: str, **details: object) -> None:
        self.trace.append({"fact": fact, "step": self.place, **details})

    def new_key(self) -> str:
        self.state.calls += 1
        return f"{self.turn.key}:{self.state.calls}:{self.place}"

    # -- the stack

    def start(self, flow: str, at: str = "") -> None:
        """Put a flow on top of what is under way; a question below it waits.

        An earlier run of the same flow that waits further down gives way to this one.
        """
        found = self.bot.flows[flow]
        stack = [frame for frame in self.state.stack if frame.flow != flow or frame.mode == "back"]
        stack.append(Frame(flow, at or found.first))
        self.state.stack = stack[-MAX_STACK:]

    def question(self) -> Question | None:
        """The question whose answer is awaited; flows that wait for none are dropped on the way."""
        while self.state.stack:
            if (question := self._asking()) is not None:
                return question
            self.state.stack.pop()
        return None

    def _asking(self) -> Question | None:
        frame = self.state.stack[-1]
        step = self._find(frame.flow, frame.at)
        if frame.mode != "ask" or step is None or not isinstance(step.body, Question):
            return None
        self._step = step
        return step.body

    def called(self) -> Step | None:
        """The step that waits for a call's outcome."""
        if self.state.stack and self.state.stack[-1].mode == "call":
            frame = self.state.stack[-1]
            self._step = self._find(frame.flow, frame.at)
            return self._step
        return None

    def enter(self) -> Step | None:
        """The step to run now; None when the turn is over.

        Raises:
            LoopFound: It would be one too many.
        """
        while self.state.stack:
            if (question := self._asking()) is not None:
                question.repeat(self)
                self.note("resumed")
                return None
            frame = self.state.stack[-1]
            step = self._find(frame.flow, frame.at) if frame.mode == "back" else None
            if step is None:
                self.state.stack.pop()
                continue
            self._step = step
            self.state.steps += 1
            if self.state.steps > self.bot.limits.steps_per_turn:
                raise LoopFound
            return step
        return None

    def wait(self, mode: str) -> None:
        self.state.stack[-1].mode = mode

    def move(self, move: Move) -> None:
        """Leave the step that just ran as it says."""
        frame = self.state.stack[-1]
        frame.mode, frame.misses = "back", 0
        match move:
            case Next():
                self._next()
            case Goto(step, flow):
                self._goto(step, flow)
            case RunFlow(flow, back):
                self._come_back(back)
                self.start(flow)
            case Resume():
                while self.state.stack and self.state.stack[-1].mode != "ask":
                    self.state.stack.pop()
            case _:
                self.state.stack.pop()

    def _next(self) -> None:
        step = self._step
        if step is not None and step.next is not None:
            self.move(step.next)
        else:
            self.state.stack[-1].at = step.after if step is not None else ""

    def _come_back(self, back: Next | Goto | End) -> None:
        step = self._step
        way = step.next if step is not None and step.next is not None and isinstance(back, Next) else back
        if isinstance(way, End):
            self.state.stack[-1].at = ""  # stays until the other flow is over: that one may read its slots
        else:
            self.move(way)

    def _goto(self, step: str, flow: str) -> None:
        here = self.state.stack[-1]
        if not flow and step not in self.bot.flows[here.flow].steps:
            flow, step = step, ""
        if flow and flow != here.flow:
            self.state.stack.pop()
            self.start(flow, step)
        elif flow:
            here.slots, here.results = {}, {}
            here.at = step or self.bot.flows[flow].first
        else:
            here.at = step

    def _find(self, flow: str, step: str) -> Step | None:
        found: Flow | None = self.bot.flows.get(flow)
        return None if found is None else found.steps.get(step)


_FACTS: dict[str, Callable[[Progress], object]] = {
    "message.text": lambda progress: progress.state.said,
    "message.intent": lambda progress: progress.state.intent,
    "conversation.id": lambda progress: progress.turn.conversation_id,
    "conversation.last_intent": lambda progress: progress.state.last_intent,
    "assistant.id": lambda progress: progress.turn.assistant_id,
    "assistant.name": lambda progress: progress.bot.name,
    "contact.id": lambda progress: progress.turn.contact_id,
    "channel": lambda progress: progress.turn.channel,
    "language": lambda progress: progress.turn.language or progress.bot.language,
    "now": lambda progress: progress.turn.now.isoformat(timespec="seconds"),
}


def _blank(part: Text | Buttons) -> bool:
    return not part.text.strip() and (isinstance(part, Text) or not part.buttons)
