"""What visitors may take at most: those of one workspace together, and those at one network address. Settings say how much."""

import hmac
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import Request

from frontdesk.access.throttling import network_of
from frontdesk.core.errors import HeldBack
from frontdesk.store.visitor_bytes import Taken
from frontdesk.web.session_ring import address_of

MEGABYTE = 1_000_000
NEXT_DAY_S, NEXT_HOUR_S = 3600.0, 600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """`..._per_address` is of one network address; of these, megabytes of files and mails are counted within an hour, and
    uploads and streams are those that are open at a time in a process. An address alone fills no workspace's day.
    """

    files_mb_a_day: int = 5000
    files_mb_per_address: int = 200
    uploads_per_address: int = 15
    streams_per_address: int = 1000
    mails_per_address: int = 20

    def check(self, taken: Taken, *, is_with_this: bool) -> None:
        """
        Raises:
            HeldBack: No more files are taken for now.
        """
        more = 0 if is_with_this else 1
        if taken.of_network + more > self.files_mb_per_address * MEGABYTE:
            raise HeldBack(
                "More files came from your network in the last hour than are taken. Try again later, or send a link.",
                retry_after_s=NEXT_HOUR_S,
            )
        if taken.of_workspace + more > self.files_mb_a_day * MEGABYTE:
            raise HeldBack(
                "More files came in today than are taken. Try again tomorrow, or send a link.",
                retry_after_s=NEXT_DAY_S,
            )


class Networks:
    """How many of something each network address has at a time."""

    def __init__(self, most: int, told: str, *, retry_s: float) -> None:
        self._most, self._told, self._retry_s = most, told, retry_s
        self._open: Counter[str] = Counter()

    def check(self, network: str) -> None:
        """
        Raises:
            HeldBack: It has as many as it may.
        """
        if self._open[network] >= self._most:
            raise HeldBack(self._told, retry_after_s=self._retry_s)

    @contextmanager
    def counted(self, network: str) -> Iterator[None]:
        self._open[network] += 1
        try:
            yield
        finally:
            self._open[network] -= 1
            if not self._open[network]:
                del self._open[network]


def network(request: Request) -> str:
    """Where it comes from, as far as that is one of somebody's own."""
    return network_of(address_of(request.scope))


def network_sum(key: bytes, request: Request) -> bytes:
    """As it is kept."""
    return hmac.digest(key, b"network " + network(request).encode(), "sha256")
