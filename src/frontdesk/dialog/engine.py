"""One step of a conversation, as a pure function: what was heard -> what to do, and what is needed from outside.

`turn.decide` calls `step`, fetches `need`, and calls again with what came of it until nothing is needed.
What answers a message is settled by `ladder`, and `needs` says what is asked for and what came of it; this file starts
and ends turns and runs the flows.
"""

from collections.abc import Iterable

import msgspec

from frontdesk.core.action import (
    Action,
    Begun,
    Elapsed,
    Fetched,
    Heard,
    Looked,
    Need,
    Prompted,
    Restarted,
    Returned,
    Said,
    Say,
    Understand,
    Understood,
)
from frontdesk.core.message import MAX_TEXT
from frontdesk.core.script import Ran
from frontdesk.dialog import ladder
from frontdesk.dialog.answer_types import around
from frontdesk.dialog.bot import ON_START, Asker, Bot, Question
from frontdesk.dialog.bot import Step as BotStep
from frontdesk.dialog.flows import SILENT, Progress
from frontdesk.dialog.moves import Ask, Failed, Left, Move, Next, Pause, Resume, Wait
from frontdesk.dialog.needs import ask_for, details, judged
from frontdesk.dialog.scripts import apply_effects, jump, run_script
from frontdesk.dialog.state import MAX_VALUE, MAX_WAKES, Moment, State, copy_state
from frontdesk.dialog.utterance import Turn
from frontdesk.dialog.view import Endless

__all__ = ["Step", "Turn", "step", "unheard"]

_DROPPED = dict.fromkeys([*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])
_EARLY_S = 1.0
"""How much before its time a pause counts as over; clocks of several machines differ."""
_BEFORE = "before"
"""The memo of a step whose script before it has been run, or runs."""


class Step(msgspec.Struct, frozen=True):
    """What came of it: the new state, the actions that are new, and what is needed before stepping on.

    `hidden` are texts that nobody is shown in the trace. `ended`: the turn went round and was ended; what all of its
    steps said goes through `said_once`.
    """

    state: State
    actions: tuple[Action, ...] = ()
    need: Need | None = None
    trace: tuple[dict[str, object], ...] = ()
    hidden: frozenset[str] = frozenset()
    ended: bool = False


def step(bot: Bot, state: State, heard: Heard, turn: Turn) -> Step:
    """Go on with a conversation.

    Args:
        bot: The version this conversation runs on.
        state: As the last step left it; never changed.
        heard: A message, a restart, a moment that was waited for, or what came of the last step's need.
        turn: The facts of this turn, the same for all its steps.

    Returns:
        With `need` set, step again with what came of it and the returned state; otherwise the turn is over.
        `state.wake_at` says when the conversation is to be stepped with `Elapsed`.
    """
    progress, ended = Progress(bot, state, turn), False
    try:
        need = _stepped(progress, heard)
    except Endless as why:
        need, ended = None, True
        _break_loop(progress, str(why))
    if need is None and progress.state.moment.pending is None:
        progress.state.moment = Moment()
    progress.state.set_wake()
    return Step(
        progress.state,
        tuple(progress.actions),
        need,
        tuple(progress.trace),
        frozenset(progress.hidden),
        ended,
    )


def _stepped(progress: Progress, heard: Heard) -> Need | None:
    match heard:
        case Said():
            need = _said(progress, heard)
        case Fetched() | Ran() | Looked() | Prompted():
            need = _returned(progress, heard)
        case Understood():
            need = _understood(progress, heard)
        case Elapsed():
            need = _elapsed(progress)
        case Begun(flow):
            need = _begun(progress, flow)
        case Restarted():
            _reset(progress.state)
            progress.note("restarted")
            need = None
    if need is None and progress.state.first is not None and not _busy(progress.state):
        need = _opened(progress, progress.state.first)
    return need


def unheard(state: State, heard: Heard | None = None) -> State:
    """The state after a message that people answer in the bot's place."""
    state = copy_state(state)
    state.intent = ""
    if isinstance(heard, Said):
        state.reads = heard.visit.language or state.reads
    return state


