"""What a conversation remembers between and within turns: small, bounded, saved as JSON.

Saved with a format number; a state of an older format is lifted step by step by `UPGRADES`.
"""

from collections.abc import Callable, Mapping
from copy import copy

import msgspec

from frontdesk.core.action import Said
from frontdesk.core.errors import Bug
from frontdesk.core.script import Mention, Reply

STATE_FORMAT = 1
MAX_STATE_BYTES = 64_000
MAX_STACK = 10
MAX_VALUE = 4_000
"""Most characters of one remembered value; what an API answered is counted over all its parts."""
MAX_RESULTS = 16_000
"""Most characters of all results of one call."""
MAX_NAMES = 200
"""Most values kept under one heading."""
MAX_ITEMS = 50
"""Most elements that a loop goes over."""
MAX_SPENT = 20_000
"""Most that one turn may cost: a value filled into a text costs 1, a message 100, and every ten bytes that are said or
noted 1. Steps are counted apart."""
MAX_LOOPS = 20
"""Most loops of one flow; those it has left by a jump go first."""
MAX_WAKES = 50
"""Most times that a conversation goes on by itself without a word of the customer."""
MAX_ASKED = 20
"""Most questions that can be gone back over."""
MAX_OPTIONS = 5
"""Most flows offered to choose from."""
_MAX_VALUE_DEPTH = 6


class Loop(msgspec.Struct, omit_defaults=True):
    """A `for_each` under way in a flow: `items` by turns under `name`, `index` being the one it is at."""

    name: str
    items: list[object]
    index: int = 0


class Frame(msgspec.Struct, omit_defaults=True):
    """One flow under way.

    `mode` says what it waits for: `ask` the customer's answer to the question `at`; `call` the outcome of what
    the step `at` needs; `pause` the moment `wake_at`; `rested` the end of the flow above it, its own pause being over; `back` the end of the flow above it, then it goes on at
    `at` (or ends, where that is empty). `wake_at` (seconds since 1970, 0: never) is when the conversation is to
    be woken for it. `asked` are the questions answered so far, `memo` what the step at work has put by.
    """

    flow: str
    at: str = ""
    mode: str = "back"
    misses: int = 0
    wake_at: float = 0.0
    intent: str = ""
    slots: dict[str, object] = msgspec.field(default_factory=dict)
    results: dict[str, dict[str, object]] = msgspec.field(default_factory=dict)
    loops: dict[str, Loop] = msgspec.field(default_factory=dict)
    asked: list[str] = msgspec.field(default_factory=list)
    memo: dict[str, object] = msgspec.field(default_factory=dict)


class Pending(msgspec.Struct):
    """What is needed from outside, and for what (an action's name, a script's)."""

    key: str
    what: str


class Watch(msgspec.Struct, frozen=True, omit_defaults=True):
    """By what a program on the other side is known: prints of our last lines, how many messages in a row were such a
    line, and how many came at once."""

    lines: tuple[int, ...] = ()
    echoes: int = 0
    fast: int = 0


class Moment(msgspec.Struct, omit_defaults=True):
    """What lives for one turn only.

    `text` is the message as worked with, `offered` values for slots that came with it, `mentions` the entities in
    it, `taken` how many of them slots have got already. `spent` is what the turn has cost so far (`MAX_SPENT`);
    `understood`: its intents have been asked for.
    """

    heard: Said | None = None
    text: str = ""
    offered: dict[str, str] = msgspec.field(default_factory=dict)
    mentions: dict[str, tuple[Mention, ...]] = msgspec.field(default_factory=dict)
    taken: dict[str, int] = msgspec.field(default_factory=dict)
    vars: dict[str, object] = msgspec.field(default_factory=dict)
    raw: dict[str, object] = msgspec.field(default_factory=dict)
    replies: tuple[Reply, ...] = ()
    delay_s: float = 0.0
    api_ok: bool = False
    api_status: int = 0
    steps: int = 0
    needs: int = 0
    spent: int = 0
    pending: Pending | None = None
    understood: bool = False


class State(msgspec.Struct, omit_defaults=True):
    """Everything the engine knows of one conversation.

    `intent` is that of the latest message, `last_intent` that of the latest which had one. `options` are
    the flows the customer was just asked to choose from; `language` the one the bot has chosen, `spoken` the one the customer was found to write in, `reads` the one their window speaks; `wake_at` is when
    the conversation is to be woken (seconds since 1970; 0: never);
    `wakes` counts how often it was, since the customer wrote last; `first` is the message that began the session, until the flow that begins it is over;
    `watch` belongs to `detection`.
    """

    format: int
    stack: list[Frame] = msgspec.field(default_factory=list)
    session: dict[str, object] = msgspec.field(default_factory=dict)
    vars: dict[str, object] = msgspec.field(default_factory=dict)
    contact: dict[str, object] = msgspec.field(default_factory=dict)
    last_at: float = 0.0
    intent: str = ""
    last_intent: str = ""
    chosen_intent: str = ""
    language: str = ""
    spoken: str = ""
    reads: str = ""
    options: list[str] = msgspec.field(default_factory=list)
    wake_at: float = 0.0
    wakes: int = 0
    first: Said | None = None
    watch: Watch | None = None
    moment: Moment = msgspec.field(default_factory=Moment)

    def set_wake(self) -> None:
        """Work out `wake_at` from the flows under way."""
        self.wake_at = min((frame.wake_at for frame in self.stack if frame.wake_at), default=0.0)


