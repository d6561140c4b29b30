"""Steps the dialog engine until it needs nothing more, fetching what it asks for in between.

No transaction and no pooled connection is held while an outside system is asked. Each call is written down
before it is made and after it was answered, so that a retry or a crash repeats nothing that may not be repeated.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import structlog

from frontdesk.core import spans
from frontdesk.core.action import (
    NOWHERE,
    Action,
    Alert,
    Call,
    Fetched,
    Heard,
    Looked,
    Lookup,
    Need,
    Prompt,
    Prompted,
    Said,
    Unanswered,
    Understand,
    Understood,
)
from frontdesk.core.errors import Bug, Unavailable
from frontdesk.core.ids import AssistantId, ConversationId, InboundId, WorkspaceId
from frontdesk.core.script import Ran, Script
from frontdesk.dialog import engine
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.engine import Turn
from frontdesk.dialog.state import State
from frontdesk.dialog.tracing import conceal, conceal_told, hidden_answer, hidden_values
from frontdesk.ports.answerer import Asker
from frontdesk.store import calls
from frontdesk.store.connect import json_text
from frontdesk.store.directory import Entrance
from frontdesk.turn.line import Line

log = structlog.get_logger()

RECORD_WITHIN_S = 60.0
RECORD_AGAIN_S = 0.5
OK = 200
CURATED = "the knowledge base has an answer for this very question"
NO_KNOWLEDGE = "this installation has no knowledge base"
NOTHING_LEARNT = "this installation learns no intents"
PERSONAL = frozenset(["name", "firstname", "lastname", "email", "phone"])
"""Of what is known of a contact, what never leaves for a model."""
NO_MODEL = "this installation has no language model"


@dataclass(slots=True)
class Decided:
    """What the engine came to: the state to save, what to do in order, and how it got there."""

    state: State
    actions: list[Action] = field(default_factory=list)
    trace: list[dict[str, object]] = field(default_factory=list)
    hidden: frozenset[str] = frozenset()


async def at_once(line: Line, bot: Bot, state: State, *, heard: Heard, turn: Turn) -> Decided | None:
    """The decision when the engine needs nothing of the world outside; None when it does.

    Scripts are run and intents looked for: neither changes anything outside, so a turn that comes to nothing may be
    run again.
    """
    decided = Decided(state)
    turn = await _in_its_language(line, bot, state, heard, turn)
    while True:
        need = _step(decided, bot, heard, turn)
        if need is None:
            return _shown(decided)
        match need:
            case Script():
                heard = await _run(line, decided, need)
            case Understand():
                heard = await _understand(line, bot, decided, turn, need)
            case _:
                return None


async def with_needs(
    line: Line, entrance: Entrance, bot: Bot, state: State, *, heard: Heard, turn: Turn
) -> Decided:
    """The decision, whatever has to be fetched for it; may take seconds. `turn.key` is the inbound message."""
    decided = Decided(state)
    turn = await _in_its_language(line, bot, state, heard, turn)
    while True:
        need, started = _step(decided, bot, heard, turn), time.monotonic()
        match need:
            case None:
                return _shown(decided)
            case Call():
                heard = _sample(line, bot, turn, need) or await _fetch(
                    line, entrance, InboundId(turn.key), need
                )
                _called(decided, need, heard, started)
            case Script():
                heard = await _run(line, decided, need)
            case Understand():
                heard = await _understand(line, bot, decided, turn, need)
            case Lookup():
                heard = await _look(line, bot, decided, turn, need)
            case Prompt():
                heard = await _prompt(line, bot, decided, turn, need)


async def _prompt(line: Line, bot: Bot, decided: Decided, turn: Turn, need: Prompt) -> Prompted:
    """A model's move, written down like a call: asked again it may move otherwise, and what it called is done."""
    if line.prompter is None:
        return Prompted(need.key, "unavailable", reason=NO_MODEL)
    started, inbound_id, workspace = time.monotonic(), InboundId(turn.key), WorkspaceId(turn.workspace_id)
    attempt = await calls.begin(
        workspace, line.store, inbound_id, need.key, action=calls.MODEL, idempotent=True
    )
    if attempt.fetched is not None:
        return msgspec.convert(attempt.fetched.body, Prompted)
    prompted = await line.prompter.prompt(_asker(bot, decided.state, turn), need)
    recorded = Fetched(need.key, "ok", body=msgspec.to_builtins(prompted))
    await _record(line, workspace, inbound_id, recorded)
    decided.trace.append(
        {
            "model": prompted.outcome,
            "name": prompted.name,
            "reason": prompted.reason,
            "ms": _since_ms(started),
        }
    )
    return prompted


