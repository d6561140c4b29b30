"""What has to happen every so often, in one process at a time: trims, and the nets under lanes and deliveries.

A run is skipped when another process is at it (an advisory lock in the database) and repeated at the next tick
when it failed; nothing here may rely on being run exactly once. The lock is a lease: a process that hangs, or whose
machine is gone, says nothing any more, and the database ends its session and the lock with it (`LEASE_S`).
"""

import asyncio
import secrets
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg
import structlog

from frontdesk.core.errors import Unavailable
from frontdesk.store.beside import beside
from frontdesk.store.connect import LEASE_S, Store

log = structlog.get_logger()

FIRST_S = 60.0
"""Within this long of the start every schedule has run once, however rare it is."""


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
            if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock):
                return
            try:
                async with beside(_keep(connection)):
                    await schedule.run()
            finally:
                await connection.execute("SELECT pg_advisory_unlock($1)", lock)


async def _keep(connection: asyncpg.Connection) -> None:
    """Tells the database now and then that the one with the lock is there."""
    while True:
        await asyncio.sleep(LEASE_S / 4)
        await connection.execute("SELECT 1")
