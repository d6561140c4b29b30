"""One step of a conversation, as a pure function: what was heard -> what to do, and what has to be fetched first.

`turn.decide` calls `step`, carries out `need`, and calls again with the outcome until nothing is needed.
The ladder for a message: debug commands; the waiting question's own rules, choices and `accept`; other flows'
triggers (patterns, then intents); the question's reprompt, after too many of them the escalation flow; the
fallback flow. A question that takes any text comes after the triggers.
"""

import msgspec

from frontdesk.core.action import Action, Call, Fetched, Heard, Restarted, Said, Say
from frontdesk.core.message import MAX_TEXT
from frontdesk.dialog.bot import ESCALATION, FALLBACK, Bot, Caller, Question, Turn, Utterance
from frontdesk.dialog.flows import LoopFound, Progress
from frontdesk.dialog.moves import Failed, Left, Move, Need, Resume, Wait
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.state import MAX_VALUE, Pending, State, copy_state

__all__ = ["Step", "Turn", "step", "unheard"]

_MAX_MISSES = 1_000
_DROPPED = dict.fromkeys([*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])


class Step(msgspec.Struct, frozen=True):
    """What came of it: the new state, the actions that are new, and the call to make before stepping on."""

    state: State
    actions: tuple[Action, ...] = ()
    need: Call | None = None
    trace: tuple[dict[str, object], ...] = ()


def step(bot: Bot, state: State, heard: Heard, turn: Turn) -> Step:
    """Go on with a conversation.

    Args:
        bot: The version this conversation runs on.
        state: As the last step left it; never changed.
        heard: A message, a restart, or the outcome of the call the last step needed.
        turn: The facts of this turn, the same for all its steps.

    Returns:
        With `need` set, step again with that call's `Fetched` and the returned state; otherwise the turn is over.
    """
    progress = Progress(bot, state, turn)
    match heard:
        case Said():
            call = _said(progress, heard)
        case Fetched():
            call = _fetched(progress, heard)
        case Restarted():
            _reset(progress.state)
            progress.note("restarted")
            call = None
    progress.state.last_at = turn.now.timestamp()
    if call is None and progress.state.pending is None:
        _end_turn(progress.state)
    return Step(progress.state, tuple(progress.actions), call, tuple(progress.trace))


def unheard(state: State) -> State:
    """The state after a message that people answer in the bot's place."""
    state = copy_state(state)
    state.intent = ""
    return state


def clean(text: str) -> str:
    """A message as it is worked with: cut, trimmed, and without control characters."""
    text = text[:MAX_TEXT]
    return (text if text.isprintable() else text.translate(_DROPPED)).strip()


def _end_turn(state: State) -> None:
    state.said = ""
    state.entities, state.turn, state.raw = {}, {}, {}
    state.steps = state.calls = 0
    state.pending = None


def _reset(state: State) -> None:
    _end_turn(state)
    state.stack, state.session, state.vars = [], {}, {}
    state.intent = state.last_intent = ""


def _said(progress: Progress, said: Said) -> Call | None:
    bot, state = progress.bot, progress.state
    idle_s = progress.turn.now.timestamp() - state.last_at
    if state.last_at and idle_s > bot.session_timeout_s:
        _reset(state)
        progress.note("expired")
    _end_turn(state)
    state.intent = ""
    text = clean(said.text)
    state.said = text
    state.entities = {
        name: clean(value)[:MAX_VALUE] for name, value in said.entities.items() if name in bot.slots
    }
    plain = normalise(text)
    if _debug(progress, plain):
        return None
    intent = said.intent if said.intent in bot.known_intents else ""
    utterance = Utterance(text, plain, intent, "" if intent else bot.examples.get(plain, ""))
    state.intent = utterance.intent or utterance.guess
    state.last_intent = state.intent or state.last_intent
    return _run(progress, _answer(progress, utterance))


