"""The world handed to a plug-in under test: the real guarded client, a clock that stands still, pauses that only count."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.doubles.http_server import FaultServer

from frontdesk.egress.allow import EgressSettings, parse_allow
from frontdesk.egress.http import GuardedHttp
from frontdesk.kit.outside import Outside


@dataclass
class FixedClock:
    at: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Pauses:
    """Waits no time and remembers how long it should have been."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, wait_s: float) -> None:
        self.seconds.append(wait_s)


@asynccontextmanager
async def outside_of(
    server: FaultServer, purpose: str, *, chance: float = 0.5, pauses: Pauses | None = None
) -> AsyncIterator[Outside]:
    """An `Outside` whose requests may reach `server` for `purpose`, and no other closed address."""
    http = GuardedHttp(EgressSettings((parse_allow(f"{purpose}=127.0.0.1:{server.port}"),)))
    try:
        yield Outside(http, FixedClock(), "Frontdesk/0.1.0", lambda: chance, pauses or Pauses())
    finally:
        await http.close()
