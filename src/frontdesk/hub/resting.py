"""Services that are left alone for a while, so that customers are not kept waiting for them.

asked --fails so often in a row, or says itself how long--> resting --over--> one trial --answers--> asked
                                                                                  `--fails--> resting
A service whose settings were changed is asked at once: what was wrong may have been mended.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.ports.chat_model import Failed, Trouble
from frontdesk.ports.clock import Clock
from frontdesk.store.ai_services import Rests

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
    since: datetime | None = None
    until: datetime | None = None
    why: Trouble = "unavailable"


class Resting:
    """Remembered for this process, by the service's id and the version of its row.

    `failures`: questions in a row, each with all its attempts, after which a service rests for `pause_s`.
    """

    def __init__(self, clock: Clock, *, failures: int = 2, pause_s: float = 30.0) -> None:
        self._clock = clock
        self._failures = failures
        self._pause_s = pause_s
        self._troubles: dict[str, _Trouble] = {}

    def refuses(self, service_id: str, version: int) -> Trouble | None:
        """Why it is to be left alone now; after its pause one request may try."""
        trouble = self._troubles.get(service_id)
        if trouble is None or trouble.version != version or trouble.until is None:
            return None
        now = self._clock.now()
        if now < trouble.until:
            return trouble.why
        trouble.until = now + timedelta(seconds=self._pause_s)
        return None

    def answered(self, service_id: str) -> bool:
        """Whether it had rested."""
        trouble = self._troubles.pop(service_id, None)
        return trouble is not None and trouble.until is not None

    def failed(self, service_id: str, version: int, failed: Failed) -> Rests | None:
        """The rest that it has from now on, if any."""
        trouble = self._troubles.get(service_id)
        if trouble is None or trouble.version != version:
            self._troubles.pop(service_id, None)
            if len(self._troubles) >= MOST_KEPT:
                del self._troubles[next(iter(self._troubles))]
            trouble = self._troubles[service_id] = _Trouble(version)
        trouble.failures += 1
        trouble.why = failed.trouble
        rest_s = max(_AT_ONCE_S.get(failed.trouble, 0.0), failed.retry_after_s or 0.0)
        if trouble.failures >= self._failures:
            rest_s = max(rest_s, self._pause_s, _SOON_S.get(failed.trouble, 0.0))
        if not rest_s:
            return None
        now = self._clock.now()
        trouble.since = trouble.since or now
        trouble.until = now + timedelta(seconds=min(rest_s, LONGEST_S))
        return Rests(trouble.since, trouble.until, failed.trouble, failed.detail)
