"""Leaves a system that keeps failing alone for a while, so that customers are not kept waiting for it.

closed --so many failures in a row--> open --PAUSE_S--> one trial --works--> closed
                                                             `--fails--> open
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.ports.clock import Clock

FAILURES = 5
PAUSE_S = 30.0
MOST_KEPT = 10_000

Key = tuple[str, str]


@dataclass(slots=True)
class _Trouble:
    failures: int = 0
    until: datetime | None = None


class Breaker:
    """`Key` is whose action it is, and which: what one assistant sees of a system is nobody else's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._troubles: dict[Key, _Trouble] = {}

    def refuses(self, key: Key) -> bool:
        """Whether to leave it alone now; after a pause one call may try."""
        trouble = self._troubles.get(key)
        if trouble is None or trouble.until is None:
            return False
        now = self._clock.now()
        if now < trouble.until:
            return True
        trouble.until = now + timedelta(seconds=PAUSE_S)
        return False

    def worked(self, key: Key) -> None:
        self._troubles.pop(key, None)

    def failed(self, key: Key) -> None:
        if key not in self._troubles and len(self._troubles) >= MOST_KEPT:
            del self._troubles[next(iter(self._troubles))]
        trouble = self._troubles.setdefault(key, _Trouble())
        trouble.failures += 1
        if trouble.failures >= FAILURES:
            trouble.until = self._clock.now() + timedelta(seconds=PAUSE_S)