def _debug(progress: Progress, plain: str) -> bool:
    allowed = progress.bot.debug_commands
    if (
        plain not in {"reset", "whoami"}
        or allowed == "off"
        or (allowed == "preview" and not progress.turn.preview)
    ):
        return False
    if plain == "reset":
        _reset(progress.state)
        progress.say_text(progress.phrase("reset_done"))
    else:
        turn = progress.turn
        progress.say_text(
            progress.phrase("whoami", contact=turn.contact_id, conversation=turn.conversation_id)
        )
    progress.note("debug", command=plain)
    return True


def _answer(progress: Progress, said: Utterance) -> Move | None:
    question = progress.question()
    if question is None:
        if not _trigger(progress, said):
            _fall_back(progress)
        return None
    late = question.open and question.listen
    move = None if late else question.hear(progress, said)
    if move is not None:
        return move
    if question.listen and _trigger(progress, said):
        return None
    if late and (move := question.hear(progress, said)) is not None:
        return move
    return _miss(progress, question)


def _trigger(progress: Progress, said: Utterance) -> bool:
    hit = progress.bot.triggers.find(said)
    if hit is None:
        return False
    progress.trace.append(
        {"fact": "trigger", "flow": hit.flow, "by": hit.by, "what": hit.what, "candidates": hit.candidates}
    )
    if progress.state.stack:
        progress.state.stack[-1].misses = 0
    progress.start(hit.flow)
    return True


def _fall_back(progress: Progress) -> bool:
    progress.note("fallback")
    if FALLBACK in progress.bot.flows:
        progress.start(FALLBACK)
        return True
    progress.say_text(progress.phrase("not_understood"))
    return False


def _miss(progress: Progress, question: Question) -> Move | None:
    frame = progress.state.stack[-1]
    frame.misses = min(frame.misses + 1, _MAX_MISSES)
    progress.note("miss", misses=frame.misses)
    bot = progress.bot
    if frame.misses > bot.limits.reprompts and ESCALATION in bot.flows and frame.flow != ESCALATION:
        frame.misses = 0
        progress.note("escalation")
        progress.start(ESCALATION)
        return None
    if question.reprompt(progress, frame.misses):
        return Wait()
    if _fall_back(progress):
        return None
    question.repeat(progress)
    return Wait()


def _fetched(progress: Progress, outcome: Fetched) -> Call | None:
    pending = progress.state.pending
    if pending is None or pending.key != outcome.key:
        progress.note("stale", key=outcome.key)
        return None
    progress.state.pending = None
    progress.trace.append(
        {"fact": "fetched", "action": pending.action, "outcome": outcome.outcome, "status": outcome.status}
    )
    found = progress.called()
    if found is None or not isinstance(found.body, Caller):
        # The bot has changed under the call; the flow cannot go on.
        return _run(progress, Failed()) if progress.state.stack else None
    return _run(progress, found.body.fetched(progress, outcome))


def _run(progress: Progress, move: Move | None) -> Call | None:
    try:
        while True:
            match move:
                case Wait():
                    progress.wait("ask")
                    return None
                case Need(call):
                    progress.wait("call")
                    progress.state.pending = Pending(call.key, call.action)
                    progress.note("call", action=call.action, key=call.key)
                    return call
                case Left():
                    progress.state.stack = []
                    return None
                case Failed():
                    progress.say_text(progress.phrase("error"))
                    progress.move(Resume())
                case None:
                    pass
                case _:
                    progress.move(move)
            found = progress.enter()
            if found is None:
                return None
            move = found.body.run(progress)
    except LoopFound:
        _break_loop(progress)
        return None


def _break_loop(progress: Progress) -> None:
    # What the loop has said over and over is said once.
    kept: list[Action] = []
    for action in progress.actions:
        if not (isinstance(action, Say) and action in kept):
            kept.append(action)
    progress.actions = kept
    most = progress.bot.limits.steps_per_turn
    progress.alert("loop", f"More than {most} steps in one turn; the flows under way were ended.")
    progress.note("loop")
    progress.state.stack = []
    progress.say_text(progress.phrase("loop_error"))
