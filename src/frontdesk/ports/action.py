"""API integrations ("actions") that a bot can call; one plug-in a kind."""

from typing import Protocol

from frontdesk.core.action import Call, Fetched


class Secrets(Protocol):
    """The secrets of one assistant."""

    async def reveal(self, name: str) -> str | None:
        """The secret's value, or None when there is none of that name."""
        ...


class ActionKind(Protocol):
    """Carries out calls of one kind."""

    async def run(self, call: Call, secrets: Secrets) -> Fetched:
        """Carry out `call`, retrying only as it allows, within `call.timeout_s` an attempt.

        Returns:
            The outcome; trouble of the other side is an outcome, never an exception.
        """
        ...
