"""kill -9 of the server under load: what was acknowledged is there, once (promises 1 and 2; S000-22)."""

import asyncio
import secrets
import sys
import time
from collections.abc import Callable

import pytest
from tests.drills.installation import LOOK_S, Installation
from tests.drills.ledger import judge
from tests.drills.load import Load

SIZES = [
    pytest.param(1, 8, id="small"),
    pytest.param(20, 64, id="long", marks=pytest.mark.drill),
]


@pytest.mark.parametrize(("rounds", "clients"), SIZES)
async def test_nothing_acknowledged_is_lost_or_doubled(
    installation: Installation, report: Callable[[str], None], rounds: int, clients: int
) -> None:
    started = time.monotonic()
    child = await installation.up()
    async with Load((child.url,), clients) as load:
        for _ in range(rounds):
            await load.acknowledged_more(clients + secrets.randbelow(20 * clients))
            await child.killed()
            child = await installation.up()
        await load.acknowledged_more(clients)
    assert load.odd == []
    assert load.broken >= 1, "no client was disturbed: the kill came at the wrong time"
    async with installation.reading() as connection:
        verdict = await judge(connection, load.acknowledged)
    report(f"{rounds} kills, {verdict.line()}, {time.monotonic() - started:.0f} s")
    verdict.assert_clean()
    assert await child.stopped() == 0


@pytest.mark.parametrize(("rounds", "clients"), SIZES)
async def test_the_control_that_acknowledges_early_is_seen_to_lose(
    installation: Installation, report: Callable[[str], None], rounds: int, clients: int
) -> None:
    started = time.monotonic()

    async def up_early() -> None:
        child = await installation.start("-m", "tests.drills.early", command=(sys.executable,))
        await child.ready()

    await up_early()
    async with Load((installation.children[-1].url,), clients) as load:
        await _something_is_stored(installation)
        for _ in range(rounds):
            await load.acknowledged_more(clients + secrets.randbelow(20 * clients))
            await installation.children[-1].killed()
            await up_early()
    await installation.children[-1].stopped()
    await installation.up()
    async with installation.reading() as connection:
        verdict = await judge(connection, load.acknowledged)
    report(f"control, {rounds} kills, {verdict.line()}, {time.monotonic() - started:.0f} s")
    assert 0 < len(verdict.lost) < verdict.acknowledged


async def _something_is_stored(installation: Installation) -> None:
    async with installation.reading() as connection, asyncio.timeout(60):
        while not await connection.fetchval("SELECT count(*) FROM messages"):  # noqa: ASYNC110 - rows do not call
            await asyncio.sleep(LOOK_S)
