"""What a conversation remembers between and within turns: small, bounded, saved as JSON.

Saved with a format number; a state of an older format is lifted step by step by `UPGRADES`.
"""

from collections.abc import Callable, Mapping

import msgspec

from frontdesk.core.errors import Bug

STATE_FORMAT = 1
MAX_STATE_BYTES = 64_000
MAX_STACK = 10
MAX_VALUE = 4_000
"""Most characters of one remembered value; what an API answered is counted over all its parts."""
MAX_RESULTS = 16_000
"""Most characters of all results of one call."""
MAX_NAMES = 200
"""Most values kept under one heading."""
_MAX_VALUE_DEPTH = 6


class Frame(msgspec.Struct, omit_defaults=True):
    """One flow under way.

    `mode` says what it waits for: `ask` the customer's answer to the question `at`; `call` the outcome of the
    call `at`; `back` the end of the flow above it, then it goes on at `at` (or ends, where that is empty).
    """

    flow: str
    at: str = ""
    mode: str = "back"
    misses: int = 0
    slots: dict[str, object] = msgspec.field(default_factory=dict)
    results: dict[str, dict[str, object]] = msgspec.field(default_factory=dict)


class Pending(msgspec.Struct):
    """The call whose outcome is awaited."""

    key: str
    action: str


class State(msgspec.Struct, omit_defaults=True):
    """Everything the engine knows of one conversation.

    `intent` is that of the latest message, `last_intent` that of the latest which had one. The last group lives for one turn only: it is emptied when the customer writes again.
    """

    format: int
    stack: list[Frame] = msgspec.field(default_factory=list)
    session: dict[str, object] = msgspec.field(default_factory=dict)
    vars: dict[str, object] = msgspec.field(default_factory=dict)
    contact: dict[str, object] = msgspec.field(default_factory=dict)
    last_at: float = 0.0
    intent: str = ""
    last_intent: str = ""

    said: str = ""
    entities: dict[str, str] = msgspec.field(default_factory=dict)
    turn: dict[str, object] = msgspec.field(default_factory=dict)
    raw: dict[str, object] = msgspec.field(default_factory=dict)
    steps: int = 0
    calls: int = 0
    pending: Pending | None = None


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
    """A copy whose dicts and frames can be changed; values themselves are never changed in place."""
    return State(
        format=state.format,
        stack=[
            Frame(
                flow=frame.flow,
                at=frame.at,
                mode=frame.mode,
                misses=frame.misses,
                slots=frame.slots.copy(),
                results=frame.results.copy(),
            )
            for frame in state.stack
        ],
        session=state.session.copy(),
        vars=state.vars.copy(),
        contact=state.contact.copy(),
        last_at=state.last_at,
        intent=state.intent,
        last_intent=state.last_intent,
        said=state.said,
        entities=state.entities,
        turn=state.turn.copy(),
        raw=state.raw.copy(),
        steps=state.steps,
        calls=state.calls,
        pending=state.pending,
    )


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
    state.said = state.said[:budget]
    state.intent, state.last_intent = state.intent[:budget], state.last_intent[:budget]

    def held(values: Mapping[str, object]) -> dict[str, object]:
        return (
            {key[:100]: bounded(value, budget) for key, value in list(values.items())[-names:]}
            if names
            else {}
        )

    state.session, state.vars, state.contact = held(state.session), held(state.vars), held(state.contact)
    state.turn, state.raw = held(state.turn), held(state.raw)
    state.entities = {key: str(value) for key, value in held(state.entities).items()}
    state.stack = state.stack[-MAX_STACK:]
    for frame in state.stack:
        frame.slots = held(frame.slots)
        frame.results = (
            {key: held(fields) for key, fields in list(frame.results.items())[-names:]} if names else {}
        )