def clean(text: str) -> str:
    """A message as it is worked with: cut, trimmed, and without control characters."""
    text = text[:MAX_TEXT]
    return (text if text.isprintable() else text.translate(_DROPPED)).strip()


def _reset(state: State) -> None:
    state.moment = Moment()
    state.stack, state.session, state.vars, state.options = [], {}, {}, []
    state.intent = state.last_intent = state.chosen_intent = state.language = ""
    state.first = None
    state.last_at = 0.0  # what comes next begins a session


def _said(progress: Progress, said: Said) -> Need | None:
    bot, state = progress.bot, progress.state
    idle_s = progress.turn.now.timestamp() - state.last_at
    begins = not state.last_at
    if state.last_at and idle_s > bot.session_timeout_s:
        _reset(state)
        progress.note("expired")
        begins = True
    state.last_at, state.wakes = progress.turn.now.timestamp(), 0
    state.spoken = progress.turn.spoken or state.spoken
    state.reads = said.visit.language or state.reads
    text = clean(said.text)
    offered = {name: clean(value)[:MAX_VALUE] for name, value in said.entities.items() if name in bot.slots}
    state.intent = ""
    state.moment = Moment(heard=said, text=text, offered=offered)
    state.moment.mentions = bot.entities.find(text, around(progress))
    progress.trace.append(_heard(said, text, state.moment))
    if ladder.debug(progress, _reset):
        return None
    if begins and ON_START in bot.flows:
        state.first = msgspec.structs.replace(said, text=text, entities=offered)
        progress.start(ON_START)
        return _run(progress, None)
    return _answer(progress)


def _answer(progress: Progress) -> Need | None:
    first = len(progress.trace)
    found = ladder.answer(progress)
    if not isinstance(found, Understand):
        return _run(progress, found)
    # The rungs are tried again with what comes of it; their facts are those of the second time.
    del progress.trace[first:]
    return ask_for(progress, found)


def _understood(progress: Progress, understood: Understood) -> Need | None:
    moment = progress.state.moment
    if moment.heard is None or moment.pending is None or moment.pending.key != understood.key:
        progress.note("stale", key=understood.key)
        return None
    moment.pending, moment.understood = None, True
    moment.heard = msgspec.structs.replace(moment.heard, candidates=understood.candidates)
    progress.trace.append(
        {
            "fact": "returned",
            "what": "intents",
            "outcome": understood.band or "none",
            "intents": {name: round(score, 3) for name, score in understood.ranked},
            "certainty": round(understood.certainty, 3),
            "reject_below": round(understood.reject_below, 3),
            "confirm_below": round(understood.confirm_below, 3),
            "reason": understood.reason,
        }
    )
    return _answer(progress)


def _heard(said: Said, text: str, moment: Moment) -> dict[str, object]:
    phrases = {entity: [mention.phrase for mention in found] for entity, found in moment.mentions.items()}
    known = {"payload": said.payload, "intent": said.intent, "entities": phrases}
    return {
        "fact": "heard",
        "text": text,
        **{key: value for key, value in known.items() if value},
    }


def _busy(state: State) -> bool:
    return bool(state.stack) or state.moment.pending is not None


def _opened(progress: Progress, first: Said) -> Need | None:
    """The flow that begins a session is over: now the message that did, which may be some turns back."""
    state = progress.state
    state.first = None
    moment = state.moment
    moment.heard, moment.text, moment.offered = first, first.text, dict(first.entities)
    moment.mentions, moment.taken = progress.bot.entities.find(first.text, around(progress)), {}
    moment.understood = False
    return _answer(progress)


