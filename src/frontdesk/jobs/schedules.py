"""What has to happen every so often, in one process at a time: trims, and the nets under lanes and deliveries.

A run is skipped when another process is at it (an advisory lock in the database) and repeated at the next tick
when it failed; nothing here may rely on being run exactly once. The lock is a lease: a process that hangs, or whose
machine is gone, says nothing any more, and the database ends its session and the lock with it (`LEASE_S`).
A run whose lock is lost is cut off, for another process may have begun it.
"""

import asyncio
import contextlib
import secrets
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg
import structlog

from frontdesk.core.errors import Unavailable
from frontdesk.store.beside import beside
from frontdesk.store.connect import AWAY, LEASE_S, Store

log = structlog.get_logger()

FIRST_S = 60.0
"""Within this long of the start every schedule has run once, however rare it is."""
KEEP_S = LEASE_S / 4
"""How often whoever holds a lock says that it is there."""


@dataclass(frozen=True, slots=True)
class Schedule:
    name: str
    every_s: float
    run: Callable[[], Awaitable[None]]


class Schedules:
    def __init__(self, store: Store, schedules: tuple[Schedule, ...]) -> None:
        self._store = store
        self._schedules = schedules

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for schedule in self._schedules:
                group.create_task(self._repeat(schedule), name=f"schedule {schedule.name}")

    async def _repeat(self, schedule: Schedule) -> None:
        # A program that is restarted often would never get to the rare ones otherwise; spread, since several
        # processes may start together.
        wait_s = min(schedule.every_s, FIRST_S) * (0.5 + secrets.randbelow(500) / 1000)
        while True:
            await asyncio.sleep(wait_s)
            wait_s = schedule.every_s
            try:
                await self._once(schedule)
            except Unavailable:
                log.warning("schedule.postponed", schedule=schedule.name)
            except Exception:
                log.exception("schedule.failed", schedule=schedule.name)

    async def _once(self, schedule: Schedule) -> None:
        lock = zlib.crc32(schedule.name.encode())
        async with self._store.lock_work() as connection:
            if not await _take(connection, lock):
                return
            try:
                await _while_kept(schedule, connection)
            finally:
                await _give_back(connection, lock)


async def _take(connection: asyncpg.Connection, lock: int) -> bool:
    """Whether it was free. Where the answer does not arrive the session ends, which may hold it by then."""
    try:
        return bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock))
    except BaseException:
        _end(connection)
        raise


async def _while_kept(schedule: Schedule, connection: asyncpg.Connection) -> None:
    """Run it; it is cut off when the lock is lost, for another process may begin then."""
    async with asyncio.timeout(LEASE_S) as lease, beside(_keep(connection, lease)):
        await schedule.run()


async def _give_back(connection: asyncpg.Connection, lock: int) -> None:
    """Where that fails the session ends, and its lock with it, instead of waiting in the pool with both."""
    is_free = False
    try:
        await connection.execute("SELECT pg_advisory_unlock($1)", lock)
        is_free = True
    except AWAY as error:
        log.warning("schedule.not_unlocked", reason=type(error).__name__)
    finally:
        if not is_free:
            _end(connection)


def _end(connection: asyncpg.Connection) -> None:
    with contextlib.suppress(asyncpg.InterfaceError):  # it has ended already
        connection.terminate()


async def _keep(connection: asyncpg.Connection, lease: asyncio.Timeout) -> None:
    """Tells the database now and then that the one with the lock is there; ends the lease when it is not."""
    now = asyncio.get_running_loop().time
    while not lease.expired():
        await asyncio.sleep(KEEP_S)
        try:
            await connection.execute("SELECT 1")
            until = now() + LEASE_S
        except AWAY as error:
            log.warning("schedule.lock_lost", reason=type(error).__name__)
            until = now()
        if not lease.expired():
            lease.reschedule(until)
