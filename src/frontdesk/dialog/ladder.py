"""What answers a customer's message, rung by rung; the trace says which rung it was and what else would have fitted.

Debug commands; the choice of flows just offered; the waiting question's own rules, choices and `accept`; other
flows' triggers by pattern; repair (cancel, back, repeat, a correction); triggers by intent; flows to choose from
where understanding is not sure; a question that takes any text; the question's reprompt, after too many of them
the escalation flow; the fallback flow.
"""

from collections.abc import Callable

import msgspec

from frontdesk.core.action import Lookup, Understand
from frontdesk.dialog import choosing
from frontdesk.dialog.bot import ESCALATION, FALLBACK, LooksUp, Question
from frontdesk.dialog.bot_parts import Hit
from frontdesk.dialog.flows import Progress
from frontdesk.dialog.moves import Move, Wait
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.repairing import repair
from frontdesk.dialog.state import State
from frontdesk.dialog.utterance import Utterance

_MAX_MISSES = 1_000


def debug(progress: Progress, reset: Callable[[State], None]) -> bool:
    """Carry out `reset` or `whoami` where the message is one and they are allowed."""
    plain = normalise(progress.state.moment.text)
    allowed = progress.bot.debug_commands
    if (
        plain not in {"reset", "whoami"}
        or allowed == "off"
        or (allowed == "preview" and not progress.turn.preview)
    ):
        return False
    if plain == "reset":
        reset(progress.state)
        progress.say_text(progress.phrase("reset_done"))
    else:
        turn = progress.turn
        progress.say_text(
            progress.phrase("whoami", contact=turn.contact_id, conversation=turn.conversation_id)
        )
    progress.note("debug", command=plain)
    return True


def answer(progress: Progress) -> Move | Understand | None:
    """Find what answers the message of this turn, and begin it.

    Where that depends on the message's intents and nobody has said them yet, nothing is begun: they are what is
    needed, and with them it is to be called again.
    """
    said = _utterance(progress)
    if said is None or _chosen(progress, said):
        return None
    question = progress.question()
    if question is not None:
        if question.by_intent() and not said.payload and (need := _unknown(progress, said)) is not None:
            return need
        return _answer_question(progress, question, said)
    if _by_pattern(progress, said):
        return None
    if (need := _unknown(progress, said)) is not None:
        return msgspec.structs.replace(need, instead=_instead(progress, need.key))
    if not _by_intent(progress, said):
        _fall_back(progress)
    return None


def _answer_question(progress: Progress, question: Question, said: Utterance) -> Move | Understand | None:
    listen = question.listen and progress.flow_listens
    late = question.open and listen
    if not late and (move := _hear(progress, question, said)) is not None:
        return move
    if listen and _by_pattern(progress, said):
        return None
    if (move := _repair(progress, question, said)) is not None:
        return move
    # What might be the answer to an open question is not asked about.
    if listen and (found := _unknown(progress, said) or _by_intent(progress, said, offer=not late)):
        return found if isinstance(found, Understand) else None
    if late and (move := _hear(progress, question, said)) is not None:
        return move
    return _miss(progress, question)


def _unknown(progress: Progress, said: Utterance) -> Understand | None:
    """What has to be found out of the message; None when it is known, or there is nobody who could tell."""
    bot, moment = progress.bot, progress.state.moment
    decided = said.intent or said.candidates or bot.triggers.by_intent(said) is not None
    if decided or moment.understood or not bot.lessons or not said.text:
        return None
    text = bot.entities.spoken(said.text, said.mentions)
    return Understand(progress.new_key(), text, str(progress.fact("language")))


def _instead(progress: Progress, key: str) -> Lookup | None:
    """What the fallback flow would look up first of all."""
    flow = progress.bot.flows.get(FALLBACK)
    body = None if flow is None or not flow.first else flow.steps[flow.first].body
    return body.lookup(progress, key) if isinstance(body, LooksUp) else None