def _returned(progress: Progress, returned: Returned) -> Need | None:
    moment = progress.state.moment
    if moment.pending is None or moment.pending.key != returned.key:
        progress.note("stale", key=returned.key)
        return None
    what, moment.pending = moment.pending.what, None
    if isinstance(returned, Fetched):
        returned = judged(progress.bot, what, returned)
    progress.state.last_at = progress.turn.now.timestamp()
    progress.trace.append(
        {"fact": "returned", "what": what, "outcome": returned.outcome, **details(progress.bot, returned)}
    )
    if isinstance(returned, Fetched):
        moment.api_ok, moment.api_status = returned.outcome == "ok", returned.status
    found = progress.waiting("call")
    if found is None:
        # The bot has changed under the need; the flow cannot go on.
        return _run(progress, Failed()) if progress.state.stack else None
    if isinstance(returned, Ran) and progress.memo.get(_BEFORE) == "runs":
        progress.memo[_BEFORE] = "ran"
        move = apply_effects(progress, returned)
        return _run(progress, move if move is not None else _body(progress))
    if not isinstance(found.body, Asker):
        return _run(progress, Failed())
    return _run(progress, found.body.came(progress, returned))


def _body(progress: Progress) -> Move:
    step = progress.waiting("call")
    return Failed() if step is None else step.body.run(progress)


def _elapsed(progress: Progress) -> Need | None:
    state = progress.state
    state.moment = Moment()
    state.wakes += 1
    if state.wakes > MAX_WAKES:
        progress.alert(
            "wakes", f"It went on by itself {MAX_WAKES} times without a word of the customer; it was ended."
        )
        state.stack = []
        return None
    due = progress.turn.now.timestamp() + _EARLY_S
    for frame in reversed(state.stack):
        if not frame.wake_at or frame.wake_at > due:
            continue
        frame.wake_at = 0.0
        if frame is state.stack[-1]:
            return _woken(progress)
        if frame.mode == "pause":
            # Another flow is at work above; this one goes on when that is over.
            frame.mode = "rested"
    return None


def _woken(progress: Progress) -> Need | None:
    progress.state.last_at = progress.turn.now.timestamp()
    if progress.waiting("pause") is not None:
        progress.note("pause_over")
        return _run(progress, Next())
    step = progress.waiting("ask")
    if step is None or not isinstance(step.body, Question):
        return None
    progress.note("no_reply")
    progress.memo[SILENT] = True
    return _run(progress, step.body.silent(progress))


def _begun(progress: Progress, flow: str) -> Need | None:
    state = progress.state
    state.moment, state.stack, state.options, state.first, state.wakes = Moment(), [], [], None, 0
    state.last_at = progress.turn.now.timestamp()
    if flow not in progress.bot.flows:
        return None  # none was asked for, or this version has it no more
    progress.start(flow)
    return _run(progress, None)


def _run(progress: Progress, move: Move | None) -> Need | None:
    while True:
        match move:
            case Ask(need):
                progress.wait("call")
                return ask_for(progress, need)
            case Wait():
                progress.wait("ask", progress.no_reply_s)
                return None
            case Pause(after_s):
                progress.wait("pause", after_s)
                return None
            case Left():
                progress.state.stack, progress.state.first = [], None
                return None
            case _:
                _leave(progress, move)
        step = progress.enter()
        if step is None:
            return None
        move = _begin(progress, step)


def _leave(progress: Progress, move: Move | None) -> None:
    if isinstance(move, Failed):
        progress.say_text(progress.phrase("error"))
        progress.move(Resume())
    elif move is not None:
        progress.move(jump(progress, move))


def _begin(progress: Progress, step: BotStep) -> Move:
    if step.before is not None and _BEFORE not in progress.memo:
        progress.memo[_BEFORE] = "runs"
        return run_script(progress, step.before)
    return step.body.run(progress)


def _break_loop(progress: Progress, why: str) -> None:
    progress.actions = said_once(progress.actions)
    progress.state.moment = Moment()
    progress.alert("loop", f"{why}; the flows under way were ended.")
    progress.note("loop")
    progress.state.stack, progress.state.first = [], None
    progress.say_text(progress.phrase("loop_error"))


def said_once(actions: Iterable[Action]) -> list[Action]:
    """What a turn that went round said over and over, once."""
    kept: list[Action] = []
    for action in actions:
        if not (isinstance(action, Say) and action in kept):
            kept.append(action)
    return kept