async def _in_its_language(line: Line, bot: Bot, state: State, heard: Heard, turn: Turn) -> Turn:
    """The turn with the language that its message is in, for a bot that speaks several; else that of the customer's window."""
    if len(bot.languages) < 2:  # noqa: PLR2004 - several
        return turn
    reads = heard.visit.language if isinstance(heard, Said) else ""
    if not turn.contact.get("language"):
        language = _of_window(bot, reads or state.reads) or turn.language
        turn = msgspec.structs.replace(turn, language=language)
    if line.spoken is None or not isinstance(heard, Said) or heard.intent:
        return turn
    spoken = await line.spoken(heard.text, bot.languages, state.spoken)
    return msgspec.structs.replace(turn, spoken=spoken)


def _of_window(bot: Bot, reads: str) -> str:
    return next((tag for tag in (reads, reads.partition("-")[0]) if tag in bot.languages), "")


def _known_of(turn: Turn) -> Iterator[str]:
    """What is known of the customer as a person, whether or not a slot holds it."""
    return (value for name, value in turn.contact.items() if name in PERSONAL)


def _step(decided: Decided, bot: Bot, heard: Heard, turn: Turn) -> Need | None:
    step = engine.step(bot, decided.state, heard, turn)
    decided.state = step.state
    decided.actions += step.actions
    decided.trace += step.trace
    decided.hidden |= step.hidden
    if step.ended:
        decided.actions = engine.said_once(decided.actions)
    return step.need


def _shown(decided: Decided) -> Decided:
    decided.trace = conceal(decided.trace, decided.hidden)
    decided.actions = conceal_told(decided.actions, decided.hidden)
    return decided


async def _run(line: Line, decided: Decided, script: Script) -> Ran:
    started = time.monotonic()
    ran = await line.scripts.run(script)
    decided.trace.append({"script": script.source.name, "outcome": ran.outcome, "ms": _since_ms(started)})
    return ran


async def _understand(line: Line, bot: Bot, decided: Decided, turn: Turn, need: Understand) -> Understood:
    if line.understander is None:
        return Understood(need.key, reason=NOTHING_LEARNT)
    started = time.monotonic()
    asker = _asker(bot, decided.state, turn)
    understood = await line.understander.understand(asker, need)
    unsure, answerer = understood.band == "confirm" and need.instead, line.answerer
    if unsure and answerer is not None and await answerer.is_curated(asker, unsure):
        understood = msgspec.structs.replace(understood, candidates=(), band="reject", reason=CURATED)
    decided.trace.append({"understand": understood.band or "none", "ms": _since_ms(started)})
    return understood


def _asker(bot: Bot, state: State, turn: Turn) -> Asker:
    return Asker(
        workspace=WorkspaceId(turn.workspace_id),
        assistant_id=AssistantId(turn.assistant_id),
        conversation_id=ConversationId(turn.conversation_id),
        bot_version=turn.version,
        languages=bot.languages or (bot.language,),
        personal=frozenset([*hidden_values(bot, state), hidden_answer(bot, state), *_known_of(turn)]),
        page=NOWHERE if state.moment.heard is None else state.moment.heard.page,
        turn=turn.key,
    )


