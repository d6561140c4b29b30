"""Connections that are no HTTP (mail servers, databases), for whoever speaks such a wire; `egress` makes them."""

from typing import Protocol


class DialTimeout(Exception):
    """No connection within the time given."""


class DialFailed(Exception):
    """No connection: the name was not found, or nobody listens there."""


class Connected(Protocol):
    """A connected socket that does not block."""

    def detach(self) -> int:
        """Hand the socket over.

        Returns:
            Its file descriptor, which is the caller's to close.
        """
        ...

    def close(self) -> None:
        """End the connection, unless it was handed over."""
        ...


class Dial(Protocol):
    """Connects to a host by its name or address, and speaks no word on the connection."""

    async def connect(self, host: str, port: int, *, purpose: str, timeout_s: float) -> Connected:
        """Look the name up, judge every address it has, and connect to one of them.

        Raises:
            Refused: Code `outbound_refused`: the address or port may not be reached; `LedAstray` when the host's name led
                there just now.
            DialTimeout: See there.
            DialFailed: See there.
        """
        ...
