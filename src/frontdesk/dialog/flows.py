"""A turn in progress: the stack of flows, and what has come of it so far.

Works on its own copy of the state. `engine` decides what happens; this file carries it out.
"""

from collections.abc import Mapping

import msgspec

from frontdesk.core.action import Action, Alert, Handoff, Say
from frontdesk.core.message import Button, Buttons, Input, Part, Text
from frontdesk.core.script import Logged, VarScope
from frontdesk.dialog.bot import Bot, Flow, Question, Step
from frontdesk.dialog.bot_parts import Slot
from frontdesk.dialog.moves import End, Goto, Move, Next, Resume, RunFlow
from frontdesk.dialog.slots import keep, write_slot
from frontdesk.dialog.state import (
    MAX_ASKED,
    MAX_NAMES,
    MAX_RESULTS,
    MAX_STACK,
    Frame,
    State,
    bounded,
    copy_state,
)
from frontdesk.dialog.tracing import MASKED, hidden_values, texts_of
from frontdesk.dialog.utterance import Turn, Utterance
from frontdesk.dialog.view import Endless, View

_MESSAGE, _BYTES = 100, 10
"""What a message costs a turn, and how many bytes cost it one; see `MAX_SPENT`."""
SILENT = "silent"
"""The memo of a question that has asked about the customer's silence already."""