Upgrade = Callable[[dict[str, object]], dict[str, object]]

UPGRADES: dict[int, Upgrade] = {}
"""Format number -> function that lifts a saved state to the next number."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(State)


def new_state() -> State:
    """The state of a conversation that has not begun."""
    return State(format=STATE_FORMAT)


def load_state(raw: bytes | str | None, fmt: int, *, upgrades: Mapping[int, Upgrade] = UPGRADES) -> State:
    """Read a saved state.

    Args:
        raw: What `dump_state` gave, or nothing for a new conversation.
        fmt: The format number saved beside it.
        upgrades: Functions by the format number they start from.

    Returns:
        The state in today's format. One from a later release cannot be read, so it starts afresh: after a
        rollback customers are asked again rather than left without an answer.

    Raises:
        Bug: The bytes are no state of that format.
    """
    if not raw or fmt > STATE_FORMAT:
        return new_state()
    try:
        if fmt == STATE_FORMAT:
            return _decoder.decode(raw)
        fields = msgspec.json.decode(raw, type=dict[str, object])
        while fmt < STATE_FORMAT:
            fields = upgrades[fmt](fields)
            fmt += 1
        return msgspec.convert({**fields, "format": STATE_FORMAT}, State)
    except (msgspec.MsgspecError, KeyError) as error:
        raise Bug(f"A saved dialog state of format {fmt} cannot be read: {error}.") from error


def dump_state(state: State) -> bytes:
    """The state as JSON, at most `MAX_STATE_BYTES`; should it be larger, the longest values are shortened."""
    data = _encoder.encode(state)
    if len(data) <= MAX_STATE_BYTES:
        return data
    state = copy_state(state)
    budget = MAX_VALUE
    while len(data) > MAX_STATE_BYTES and budget:
        budget //= 2
        _shrink(state, budget)
        data = _encoder.encode(state)
    return data


def copy_state(state: State) -> State:
    """A copy whose dicts, lists and frames can be changed; values themselves are never changed in place."""
    copied = copy(state)
    copied.stack = [_copy_frame(frame) for frame in state.stack]
    copied.session, copied.vars, copied.contact = (
        state.session.copy(),
        state.vars.copy(),
        state.contact.copy(),
    )
    copied.options = state.options.copy()
    copied.moment = copy(state.moment)
    copied.moment.offered, copied.moment.vars = state.moment.offered.copy(), state.moment.vars.copy()
    copied.moment.raw, copied.moment.taken = state.moment.raw.copy(), state.moment.taken.copy()
    return copied


def _copy_frame(frame: Frame) -> Frame:
    copied = copy(frame)
    copied.slots, copied.results, copied.memo = frame.slots.copy(), frame.results.copy(), frame.memo.copy()
    copied.loops = {step: copy(loop) for step, loop in frame.loops.items()} if frame.loops else {}
    copied.asked = frame.asked.copy()
    return copied


def bounded(value: object, budget: int = MAX_VALUE) -> object:
    """`value` as JSON data of at most `budget` characters, cut where it is longer."""
    return _Cut(budget).take(value, 0)


class _Cut:
    def __init__(self, budget: int) -> None:
        self._left = budget

    def take(self, value: object, depth: int) -> object:
        match value:
            case int() if not -(2**63) <= value < 2**63:
                # Beyond 64 bits JSON readers disagree; as text it stays what it was.
                return self._text(str(value))
            case bool() | None | int() | float():
                self._left -= 1
                return value
            case str():
                return self._text(value)
            case list() | tuple() if depth < _MAX_VALUE_DEPTH:
                return [self.take(item, depth + 1) for item in value[:MAX_NAMES] if self._left > 0]
            case dict() if depth < _MAX_VALUE_DEPTH:
                return {
                    self._text(str(key)): self.take(item, depth + 1)
                    for key, item in list(value.items())[:MAX_NAMES]
                    if self._left > 0
                }
            case _:
                return None

    def _text(self, value: str) -> str:
        kept = value[: max(self._left, 0)]
        self._left -= len(kept) + 1
        return kept


def _shrink(state: State, budget: int) -> None:
    # Every heading is held to a number of names and each value to `budget`, so halving it always ends.
    names = max(budget // 20, 1) if budget else 0

    def held(values: Mapping[str, object]) -> dict[str, object]:
        return (
            {key[:100]: bounded(value, budget) for key, value in list(values.items())[-names:]}
            if names
            else {}
        )

    # What lives for a turn only is not saved at its end; between the steps of one it is left whole.
    state.intent, state.last_intent = state.intent[:budget], state.last_intent[:budget]
    state.chosen_intent, state.first = state.chosen_intent[:budget], None
    state.session, state.vars, state.contact = held(state.session), held(state.vars), held(state.contact)
    state.stack, state.options = state.stack[-MAX_STACK:], state.options[:MAX_OPTIONS]
    for frame in state.stack:
        frame.slots, frame.memo = held(frame.slots), held(frame.memo)
        frame.asked = frame.asked[-MAX_ASKED:] if budget else []
        frame.results = (
            {key: held(fields) for key, fields in list(frame.results.items())[-names:]} if names else {}
        )
        for loop in frame.loops.values():
            loop.items = [bounded(item, max(budget // MAX_ITEMS, 1)) for item in loop.items]
