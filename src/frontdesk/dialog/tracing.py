"""What a turn's trace may show: values of slots that are marked as personal data are taken out of every text of it.

The engine says which values those are (`Step.hidden`); `turn.decide` takes them out once the turn is over, for a
value may be learnt after the facts that hold it.
"""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from frontdesk.core.action import Action, Alert
from frontdesk.core.script import Logged
from frontdesk.dialog.bot import Bot, Question
from frontdesk.dialog.bot_parts import Slot
from frontdesk.dialog.state import State

MASKED = "***"
MAX_SHOWN = 1_000
"""Most characters of a text that a trace repeats."""
_SHORTEST = 4
"""Shorter values are hidden where they are the whole text: inside of others they would be found by chance."""
_OURS = frozenset(
    [
        "fact",
        "step",
        "at",
        "rung",
        "hit",
        "kind",
        "name",
        "scope",
        "flow",
        "by",
        "key",
        "outcome",
        "source",
        "line",
        "status",
        "ms",
        "misses",
        "count",
        "seconds",
        "holds",
        "candidates",
        "intents",
        "certainty",
        "reject_below",
        "confirm_below",
        "sure",
        "call",
        "script",
        "understand",
        "knowledge",
        "score",
        "model",
    ]
)
"""Facts that the program or the author has written."""


def hidden_values(bot: Bot, state: State) -> Iterator[str]:
    """What the slots marked as personal data hold now."""
    for slot in bot.slots.values():
        if slot.pii:
            yield from (text for value in _values(state, slot) for text in texts_of(value))


def hidden_answer(bot: Bot, state: State) -> str:
    """The message, where it answers a question for personal data, which no slot holds yet; empty else."""
    frame = state.stack[-1] if state.stack else None
    flow = None if frame is None or frame.mode != "ask" else bot.flows.get(frame.flow)
    step = None if frame is None or flow is None else flow.steps.get(frame.at)
    if step is None or not isinstance(step.body, Question):
        return ""
    slot = bot.slots.get(step.body.slot)
    return state.moment.text if slot is not None and slot.pii else ""


def _values(state: State, slot: Slot) -> Iterator[object]:
    kept = (state.session, state.contact, state.moment.vars, *(frame.slots for frame in state.stack))
    return (values[slot.name] for values in kept if slot.name in values)


def texts_of(value: object) -> Iterator[str]:
    """A value as it stands in texts."""
    match value:
        case None | bool() | "":
            pass
        case dict():
            for inner in value.values():
                yield from texts_of(inner)
        case list() | tuple():
            for inner in value:
                yield from texts_of(inner)
        case _:
            yield str(value)


def conceal(trace: Sequence[Mapping[str, object]], hidden: frozenset[str]) -> list[dict[str, object]]:
    """The trace without the hidden values, its texts cut only then: half of a value would not be found."""
    words = _words(hidden)
    return [
        {key: value if key in _OURS else _without(value, words) for key, value in fact.items()}
        for fact in trace
    ]


def conceal_told(actions: Sequence[Action], hidden: frozenset[str]) -> list[Action]:
    """The actions, with alerts and logged events that say none of the hidden values."""
    if not hidden:
        return list(actions)
    words = _words(hidden)
    return [_told(action, words) for action in actions]


def _told(action: Action, words: list[str]) -> Action:
    match action:
        case Alert(message=message):
            return msgspec.structs.replace(action, message=_masked(message, words))
        case Logged(message=message, detail=detail):
            return msgspec.structs.replace(
                action, message=_masked(message, words), detail=_masked(detail, words)
            )
        case _:
            return action


def _words(hidden: frozenset[str]) -> list[str]:
    """The longest first, so that one which holds another goes as a whole; in addresses they are encoded."""
    every = {spelt for value in hidden for spelt in (value, quote(value, safe=""))}
    return sorted(every, key=lambda word: (-len(word), word))


def _without(value: object, words: list[str]) -> object:
    match value:
        case str():
            return _masked(value, words)
        case dict():
            return {key: _without(inner, words) for key, inner in value.items()}
        case list() | tuple():
            return [_without(inner, words) for inner in value]
        case int() | float() if not isinstance(value, bool) and str(value) in words:
            return MASKED
        case _:
            return value


def _masked(text: str, words: list[str]) -> str:
    for word in words:
        if text == word:
            return MASKED
        if len(word) >= _SHORTEST and word in text:
            text = text.replace(word, MASKED)
    return text[:MAX_SHOWN]
