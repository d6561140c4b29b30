"""kill -9 of PostgreSQL under load: no acknowledgement without a commit, and back within seconds (promise 14)."""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest
from tests.drills.installation import LOOK_S, Installation, gone, kill_group
from tests.drills.ledger import judge
from tests.drills.load import Load

BACK_WITHIN_S = 60.0
RECOVERED_WITHIN_S = 10.0


@asynccontextmanager
async def kept_down(installation: Installation) -> AsyncIterator[None]:
    """PostgreSQL killed with all of its processes, and nobody able to start it meanwhile."""
    handle = os.open(installation.data / "postgres" / "lock", os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        postmaster = installation.postmaster()
        assert postmaster is not None
        for pid in kill_group(postmaster):
            await gone(pid)
        yield
    finally:
        os.close(handle)


async def back(installation: Installation) -> float:
    """When PostgreSQL answered again."""
    async with asyncio.timeout(BACK_WITHIN_S):
        while True:
            try:
                async with installation.reading() as connection:
                    await connection.fetchval("SELECT 1")
                    return time.monotonic()
            except (OSError, asyncpg.PostgresError, AssertionError):
                await asyncio.sleep(LOOK_S)


@pytest.mark.parametrize(
    ("rounds", "clients", "away_s"),
    [
        pytest.param(1, 8, 0.5, id="small"),
        pytest.param(10, 64, 5.0, id="long", marks=pytest.mark.drill),
        pytest.param(2, 64, 20.0, id="long-away", marks=pytest.mark.drill),
    ],
)
async def test_the_database_goes_and_comes_back(
    installation: Installation, report: Callable[[str], None], rounds: int, clients: int, away_s: float
) -> None:
    started, slowest_s = time.monotonic(), 0.0
    child = await installation.up()
    async with Load((child.url,), clients) as load:
        for _ in range(rounds):
            await load.acknowledged_more(10 * clients)
            async with kept_down(installation):
                await load.refused_more(clients)
                before = len(load.acknowledged)
                await asyncio.sleep(away_s)  # how long it is away is the fault itself
                assert len(load.acknowledged) == before
            back_at = await back(installation)
            await load.acknowledged_more(clients)
            slowest_s = max(slowest_s, load.acknowledged[before].at - back_at)
    assert load.odd == []
    assert child.process.returncode is None, child.said()
    async with installation.reading() as connection:
        verdict = await judge(connection, load.acknowledged)
    report(
        f"{rounds} kills, {verdict.line()}, 503 {load.unavailable}, served again {slowest_s:.1f} s after it was "
        f"back, {time.monotonic() - started:.0f} s"
    )
    verdict.assert_clean()
    assert slowest_s < RECOVERED_WITHIN_S
    assert await child.stopped() == 0
    assert installation.postmaster() is None
