"""An author's scripts in a turn: what one is given to read, and what its effects do to the conversation.

Running them is `sandbox`'s work; their functions are those of the Conversation Builder (`botContext`).
"""

import zlib
from collections.abc import Mapping

from frontdesk.core.action import Note
from frontdesk.core.message import Button, Buttons, Text
from frontdesk.core.script import (
    AddReplies,
    Debug,
    Delay,
    Effect,
    Jump,
    Logged,
    Private,
    Put,
    Ran,
    Script,
    ScriptContext,
    Send,
    Source,
)
from frontdesk.dialog.bot import Bot, Talk
from frontdesk.dialog.bot_parts import ScriptRef
from frontdesk.dialog.moves import Ask, End, Goto, Move
from frontdesk.dialog.paths import SYSTEM
from frontdesk.dialog.slots import read_slot

MAX_DELAY_S = 10.0
JUMP = "jump"
"""The step's memo of where a script wants to go on after it."""
_CHANNELS = {
    "web": "web",
    "widget": "lp_web",
    "messenger": "lp_fb",
    "facebook": "lp_fb",
    "whatsapp": "lp_whatsapp",
    "sms": "lp_sms",
}


def run_script(talk: Talk, ref: ScriptRef, *, response: object = None, transforms: bool = False) -> Ask:
    """The move that has a script run."""
    return Ask(
        Script(
            key=talk.new_key(),
            source=ref.source,
            context=_context(talk),
            shared=talk.bot.shared,
            limit_ms=talk.bot.limits.script_ms,
            response=response,
            transforms=transforms,
        )
    )


def apply_effects(talk: Talk, ran: Ran) -> Move | None:
    """Do what a script wanted; what it did before it failed counts too.

    Returns:
        Where it makes the flow go at once, or None to go on with the step.
    """
    move: Move | None = None
    for delay in (effect for effect in ran.effects if isinstance(effect, Delay)):
        # The last one counts for all that the step says, also for what was sent before it.
        talk.state.moment.delay_s = min(max(delay.ms / 1000, 0.0), MAX_DELAY_S)
    for effect in ran.effects:
        move = _apply(talk, effect) or move
    if ran.outcome != "ok":
        file, line = fault_place(talk.bot, ran)
        where = f"{file}:{line}: " if line else ""
        talk.alert("script_failed", f"{where}{ran.error or ran.outcome}"[:500])
    return move


def fault_place(bot: Bot, ran: Ran) -> tuple[str, int]:
    """The file and line at which a script went wrong; 0 for a line that is not known."""
    source = next((known for known in (*bot.scripts, *bot.shared) if known.name == ran.source), None)
    return (ran.source, ran.line) if source is None or not ran.line else in_file(source, ran.line)


def in_file(source: Source, line: int) -> tuple[str, int]:
    """A line of a script as a line of the file that holds it."""
    file, _, first = source.name.partition("#")[0].rpartition(":")
    # Where something is missing at the end, the engine names the line behind the last.
    line = min(line, source.code.rstrip().count("\n") + 1)
    if not file:
        return source.name, max(line, 1)
    # Code behind '|' begins in the line below its key, other code in the key's own.
    return file, int(first) + (line if "\n" in source.code.rstrip("\n") else 0)


def jump(talk: Talk, move: Move) -> Move:
    """`move`, or where a script of this step wants to go instead."""
    target = talk.memo.get(JUMP)
    if not isinstance(target, str):
        return move
    found = _find(talk, target)
    if found is None:
        talk.alert("no_such_step", f"A script wants to go to '{target[:80]}', which is no step and no flow.")
        return move
    return found


def _apply(talk: Talk, effect: Effect) -> Move | None:
    match effect:
        case Send(texts, replies, stops):
            _send(talk, texts, [Button(reply.title, reply.payload or reply.title) for reply in replies])
            return End() if stops else None
        case AddReplies(replies):
            talk.state.moment.replies = (*talk.state.moment.replies, *replies)[:MAX_REPLIES]
        case Private(text):
            talk.act(Note(text))
        case Put(name, value, scope):
            talk.put(name.removeprefix("slot."), value, scope)
        case Jump(step):
            talk.memo[JUMP] = step
        case Delay():
            pass  # see there
        case Logged():
            talk.act(effect)
        case Debug(text):
            talk.note("debug", text=text)
    return None


MAX_REPLIES = 10


def _send(talk: Talk, texts: tuple[str, ...], buttons: list[Button]) -> None:
    for text in texts[:-1] if buttons else texts:
        talk.say_text(text)
    if buttons and texts:
        talk.say(Buttons(texts[-1], tuple(buttons[:MAX_REPLIES]), quick=True))
    elif buttons:
        talk.say(Text(" / ".join(button.title for button in buttons)))


def _find(talk: Talk, target: str) -> Goto | None:
    flow, slash, step = target.partition("/")
    flows = talk.bot.flows
    if slash:
        return Goto(step, flow) if flow in flows and step in flows[flow].steps else None
    here = talk.state.stack[-1].flow
    if target in flows[here].steps:
        return Goto(target)
    if target in flows:
        return Goto("", target)
    there = next((name for name, found in flows.items() if target in found.steps), "")
    return Goto(target, there) if there else None


def _context(talk: Talk) -> ScriptContext:
    turn, state, moment = talk.turn, talk.state, talk.state.moment
    heard = moment.heard
    return ScriptContext(
        message=moment.text,
        payload=heard.payload if heard is not None else "",
        channel="web" if turn.preview else _CHANNELS.get(turn.channel, "lp_web"),
        variables=_variables(talk),
        env={name: talk.env(name) for name in talk.bot.env},
        entities=dict(moment.mentions),
        intent=state.stack[-1].intent if state.stack else "",
        chosen_intent=state.chosen_intent,
        contact={**turn.contact, **{name: str(value) for name, value in state.contact.items()}},
        conversation_id=turn.conversation_id,
        assistant_id=turn.assistant_id,
        workspace_id=turn.workspace_id,
        contact_id=turn.contact_id,
        api_ok=moment.api_ok,
        api_status=moment.api_status,
        now=turn.now.isoformat(),
        seed=zlib.crc32(f"{turn.key}:{moment.needs}".encode()),
    )


def _variables(talk: Talk) -> dict[str, object]:
    state = talk.state
    found: dict[str, object] = {**state.contact, **state.vars, **state.moment.vars}
    for slot in talk.bot.slots.values():
        value = read_slot(state, slot)
        if value is not None:
            found[slot.name] = value
            found[f"slot.{slot.name}"] = value
    for name, path in SYSTEM.items():
        found.setdefault(
            name, talk.contact(path.removeprefix("contact.")) if "contact." in path else talk.fact(path)
        )
    for name, action in talk.bot.actions.items():
        results = {field: talk.result(name, field) for field in _fields(talk, name)}
        known = {field: value for field, value in results.items() if value is not None}
        found |= {f"{name}.{field}": value for field, value in known.items()}
        if known:
            found.setdefault(f"api_{action.variable}", known)
    return found


def _fields(talk: Talk, action: str) -> Mapping[str, object]:
    return next(
        (frame.results[action] for frame in reversed(talk.state.stack) if action in frame.results), {}
    )