def _utterance(progress: Progress) -> Utterance | None:
    bot, moment = progress.bot, progress.state.moment
    heard = moment.heard
    if heard is None:
        return None
    plain = normalise(moment.text)
    intent = heard.intent if heard.intent in bot.known_intents else ""
    guess = "" if intent else bot.examples.get(plain, "")
    candidates = tuple(found for found in heard.candidates if found.intent in bot.known_intents)
    if candidates and heard.candidates[0].sure and not candidates[0].sure:
        candidates = ()  # surely something that nothing here is for
    said = Utterance(
        moment.text, plain, intent, guess, candidates, heard.payload, heard.files, moment.mentions
    )
    sure = next((found.intent for found in candidates if found.sure), "")
    state = progress.state
    state.intent = intent or guess or sure
    state.last_intent = state.intent or state.last_intent
    if candidates:
        scores = {found.intent: round(found.score, 3) for found in candidates}
        progress.note("understood", candidates=scores, sure=sure)
    return said


def _hear(progress: Progress, question: Question, said: Utterance) -> Move | None:
    first = len(progress.trace)
    move = question.hear(progress, said)
    _tried(progress, first, "question", hit=move is not None, at=progress.at)
    if move is not None:
        _keep_private(progress)
        progress.answered()
    return move


def _repair(progress: Progress, question: Question, said: Utterance) -> Move | None:
    first = len(progress.trace)
    move = repair(progress, question, said)
    _tried(progress, first, "repair", hit=move is not None)
    _keep_private(progress)
    return move


def _keep_private(progress: Progress) -> None:
    """A message out of which personal data was taken is personal itself, whatever the spelling."""
    if progress.private:
        progress.hidden.add(progress.state.moment.text)


def _chosen(progress: Progress, said: Utterance) -> bool:
    first, was_asked = len(progress.trace), bool(progress.state.options)
    taken = choosing.taken(progress, said)
    if was_asked:
        _tried(progress, first, "offer", hit=taken)
    return taken


def _by_pattern(progress: Progress, said: Utterance) -> bool:
    found = _start(progress, progress.bot.triggers.by_pattern(said))
    if not found:
        progress.note("rung", rung="pattern", hit=False)
    return found


def _by_intent(progress: Progress, said: Utterance, *, offer: bool = True) -> bool:
    if _start(progress, progress.bot.triggers.by_intent(said)):
        return True
    progress.note("rung", rung="intent", hit=False)
    if not offer:
        return False
    first = len(progress.trace)
    offered = choosing.offered(progress, said)
    _tried(progress, first, "disambiguation", hit=offered)
    return offered


def _tried(progress: Progress, first: int, rung: str, *, hit: bool, **details: object) -> None:
    """Note a rung of the ladder before the facts that came of it."""
    fact = {"fact": "rung", "step": progress.place, "rung": rung, "hit": hit, **details}
    progress.trace.insert(first, fact)


def _start(progress: Progress, hit: Hit | None) -> bool:
    if hit is None:
        return False
    progress.trace.append(
        {"fact": "trigger", "flow": hit.flow, "by": hit.by, "what": hit.what, "candidates": hit.candidates}
    )
    if progress.state.stack:
        progress.state.stack[-1].misses = 0
    progress.start(hit.flow, intent=progress.state.intent if hit.by != "pattern" else "")
    return True


def _fall_back(progress: Progress) -> bool:
    progress.note("fallback")
    moment = progress.state.moment
    if moment.heard is not None and moment.heard.files and not moment.text:
        progress.say_text(progress.phrase("file_unread"))
        return False
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
    if (slot := bot.slots.get(question.slot)) is not None and slot.pii:
        progress.hidden.add(progress.state.moment.text)  # what was meant for it, and mistyped
    if frame.misses > bot.limits.reprompts and ESCALATION in bot.flows and frame.flow != ESCALATION:
        frame.misses = 0
        progress.note("escalation")
        progress.start(ESCALATION)
        return None
    if question.reprompt(progress, frame.misses):
        progress.note("rung", rung="reprompt", hit=True)
        return Wait()
    if _fall_back(progress):
        return None
    question.repeat(progress)
    return Wait()
