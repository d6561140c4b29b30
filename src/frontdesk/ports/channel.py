"""Channels that push: what a message becomes on their wire."""

from typing import Protocol

from frontdesk.core.message import Part


class PushChannel(Protocol):
    """The pure half of a channel's outgoing side; its `Outlet` sends what this makes."""

    def bodies(self, recipient: str, parts: tuple[Part, ...]) -> tuple[str, ...]:
        """The bodies to send for one message, in order; each is stored and sent as one delivery."""
        ...
