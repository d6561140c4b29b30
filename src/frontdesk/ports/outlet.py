"""The outgoing side of channels, webhooks and connectors: one stored delivery is sent once more."""

from dataclasses import dataclass, field
from typing import Protocol

from frontdesk.core.message import Part


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery as stored.

    Attributes:
        delivery_id: The same on every attempt; receivers dedupe by it.
        settings: The target's settings, secrets revealed.
        body: The stored bytes, identical on every attempt.
        seq: Rises within its lane, but not by one: it tells the order, not whether something is missing.
    """

    delivery_id: str
    settings: dict[str, object] = field(repr=False)
    body: bytes = field(repr=False)
    seq: int


@dataclass(frozen=True, slots=True)
class Sent:
    """How an attempt ended.

    Attributes:
        ok: Accepted by the receiver; never sent again.
        retry: Worth another attempt, when not ok.
        detail: A few words or the head of the answer, for the delivery log.
        retry_after_s: What the receiver asked for, if it did.
        status: Of the answer, where one came and its status is worth a line in a log.
        answer: Its first bytes, where somebody wants to read them later.
        took_ms: How long the attempt took; measured by whoever has it made, None while none was.
    """

    ok: bool
    retry: bool = False
    detail: str = ""
    retry_after_s: float | None = None
    status: int | None = None
    answer: bytes = field(default=b"", repr=False)
    took_ms: int | None = None


class Outlet(Protocol):
    """Sends deliveries of one target kind."""

    async def send(self, outgoing: Outgoing) -> Sent:
        """Make one attempt; trouble of the other side is a `Sent`, never an exception."""
        ...


class ChannelOutlet(Outlet, Protocol):
    """The outlet of a channel; it also knows its wire, so that what is stored is what is sent."""

    def bodies(self, recipient: str, parts: tuple[Part, ...]) -> tuple[bytes, ...]:
        """The bodies of the deliveries of one message, in order; pure, called before the commit.

        Returns:
            0..n bodies, one delivery each.
        """
        ...
