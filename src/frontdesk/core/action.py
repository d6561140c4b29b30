"""What the dialog engine wants done, as data, and what it hears back.

The engine returns `Action`s and at most one need; `turn` carries both out and feeds the answer in.
"""

import msgspec

from frontdesk.core.message import Part


class Said(msgspec.Struct, frozen=True, tag="said"):
    """The customer wrote or tapped something.

    `intent` is set when the channel already knows it (Rasa's `/name{...}` messages); an intent that no flow
    has is ignored and the text is matched as usual.
    """

    text: str
    intent: str = ""
    entities: dict[str, str] = msgspec.field(default_factory=dict)


class Restarted(msgspec.Struct, frozen=True, tag="restarted"):
    """The conversation starts over: stack and session variables go, contact variables stay."""


class Fetched(msgspec.Struct, frozen=True, tag="fetched"):
    """The outcome of a `Call`.

    `outcome`: `ok` (2xx), `error` (an answer that is not 2xx, or none), `timeout`, or `unknown` (it may have
    been carried out before a crash and must not be repeated). `body` is the decoded JSON answer, or None.
    """

    key: str
    outcome: str
    status: int = 0
    body: object = None
    reason: str = ""


Heard = Said | Restarted | Fetched


class SecretRef(msgspec.Struct, frozen=True, tag="secret"):
    """The place of a secret in a header value; filled in by `turn`, never by the engine."""

    name: str


class Literal(msgspec.Struct, frozen=True, tag="literal"):
    """Text of a header value."""

    text: str


class HttpCall(msgspec.Struct, frozen=True):
    """An HTTP request with every template expanded, values unencoded.

    `url` is absolute, with what came from templates percent-encoded; `query` pairs are encoded by the sender;
    header values are sequences so that secrets stay references.
    """

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, tuple[Literal | SecretRef, ...]], ...] = ()
    json: object = None
    has_json: bool = False


MAX_ATTEMPTS = 6
"""Most attempts at a call, the first included."""


class Call(msgspec.Struct, frozen=True, tag="call"):
    """The engine needs an outside system's answer before it can go on.

    `key` is the same whenever the same turn reaches the same call again, so that a recorded result is found.
    `idempotent` calls may be repeated after a crash or a failed attempt; others never are.
    """

    key: str
    action: str
    kind: str
    request: HttpCall
    timeout_s: float = 5.0
    attempts: int = 1
    retry_on: tuple[str, ...] = ()
    idempotent: bool = False


Need = Call


class Say(msgspec.Struct, frozen=True, tag="say"):
    """One message to the customer; `step` is where in the bot it came from (`flow/step`)."""

    parts: tuple[Part, ...]
    step: str = ""


class Handoff(msgspec.Struct, frozen=True, tag="handoff"):
    """People take over: ownership leaves the bot. `share` names what they get to see."""

    team: str
    share: tuple[str, ...] = ()
    step: str = ""


class Alert(msgspec.Struct, frozen=True, tag="alert"):
    """Something the bot's author should know (a loop, a failed call); never shown to the customer."""

    code: str
    message: str
    step: str = ""


Action = Say | Handoff | Alert
