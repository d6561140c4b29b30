"""The outgoing side of channels, webhooks and connectors: one stored delivery is sent once more."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery as stored.

    Attributes:
        delivery_id: The same on every attempt; receivers dedupe by it.
        settings: The target's settings, secrets revealed.
        body: The stored bytes, identical on every attempt.
        seq: Position within its lane, rising, for receivers that look for gaps.
    """

    delivery_id: str
    settings: dict[str, object]
    body: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class Sent:
    """How an attempt ended.

    Attributes:
        ok: Accepted by the receiver; never sent again.
        retry: Worth another attempt, when not ok.
        detail: A few words or the head of the answer, for the delivery log.
        retry_after_s: What the receiver asked for, if it did.
    """

    ok: bool
    retry: bool = False
    detail: str = ""
    retry_after_s: float | None = None


class Outlet(Protocol):
    """Sends deliveries of one target kind."""

    async def send(self, outgoing: Outgoing) -> Sent:
        """Make one attempt; trouble of the other side is a `Sent`, never an exception."""
        ...