def _sample(line: Line, bot: Bot, turn: Turn, call: Call) -> Fetched | None:
    """What a preview is answered with where the action has a sample: nobody's systems are touched to try a bot."""
    action = bot.actions.get(call.action)
    if not (turn.preview and line.settings.samples) or action is None or action.sample is None:
        return None
    return Fetched(call.key, "ok", OK, action.sample, reason="its sample")


def _called(decided: Decided, call: Call, fetched: Fetched, started: float) -> None:
    decided.trace.append(
        {
            "call": call.action,
            "outcome": fetched.outcome,
            "status": fetched.status,
            "reason": fetched.reason,
            "ms": _since_ms(started),
        }
    )
    if fetched.outcome == "unknown":
        decided.actions.append(_unknown(call))


async def _look(line: Line, bot: Bot, decided: Decided, turn: Turn, need: Lookup) -> Looked:
    """An answer out of the knowledge base, written down like a model's move: a model may have worded it."""
    if line.answerer is None:
        return Looked(need.key, "unavailable", reason=NO_KNOWLEDGE)
    started, inbound_id, workspace = time.monotonic(), InboundId(turn.key), WorkspaceId(turn.workspace_id)
    attempt = await calls.begin(
        workspace, line.store, inbound_id, need.key, action=calls.MODEL, idempotent=True
    )
    if attempt.fetched is not None:
        looked = msgspec.convert(attempt.fetched.body, Looked)
    else:
        looked = await line.answerer.look(_asker(bot, decided.state, turn), need)
        recorded = Fetched(need.key, "ok", body=msgspec.to_builtins(looked))
        await _record(line, workspace, inbound_id, recorded)
    decided.trace.append(
        {
            "knowledge": looked.outcome,
            "score": round(looked.best_score, 3),
            "ms": _since_ms(started),
        }
    )
    if looked.outcome == "none":
        decided.actions.append(Unanswered(need.text, need.language, round(looked.best_score, 3)))
    return looked


def _since_ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


async def _fetch(line: Line, entrance: Entrance, inbound_id: InboundId, call: Call) -> Fetched:
    kind = line.actions.get(call.kind)
    if kind is None:
        raise Bug(f"no plug-in runs actions of kind {call.kind!r}")
    attempt = await calls.begin(
        entrance.workspace, line.store, inbound_id, call.key, action=call.action, idempotent=call.idempotent
    )
    if attempt.fetched is not None:
        return attempt.fetched
    if attempt.first or call.idempotent:
        with spans.span("step", span_kind="client", kind=call.kind, turn=inbound_id) as span:
            fetched = await kind.run(call, line.secrets(entrance.workspace, entrance.assistant_id))
            span.tell(outcome=fetched.outcome)
    else:
        fetched = Fetched(call.key, "unknown", reason="interrupted before the answer was recorded")
    fetched = _bounded(fetched, line.settings.call_result_bytes)
    await _record(line, entrance.workspace, inbound_id, fetched)
    return fetched


async def _record(line: Line, workspace: WorkspaceId, inbound_id: InboundId, fetched: Fetched) -> None:
    """Write an answer down even if the database is away just now: without it the call counts as unknown."""
    until = time.monotonic() + RECORD_WITHIN_S
    while True:
        try:
            await calls.finish(workspace, line.store, inbound_id, fetched)
        except Unavailable:
            if time.monotonic() >= until:
                raise
            log.warning("call.not_recorded_yet", turn=inbound_id)
            await asyncio.sleep(RECORD_AGAIN_S)
        else:
            return


def _bounded(fetched: Fetched, most_bytes: int) -> Fetched:
    if fetched.body is None or len(json_text(fetched.body)) <= most_bytes:
        return fetched
    return msgspec.structs.replace(
        fetched, outcome="error", body=None, reason=f"answer larger than {most_bytes} bytes"
    )


def _unknown(call: Call) -> Alert:
    return Alert(
        "call_outcome_unknown",
        f"{call.action} may or may not have been carried out: the program stopped before its answer was "
        "recorded, and it is not marked as safe to repeat.",
    )
