"""Claims and finishes of many lanes go together, and none of them loses by it."""

import asyncio
import json
from pathlib import Path

import pytest
from tests.database import Database
from tests.doubles.postgres_proxy import PostgresProxy
from tests.program import Desk, Program

from frontdesk.core.errors import Unavailable
from frontdesk.store.connect import open_store
from frontdesk.store.deliveries import Claimed, Finished, Wanted
from frontdesk.store.ids import mint
from frontdesk.turn.ledger import Ledger

LANES = 50


@pytest.fixture
async def desk(quiet: Program) -> Desk:
    """Nobody else is at its deliveries."""
    return await quiet.desk()


async def put(desk: Desk, lane: str, text: str) -> None:
    await desk.program.execute(
        "INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, body) VALUES ($1, $2, $3, 'test', 't', $4)",
        desk.workspace,
        mint("dlv"),
        lane,
        json.dumps(text).encode(),
    )


def wanted(desk: Desk, lane: str) -> Wanted:
    return Wanted(desk.workspace, lane, mint("dlv"))


def finished(desk: Desk, claimed: Claimed, token: str, *, more: bool) -> Finished:
    return Finished(desk.workspace, claimed.id, token, ok=True, detail="", more=more)


async def test_what_comes_while_a_statement_is_on_its_way_goes_with_the_next(desk: Desk) -> None:
    lanes = [f"t:{number}" for number in range(LANES)]
    for lane in lanes:
        await put(desk, lane, lane)
    ledger = Ledger(desk.program.running.store)
    first = asyncio.create_task(ledger.want(wanted(desk, lanes[0])))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = await asyncio.gather(*(ledger.want(wanted(desk, lane)) for lane in lanes[1:]))
    claimed = [await first, *rest]
    assert [json.loads(one.body) for one in claimed if one is not None] == lanes
    transactions = await desk.program.query(
        "SELECT DISTINCT xmin::text FROM deliveries WHERE workspace_id = $1", desk.workspace
    )
    assert len(transactions) == 2


async def test_the_next_of_a_lane_comes_with_the_finish_of_the_one_before(desk: Desk) -> None:
    for text in ("one", "two", "three"):
        await put(desk, "t:1", text)
    ledger, want = Ledger(desk.program.running.store), wanted(desk, "t:1")
    one = await ledger.want(want)
    assert one is not None
    two = await ledger.finish(finished(desk, one, want.token, more=True))
    assert two is not None
    assert (json.loads(two.body), two.tries) == ("two", 1)
    assert await ledger.finish(finished(desk, two, want.token, more=False)) is None
    rows = await desk.rows("deliveries", "seq")
    assert [row["status"] for row in rows] == ["sent", "sent", "waiting"]


async def test_who_lost_a_claim_finishes_nothing_and_claims_nothing(desk: Desk) -> None:
    for text in ("one", "two"):
        await put(desk, "t:1", text)
    ledger, want = Ledger(desk.program.running.store), wanted(desk, "t:1")
    one = await ledger.want(want)
    assert one is not None
    await desk.program.execute(
        "UPDATE deliveries SET claim_token = 'other' WHERE workspace_id = $1 AND id = $2",
        desk.workspace,
        one.id,
    )
    assert await ledger.finish(finished(desk, one, want.token, more=True)) is None
    assert [row["status"] for row in await desk.rows("deliveries", "seq")] == ["sending", "waiting"]


async def test_two_processes_that_want_the_same_lanes_in_another_order_claim_each_once(desk: Desk) -> None:
    """Each waiting for rows that the other has locked would be a deadlock."""
    lanes = [f"t:{number}" for number in range(LANES)]
    for lane in lanes:
        await put(desk, lane, lane)
    store = desk.program.running.store
    for _ in range(10):
        one, other = Ledger(store), Ledger(store)
        found = await asyncio.gather(
            *(one.want(wanted(desk, lane)) for lane in lanes),
            *(other.want(wanted(desk, lane)) for lane in lanes[::-1]),
        )
        assert sorted(json.loads(got.body) for got in found if got is not None) == sorted(lanes)
        await desk.program.execute(
            "UPDATE deliveries SET status = 'waiting', claim_token = NULL WHERE workspace_id = $1",
            desk.workspace,
        )


async def test_who_waits_hears_that_the_database_is_away_and_the_next_ones_work(
    desk: Desk, apart: Database, tmp_path: Path
) -> None:
    await put(desk, "t:1", "one")
    async with PostgresProxy(apart.url, tmp_path) as proxy:
        store = await open_store(proxy.url, pool_size=2)
        ledger = Ledger(store)
        await proxy.cut()
        found = await asyncio.gather(
            *(ledger.want(wanted(desk, f"t:{number}")) for number in range(3)), return_exceptions=True
        )
        assert [type(error) for error in found] == [Unavailable] * 3
        await proxy.join()
        claimed = await ledger.want(wanted(desk, "t:1"))
        assert claimed is not None
        assert claimed.tries == 1
        await store.close()


async def test_one_that_is_cancelled_takes_no_others_with_it(desk: Desk) -> None:
    for lane in ("t:1", "t:2"):
        await put(desk, lane, lane)
    ledger = Ledger(desk.program.running.store)
    one = asyncio.create_task(ledger.want(wanted(desk, "t:1")))
    two = asyncio.create_task(ledger.want(wanted(desk, "t:2")))
    await asyncio.sleep(0)
    one.cancel()
    claimed = await two
    assert claimed is not None
    assert json.loads(claimed.body) == "t:2"
    await ledger.close(5.0)


async def test_a_row_that_somebody_has_locked_holds_up_no_other_and_is_finished_once_it_is_free(
    desk: Desk,
) -> None:
    for lane in ("t:1", "t:2"):
        await put(desk, lane, lane)
    ledger, wants = Ledger(desk.program.running.store), [wanted(desk, "t:1"), wanted(desk, "t:2")]
    one, two = await asyncio.gather(*(ledger.want(want) for want in wants))
    assert one is not None
    assert two is not None
    async with desk.program.admin.acquire() as connection:
        async with connection.transaction():
            await connection.execute(
                "SELECT FROM deliveries WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
                desk.workspace,
                one.id,
            )
            held_up = asyncio.create_task(ledger.finish(finished(desk, one, wants[0].token, more=False)))
            async with asyncio.timeout(25):
                await ledger.finish(finished(desk, two, wants[1].token, more=False))
        await held_up
    assert [row["status"] for row in await desk.rows("deliveries")] == ["sent", "sent"]


async def test_a_close_does_not_wait_for_a_database_that_is_silent(desk: Desk) -> None:
    await put(desk, "t:1", "one")
    ledger = Ledger(desk.program.running.store)
    async with desk.program.admin.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
        waiting = asyncio.create_task(ledger.want(wanted(desk, "t:1")))
        await asyncio.sleep(0)
        async with asyncio.timeout(25):
            await ledger.close(0.1)
    assert await waiting is not None
