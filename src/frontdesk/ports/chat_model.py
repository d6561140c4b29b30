"""Language models: one plug-in a vendor, all spoken to in the same way.

What goes wrong on the other side is a piece of the answer (`Failed`), never an exception, so that whoever asks can
go on to another service.
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Role = Literal["system", "customer", "assistant", "tool"]
Finish = Literal["stop", "length", "tools"]
Trouble = Literal[
    "auth", "rate_limited", "quota", "blocked", "too_long", "unavailable", "malformed", "misconfigured"
]

TROUBLES: dict[Trouble, str] = {
    "auth": "The service does not take the credentials.",
    "rate_limited": "The service asks to be left alone for a while.",
    "quota": "What the account may use is used up.",
    "blocked": "The service refuses to answer this question.",
    "too_long": "The question is longer than the model takes.",
    "unavailable": "The service does not answer, or its answer broke off.",
    "malformed": "The service answered something that cannot be read.",
    "misconfigured": "The service does not know the model or the address, or takes no such request.",
}
"""Every way in which a service fails, and the sentence for people."""


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that the model may ask for.

    Attributes:
        name: Letters, digits and underscores, at most 64.
        parameters: JSON Schema of an object; only types that every vendor takes: string, number, boolean, enum.
    """

    name: str
    description: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model wants a tool. `id` ties the result to it."""

    id: str
    name: str
    arguments: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message.

    Attributes:
        wants: Of the assistant: the tools it asked for.
        call_id: Of a tool: the id of the call this is the result of.
        name: Of a tool: which.
    """

    role: Role
    text: str = field(default="", repr=False)
    wants: tuple[ToolCall, ...] = ()
    call_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is asked.

    Attributes:
        messages: The first is the system's; the last is not the assistant's.
        max_tokens: Most tokens of the answer.
        timeout_s: For the whole answer.
        idle_s: Longest wait for its first and for each further piece.
    """

    model: str
    messages: tuple[ChatMessage, ...] = field(repr=False)
    tools: tuple[Tool, ...] = ()
    max_tokens: int = 800
    timeout_s: float = 20.0
    idle_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost, in the vendor's own tokens."""

    prompt_tokens: int
    answer_tokens: int


@dataclass(frozen=True, slots=True)
class Delta:
    """More of the answer's text."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer is whole. `usage` is None where the service does not say; `model` is what really answered."""

    finish: Finish
    usage: Usage | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """There is no answer, or none more.

    Attributes:
        detail: A few words without anything secret and nothing of the conversation.
        retry_after_s: What the service asked for, if it did.
        begun: Whether it may have worked on the question, and charge for it.
        timed_out: Whether it was given up for its silence.
    """

    trouble: Trouble
    detail: str = ""
    retry_after_s: float | None = None
    begun: bool = False
    timed_out: bool = False


Piece = Delta | ToolCall | Ended | Failed


@dataclass(frozen=True, slots=True)
class Checked:
    """The service answers. `models` are those it says that it has; empty when it does not say."""

    models: tuple[str, ...] = ()


class ChatModel(Protocol):
    """Asks one vendor's models."""

    def chat(self, settings: Mapping[str, object], request: ChatRequest) -> AsyncGenerator[Piece, None]:
        """Ask once; nothing is repeated here.

        Args:
            settings: The service's settings, secrets revealed.
            request: What is asked.

        Returns:
            Deltas and tool calls as they come, and at the end exactly one `Ended` or `Failed`.
        """
        ...

    async def check(self, settings: Mapping[str, object]) -> Checked | Failed:
        """See whether address and credentials are right, without asking a model anything."""
        ...
