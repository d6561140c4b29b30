"""How often a key may ask: the limit of its workspace, a minute at a time, over all processes together.

Each process serves out of a batch of the minute's requests and fetches the next one from the database, so most requests
cost no query, and once all are taken none does. Answers say what is left as the RateLimit header fields of
draft-ietf-httpapi-ratelimit-headers-10 do. Called by `auth`.
"""

import asyncio
import math
import time
from dataclasses import dataclass, field

from frontdesk.core.errors import HeldBack
from frontdesk.core.plan import LIFTED
from frontdesk.store.connect import Store
from frontdesk.store.directory import KeyRow
from frontdesk.store.key_minutes import MINUTE_S, take
from frontdesk.web.cross_origin import Headers

MOST_REMEMBERED = 10_000
_OWN = (
    "That is the workspace's own limit, api_requests_a_minute: whoever may change its settings can raise it there or by "
    "PATCH /api/v1/workspace."
)


@dataclass(slots=True)
class _Minute:
    """What this process has of a key's minute; `ends_at` is by its own monotonic clock."""

    limit: int = 0
    own: int = 0
    left_over: int = 0
    ends_at: float = 0.0
    fetching: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_of(self, limit: int) -> bool:
        return self.limit == limit and time.monotonic() < self.ends_at

    def is_spent(self, limit: int) -> bool:
        return self.is_of(limit) and self.own == 0 and self.left_over == 0


class Pace:
    """One a process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._minutes: dict[str, _Minute] = {}

    async def count(self, row: KeyRow, beside: Headers) -> None:
        """Count one request; `beside` is given the headers that say what is left.

        Raises:
            Refused: The key has asked as often as it may.
        """
        limit = row.requests_a_minute
        if limit is None:
            return
        minute = self._minutes.get(row.id)
        if minute is None:
            if len(self._minutes) >= MOST_REMEMBERED:
                self._minutes.clear()
            minute = self._minutes[row.id] = _Minute()
        may = await self._take(minute, row, limit)
        wait_s = max(1, math.ceil(minute.ends_at - time.monotonic()))
        beside += [
            (b"ratelimit-policy", f'"key";q={limit};w={MINUTE_S}'.encode()),
            (b"ratelimit", f'"key";r={minute.own + minute.left_over};t={wait_s}'.encode()),
        ]
        if not may:
            message = (
                f"The key may ask {limit} times a minute and has done so; ask again in {wait_s} seconds."
            )
            whose = f"That is what the plan {row.plan} has. {LIFTED}" if row.plan else _OWN
            named = "requests_a_minute" if row.plan else "api_requests_a_minute"
            raise HeldBack(
                f"{message} {whose}",
                retry_after_s=wait_s,
                code="rate_limited",
                details={"plan": row.plan or None, "limit": named, "most": limit},
            )

    async def _take(self, minute: _Minute, row: KeyRow, limit: int) -> bool:
        while not (minute.is_of(limit) and minute.own > 0):
            if minute.is_spent(limit):
                return False
            async with minute.fetching:
                if minute.is_of(limit) and (minute.own > 0 or minute.left_over == 0):
                    continue
                batch = await take(row.workspace, self._store, row.id, limit)
                minute.limit, minute.own, minute.left_over = limit, batch.count, batch.left_over
                minute.ends_at = time.monotonic() + max(batch.ends_in_s, 0.0)
        minute.own -= 1
        return True
