"""The time, handed in."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Where the program gets the time of day from."""

    def now(self) -> datetime:
        """The present moment, UTC-aware."""
        ...
