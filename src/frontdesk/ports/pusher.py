"""Notices to browsers that need not be open: what one is made of, and who hands it to the service of the browser's maker."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from frontdesk.core.redacted import Redacted
from frontdesk.ports.outlet import Sent

Urgency = Literal["normal", "high"]


@dataclass(frozen=True, slots=True)
class Device:
    """One browser as it introduced itself.

    Attributes:
        endpoint: Where its maker takes notices for it; whoever knows it can try to send some.
        p256dh: Its public key, base64url.
        auth: The secret that it shares with us, base64url.
    """

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Push:
    """One notice to one browser.

    Attributes:
        device: To whom.
        body: What only that browser can read.
        key: The private key that we are known by, as `new_key` made it.
        subject: Whom the maker may turn to: an https or mailto address, or nothing.
        ttl_s: For how long the maker keeps it for a browser that is away.
        urgency: `high` also wakes a phone that saves power.
        topic: Of those that wait, one with the same topic is replaced. It is hashed before it leaves.
    """

    device: Device
    body: bytes = field(repr=False)
    key: Redacted
    subject: str
    ttl_s: int
    urgency: Urgency
    topic: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """How an attempt ended; `is_gone`: the browser wants no more of them, for good."""

    sent: Sent
    is_gone: bool = False


class Pusher(Protocol):
    """Seals notices and hands them over."""

    def new_key(self) -> Redacted:
        """Make a private key that browsers will know us by.

        Returns:
            Text that `push` and `public_key` read.
        """
        ...

    def public_key(self, key: Redacted) -> str:
        """Tell what a browser is given of a key.

        Returns:
            The `applicationServerKey`, base64url without padding.
        """
        ...

    def is_device(self, device: Device) -> bool:
        """Tell whether notices can be sealed for a browser that says this of itself.

        Returns:
            False when its public key is no point of the curve, or its secret has another length.
        """
        ...

    async def push(self, push: Push) -> Pushed:
        """Make one attempt.

        Returns:
            How it ended; trouble of the other side is never raised.
        """
        ...
