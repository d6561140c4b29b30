"""An author's JavaScript as data: what it is given, and what it wants done.

The dialog engine builds `Script`s and carries out the effects; `sandbox` runs them in a child process.
Function names and meanings are those of the Conversation Builder's scripting functions.
"""

from typing import Literal

import msgspec

VarScope = Literal["turn", "session", "contact"]


class Source(msgspec.Struct, frozen=True):
    """One piece of code; `name` is what errors call it (`scripts/transfer.js`, `flows/pay.yaml:12`)."""

    name: str
    code: str


class Mention(msgspec.Struct, frozen=True):
    """An entity found in the message: the words, and the value they stand for."""

    phrase: str
    value: str


class ScriptContext(msgspec.Struct, frozen=True):
    """Everything a script can read, as JSON data; nothing else of the program is visible to it.

    Attributes:
        message: The customer's last message as text.
        payload: The hidden value of a tapped button or quick reply.
        channel: The kind of channel in the builder's words: `web` in previews, `lp_web` and so on elsewhere.
        variables: Bot variables and slots by name; those of actions as `api_NAME` and `NAME.field`.
        env: The bot's environment values; never secrets.
        entities: What was recognised in the message, by entity.
        intent: The intent that started the flow; empty when a pattern did.
        chosen_intent: The one the customer picked when asked which was meant.
        contact: What is known of the customer (`firstname`, `email` and attributes).
        api_ok: Whether the last call of an action gave a 2xx answer.
        api_status: Its status; 0 when there was none.
        now: This turn's moment in UTC, ISO 8601.
        seed: Where the script's random numbers begin, so that a repeated turn gives the same.
    """

    message: str = ""
    payload: str = ""
    channel: str = "web"
    variables: dict[str, object] = msgspec.field(default_factory=dict)
    env: dict[str, str] = msgspec.field(default_factory=dict)
    entities: dict[str, tuple[Mention, ...]] = msgspec.field(default_factory=dict)
    intent: str = ""
    chosen_intent: str = ""
    contact: dict[str, str] = msgspec.field(default_factory=dict)
    conversation_id: str = ""
    assistant_id: str = ""
    workspace_id: str = ""
    contact_id: str = ""
    api_ok: bool = False
    api_status: int = 0
    now: str = ""
    seed: int = 0


class Script(msgspec.Struct, frozen=True, tag="script"):
    """The engine needs a script's effects before it can go on.

    `key` is the same whenever the same turn reaches the same script again. `shared` (global functions) runs
    first, in the same fresh context. With `response`, the code is a transform: what it returns replaces the
    answer of an action, which it sees as `response`.
    """

    key: str
    source: Source
    context: ScriptContext
    shared: tuple[Source, ...] = ()
    limit_ms: int = 250
    response: object = None
    transforms: bool = False


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A quick reply: what is shown, and what comes back when tapped (the title where empty)."""

    title: str
    payload: str = ""


class Send(msgspec.Struct, frozen=True, tag="send"):
    """Messages to the customer; with `stops` the flow ends after them (`sendImmediateReply`)."""

    texts: tuple[str, ...]
    replies: tuple[Reply, ...] = ()
    stops: bool = False


class AddReplies(msgspec.Struct, frozen=True, tag="add_replies"):
    """Quick replies under the message that the step sends."""

    replies: tuple[Reply, ...]


class Private(msgspec.Struct, frozen=True, tag="private"):
    """A note that only the people on our side see."""

    text: str


class Put(msgspec.Struct, frozen=True, tag="put"):
    """A variable or slot gets a value; None empties it."""

    name: str
    value: object
    scope: VarScope = "turn"


class Jump(msgspec.Struct, frozen=True, tag="jump"):
    """After this step the conversation goes on at the step (or flow) of this name."""

    step: str


class Delay(msgspec.Struct, frozen=True, tag="delay"):
    """The step's messages come this much later, in milliseconds."""

    ms: int


class Logged(msgspec.Struct, frozen=True, tag="logged"):
    """An event for analytics (`logCustomEvent`, `logEscalationEvent`)."""

    name: str
    message: str = ""
    detail: str = ""


class Debug(msgspec.Struct, frozen=True, tag="debug"):
    """A line for the bot's author, shown in the turn's trace."""

    text: str


Effect = Send | AddReplies | Private | Put | Jump | Delay | Logged | Debug


class Ran(msgspec.Struct, frozen=True, tag="ran"):
    """The outcome of a `Script`.

    `outcome`: `ok`; `error` (it threw, or gave what cannot be used), `timeout` (stopped at its limit) or
    `unavailable` (no process could run it). `error` tells the author what went wrong, `source` and `line` where;
    `effects` are those before it went wrong, in order. `value` is what a transform returned.
    """

    key: str
    outcome: Literal["ok", "error", "timeout", "unavailable"] = "ok"
    effects: tuple[Effect, ...] = ()
    value: object = None
    error: str = ""
    source: str = ""
    line: int = 0