class Progress(View):
    """Implements `Talk` and moves through the flows."""

    __slots__ = ("_step", "actions", "hidden", "private", "trace")

    def __init__(self, bot: Bot, state: State, turn: Turn) -> None:
        super().__init__(bot, copy_state(state), turn)
        self.actions: list[Action] = []
        self.trace: list[dict[str, object]] = []
        self.hidden = set(hidden_values(bot, state))
        """What the trace must not show."""
        self.private = False
        """Whether personal data has been kept."""
        self._step: Step | None = None

    @property
    def place(self) -> str:
        stack = self.state.stack
        return f"{stack[-1].flow}/{self._step.id}" if stack and self._step is not None else ""

    @property
    def at(self) -> str:
        """The file and line of the step at hand."""
        return f"{self._step.file}:{self._step.line}" if self._step is not None and self._step.file else ""

    @property
    def memo(self) -> dict[str, object]:
        return self.state.stack[-1].memo

    def offered(self, slot: str) -> str:
        declared = self.bot.slots.get(slot)
        given = self._offered(slot, declared.entity if declared is not None else "")
        if given and declared is not None and declared.pii:
            self.hidden.add(self.state.moment.text)
        return given

    def _offered(self, slot: str, entity: str) -> str:
        moment = self.state.moment
        if (given := moment.offered.pop(slot, "")) or not entity:
            return given
        # Each mention fills one slot: "from Riga to Tallinn" fills two.
        at = moment.taken.get(entity, 0)
        mentions = moment.mentions.get(entity, ())[at : at + 1]
        moment.taken[entity] = at + len(mentions)
        return mentions[0].value if mentions else ""

    @property
    def flow_listens(self) -> bool:
        """Whether another flow may start in the middle of the topmost one."""
        found = self.bot.flows.get(self.state.stack[-1].flow) if self.state.stack else None
        return found is None or found.listen

    @property
    def no_reply_s(self) -> float:
        """After which silence the question just asked is taken up again; 0 for never, as after the first time."""
        body = self._step.body if self._step is not None else None
        return body.no_reply_s if isinstance(body, Question) and SILENT not in self.memo else 0.0

    # -- what steps do

    def put(self, name: str, value: object, scope: VarScope = "session") -> None:
        slot = self.bot.slots.get(name)
        hidden = slot is not None and slot.pii
        value = bounded(value)
        self.spend(len(msgspec.json.encode(value)) // _BYTES)
        before = self.slot(name) if slot is not None else self.var(name)
        if hidden:
            self.private = True
            self.hidden.update(texts_of(value))
        if not self._keep(name, slot, value, scope):
            self.alert("too_many_names", f"'{name[:80]}' was not kept: {MAX_NAMES} names are, of each scope.")
            return
        self.note(
            "slot" if slot else "var",
            name=name,
            scope=slot.scope if slot else scope,
            before=MASKED if hidden and before is not None else before,
            after=MASKED if hidden and value is not None else value,
        )

    def _keep(self, name: str, slot: Slot | None, value: object, scope: VarScope) -> bool:
        moment, state = self.state.moment, self.state
        if slot is not None:
            return write_slot(state, slot, value)
        if name == "language":
            state.language = value[:35] if isinstance(value, str) else ""
            return True
        kept = {"turn": moment.vars, "session": state.vars, "contact": state.contact}
        return keep(kept[scope], name, value)

    def put_results(self, action: str, found: Mapping[str, object], raw: Mapping[str, object]) -> None:
        kept = bounded(found, MAX_RESULTS)
        self.state.stack[-1].results[action] = kept if isinstance(kept, dict) else {}
        for place, value in raw.items():
            keep(self.state.moment.raw, place, value)

    def say(self, *parts: Part, delay_s: float = 0.0) -> None:
        kept = tuple(
            part for part in parts if not (isinstance(part, Text | Buttons | Input) and _blank(part))
        )
        moment = self.state.moment
        if kept and moment.replies:
            kept = _with_replies(
                kept, tuple(Button(reply.title, reply.payload or reply.title) for reply in moment.replies)
            )
            moment.replies = ()
        if kept:
            # What follows comes behind it without a delay of its own.
            delay_s, moment.delay_s = delay_s or moment.delay_s, 0.0
            self.actions.append(Say(kept, self.place, delay_s))
            self.spend(_MESSAGE + len(msgspec.json.encode(kept)) // _BYTES)

    def say_text(self, text: str) -> None:
        self.say(Text(text))

    def act(self, action: Action) -> None:
        if not isinstance(action, Logged):
            action = msgspec.structs.replace(action, step=self.place)
        self.actions.append(action)
        details = {"team": action.team} if isinstance(action, Handoff) else {}
        self.note(type(action).__name__.lower(), **details)

    def alert(self, code: str, message: str) -> None:
        self.actions.append(Alert(code, message, self.place))

    def note(self, fact: str, **details: object) -> None:
        self.trace.append({"fact": fact, "step": self.place, **details})

    def new_key(self) -> str:
        self.state.moment.needs += 1
        return f"{self.turn.key}:{self.state.moment.needs}:{self.place}"

    # -- the stack

    def start(self, flow: str, at: str = "", intent: str = "") -> None:
        """Put a flow on top of what is under way; a question below it waits.

        An earlier run of the same flow that waits further down gives way to this one.
        """
        found = self.bot.flows[flow]
        stack = [frame for frame in self.state.stack if frame.flow != flow or frame.mode == "back"]
        stack.append(Frame(flow, at or found.first, intent=intent))
        self.state.stack = stack[-MAX_STACK:]

    def question(self) -> Question | None:
        """The question whose answer is awaited; flows that wait for nothing are dropped on the way."""
        while self.state.stack and self.state.stack[-1].mode != "pause":
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

    def waiting(self, mode: str) -> Step | None:
        """The step of the topmost flow, if it waits in this mode."""
        if self.state.stack and self.state.stack[-1].mode == mode:
            frame = self.state.stack[-1]
            self._step = self._find(frame.flow, frame.at)
            return self._step
        return None

    def enter(self) -> Step | None:
        """The step to run now; None when the turn is over.

        Raises:
            Endless: It would be one too many.
        """
        while self.state.stack and self.state.stack[-1].mode != "pause":
            if (question := self._asking()) is not None:
                self.wait("ask", question.no_reply_s)
                resume = self.bot.flows[self.state.stack[-1].flow].resume
                if resume is not None:
                    self.say_text(resume.text(self))
                question.repeat(self)
                self.note("resumed")
                return None
            frame = self.state.stack[-1]
            if frame.mode == "rested" and (paused := self._find(frame.flow, frame.at)) is not None:
                self._step = paused
                self.note("pause_over")
                self.move(Next())
                continue
            step = self._find(frame.flow, frame.at) if frame.mode == "back" else None
            if step is None:
                self.state.stack.pop()
                continue
            self._step = step
            self.state.moment.steps += 1
            most = self.bot.limits.steps_per_turn
            if self.state.moment.steps > most:
                raise Endless(f"More than {most} steps in one turn")
            self.note("step", kind=step.kind, at=self.at)
            return step
        return None

    def wait(self, mode: str, wake_s: float = 0.0) -> None:
        """Let the topmost flow wait; with `wake_s`, the conversation is woken after so many seconds."""
        frame = self.state.stack[-1]
        frame.mode = mode
        frame.wake_at = self.turn.now.timestamp() + wake_s if wake_s else 0.0

    def answered(self) -> None:
        """Remember that the question at hand has its answer, so that it can be gone back to."""
        frame = self.state.stack[-1]
        frame.asked = [*(step for step in frame.asked if step != frame.at), frame.at][-MAX_ASKED:]

    def back(self) -> Question | None:
        """Go back to the question answered before the one at hand; None when there is none."""
        frame = self.state.stack[-1]
        while frame.asked:
            frame.at = frame.asked.pop()
            if (question := self._asking()) is not None:
                frame.misses, frame.memo = 0, {}
                return question
        return None

    def corrected(self, said: Utterance) -> bool:
        """Hand a correction to the questions of this flow that have their answer, the latest first."""
        frame = self.state.stack[-1]
        steps = (self._find(frame.flow, step_id) for step_id in reversed(frame.asked))
        questions = [step.body for step in steps if step is not None and isinstance(step.body, Question)]
        # One that takes any text would take every correction from those that know what fits them.
        questions.sort(key=lambda question: question.open)
        return any(question.correct(self, said) for question in questions)

    def move(self, move: Move) -> None:
        """Leave the step that just ran as it says."""
        frame = self.state.stack[-1]
        frame.mode, frame.misses, frame.wake_at = "back", 0, 0.0
        frame.memo = {}
        self.state.moment.delay_s = 0.0
        match move:
            case Next():
                self._next()
            case Goto(step, flow):
                self._goto(step, flow)
            case RunFlow(flow, back):
                self._come_back(back)
                self.start(flow)
            case Resume():
                while self.state.stack and self.state.stack[-1].mode not in {"ask", "pause", "rested"}:
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
            here.slots, here.results, here.loops, here.asked = {}, {}, {}, []
            here.at = step or self.bot.flows[flow].first
        else:
            here.at = step

    def _find(self, flow: str, step: str) -> Step | None:
        found: Flow | None = self.bot.flows.get(flow)
        return None if found is None else found.steps.get(step)


def _blank(part: Text | Buttons | Input) -> bool:
    return not part.text.strip() and not (isinstance(part, Buttons) and part.buttons)


def _with_replies(parts: tuple[Part, ...], replies: tuple[Button, ...]) -> tuple[Part, ...]:
    *before, last = parts
    match last:
        case Buttons(text, buttons):
            return (*before, Buttons(text, (*buttons, *replies), quick=True))
        case Text(text) | Input(text):
            return (*before, Buttons(text, replies, quick=True))
        case _:
            return (*parts, Buttons("", replies, quick=True))
