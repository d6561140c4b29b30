"""Services that are left alone for a while, so that customers are not kept waiting for them.

asked --fails so often in a row, or says itself how long--> resting --over--> one trial --answers--> asked
                                                                                  `--fails--> resting
A service whose settings were changed is asked at once: what was wrong may have been mended.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.ports.chat_model import Failed, Trouble
from frontdesk.ports.clock import Clock

FAILURES = 2
"""Questions in a row, each with all its attempts."""
PAUSE_S = 30.0
LONGEST_S = 3_600.0
MOST_KEPT = 10_000
_AT_ONCE_S: dict[Trouble, float] = {"auth": 300.0, "quota": 900.0, "rate_limited": 5.0}
"""Trouble that asking again does not mend."""
_SOON_S: dict[Trouble, float] = {"misconfigured": 60.0}
"""Trouble that one question alone may have made; the second in a row has not."""


@dataclass(slots=True)
class _Trouble:
    version: int
    failures: int = 0
    until: datetime | None = None
    why: Trouble = "unavailable"


class Resting:
    """Remembered for this process, by the service's id and the version of its row."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._troubles: dict[str, _Trouble] = {}

    def refuses(self, service_id: str, version: int) -> Trouble | None:
        """Why it is to be left alone now; after its pause one request may try."""
        trouble = self._troubles.get(service_id)
        if trouble is None or trouble.version != version or trouble.until is None:
            return None
        now = self._clock.now()
        if now < trouble.until:
            return trouble.why
        trouble.until = now + timedelta(seconds=PAUSE_S)
        return None

    def answered(self, service_id: str) -> None:
        self._troubles.pop(service_id, None)

    def failed(self, service_id: str, version: int, failed: Failed) -> None:
        trouble = self._troubles.get(service_id)
        if trouble is None or trouble.version != version:
            self._troubles.pop(service_id, None)
            if len(self._troubles) >= MOST_KEPT:
                del self._troubles[next(iter(self._troubles))]
            trouble = self._troubles[service_id] = _Trouble(version)
        trouble.failures += 1
        trouble.why = failed.trouble
        rest_s = max(_AT_ONCE_S.get(failed.trouble, 0.0), failed.retry_after_s or 0.0)
        if trouble.failures >= FAILURES:
            rest_s = max(rest_s, PAUSE_S, _SOON_S.get(failed.trouble, 0.0))
        if rest_s:
            trouble.until = self._clock.now() + timedelta(seconds=min(rest_s, LONGEST_S))
