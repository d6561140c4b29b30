"""Tells other processes what was just committed, so that nobody has to wait for the next poll.

Ids collected after commits leave in one NOTIFY per 10 ms on a connection of their own: a NOTIFY inside the
turn's transaction would hold a database-wide lock across its commit. A hint may be lost; every reader polls too.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import structlog

from frontdesk.core.errors import Bug
from frontdesk.store.beside import beside
from frontdesk.store.connect import AWAY

CHANNEL = "frontdesk"
JOBS = "ch_pgqueuer"
EVERY_S = 0.010
WITHIN_S = 10
MOST_BYTES = 7_500
"""PostgreSQL takes payloads below 8,000 bytes."""

log = structlog.get_logger()
_NOTIFY = "SELECT pg_notify($1, $2)"
_JOB_HINT = json.dumps(
    {
        "channel": JOBS,
        "operation": "insert",
        "sent_at": "1970-01-01T00:00:00Z",
        "table": "pgqueuer",
        "type": "table_changed_event",
    }
)


class Hints:
    """One per process. `touch` after a commit; `listen` to hear of everybody's commits."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._touched: set[str] = set()
        self._jobs = False
        self._wake = asyncio.Event()
        self._hearers: list[Callable[[str], None]] = []

    def listen(self, hearer: Callable[[str], None]) -> None:
        """Call `hearer` with each id that any process touches."""
        self._hearers.append(hearer)

    def touch(self, id_: str, *, jobs: bool = False) -> None:
        """`id_` has news; `jobs` says that work was enqueued with it. One word: of two each would be heard by itself."""
        if len(id_.split()) != 1:
            raise Bug("a hint is one word")
        self._touched.add(id_)
        self._jobs = self._jobs or jobs
        self._wake.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Hints"]:
        async with beside(self._keep(self._send), self._keep(self._hear)):
            yield self

    async def _keep(self, work: Callable[[asyncpg.Connection], Awaitable[None]]) -> None:
        away = False
        while True:
            try:
                connection = await asyncpg.connect(self._url, timeout=WITHIN_S, command_timeout=WITHIN_S)
                try:
                    if away:
                        log.info("hints.back")
                        away = False
                    await work(connection)
                finally:
                    connection.terminate()
            except (asyncpg.PostgresError, *AWAY) as error:
                if not away:
                    log.warning("hints.away", error=type(error).__name__)
                    away = True
                await asyncio.sleep(0.5)

    async def _send(self, connection: asyncpg.Connection) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(EVERY_S)
            self._wake.clear()
            touched, self._touched = self._touched, set()
            jobs, self._jobs = self._jobs, False
            for payload in _packed(touched):
                await connection.execute(_NOTIFY, CHANNEL, payload)
            if jobs:
                await connection.execute(_NOTIFY, JOBS, _JOB_HINT)

    async def _hear(self, connection: asyncpg.Connection) -> None:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())

        def heard(_: object, __: int, ___: str, payload: object) -> None:
            for id_ in str(payload).split():
                for hearer in self._hearers:
                    hearer(id_)

        await connection.add_listener(CHANNEL, heard)
        await lost.wait()


def _packed(ids: set[str]) -> list[str]:
    packed: list[str] = []
    current = ""
    for id_ in ids:
        if len(current.encode()) + len(id_.encode()) + 1 > MOST_BYTES:
            packed.append(current)
            current = ""
        current = f"{current} {id_}" if current else id_
    return [*packed, current] if current else packed
