"""The audit log shows when it was tampered with. Reliability promise 45."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from tests.database import Database

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.audit import NOTHING, Broken, Chain, Entry, append, verify
from frontdesk.store.connect import Store


def entry(target: str, **more: Any) -> Entry:
    at = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
    return Entry(at, "key:key_1", "thing.changed", target, before={"b": 1e300, "a": [None, "ä"]}, **more)


async def write(store: Store, workspace: WorkspaceId, count: int = 4) -> None:
    for n in range(count):
        async with store.unit_of_work(workspace) as tx:
            await append(workspace, tx, entry(f"t{n}", after={"n": n, "x": 1e2}, ip="::1"))


async def check(store: Store, workspace: WorkspaceId, remembered: Chain = NOTHING) -> Chain:
    found = await verify(workspace, store, remembered)
    assert found.complete
    if found.broken is not None:
        raise Broken(found.broken)
    return found.chain


async def tamper(database: Database, statement: str, *values: object) -> None:
    admin = await asyncpg.connect(database.admin_url)
    try:
        await admin.execute(statement, *values)
    finally:
        await admin.close()


async def test_an_untouched_log_verifies(store: Store, workspace: WorkspaceId) -> None:
    assert await check(store, workspace) == Chain(0, b"")
    await write(store, workspace)
    chain = await check(store, workspace)
    assert (chain.length, len(chain.head)) == (4, 32)
    await write(store, workspace, 1)
    assert (await check(store, workspace, remembered=chain)).length == 5


async def test_many_entries_of_one_statement_are_chained_like_those_of_many(
    store: Store, workspace: WorkspaceId, database: Database
) -> None:
    await write(store, workspace, 2)
    many = [
        entry(f"m{n}", after=None if n % 2 else {"n": n, "ü": [1e300, "'\\"]}, ip=None) for n in range(300)
    ]
    async with store.unit_of_work(workspace) as tx:
        await append(workspace, tx)
        await append(workspace, tx, *many)
    await write(store, workspace, 1)
    assert (await check(store, workspace)).length == 303
    async with store.unit_of_work(workspace) as tx:
        targets = (await tx.execute(text("SELECT target FROM audit ORDER BY seq"))).scalars().all()
    assert list(targets[2:302]) == [f"m{n}" for n in range(300)]
    await tamper(database, "UPDATE audit SET target = 'x' WHERE workspace_id = $1 AND seq = 150", workspace)
    with pytest.raises(Broken) as broken:
        await check(store, workspace)
    assert broken.value.seq == 150


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody else'",
        "target = 't2 '",
        "at = at + interval '1 microsecond'",
        "after = jsonb_set(after, '{n}', '7')",
        "before = NULL",
        "ip = NULL",
        "hash = sha256('x')",
        "previous_hash = sha256('x')",
    ],
)
async def test_a_changed_entry_is_found(
    store: Store, workspace: WorkspaceId, database: Database, change: str
) -> None:
    await write(store, workspace)
    await tamper(database, f"UPDATE audit SET {change} WHERE workspace_id = $1 AND seq = 3", workspace)  # noqa: S608  # above
    with pytest.raises(Broken) as broken:
        await check(store, workspace)
    assert broken.value.seq == 3


async def test_a_removed_entry_is_found(store: Store, workspace: WorkspaceId, database: Database) -> None:
    await write(store, workspace)
    await tamper(database, "DELETE FROM audit WHERE workspace_id = $1 AND seq = 2", workspace)
    with pytest.raises(Broken) as broken:
        await check(store, workspace)
    assert broken.value.seq == 3


async def test_an_entry_slipped_in_is_found(store: Store, workspace: WorkspaceId, database: Database) -> None:
    await write(store, workspace, 2)
    await tamper(
        database,
        """INSERT INTO audit SELECT workspace_id, seq + 1, at, actor, action, 'forged', before, after, ip, hash, hash
           FROM audit WHERE workspace_id = $1 AND seq = 2""",
        workspace,
    )
    with pytest.raises(Broken) as broken:
        await check(store, workspace)
    assert broken.value.seq == 3


async def test_a_log_cut_short_or_begun_again_shows_against_what_was_remembered(
    store: Store, workspace: WorkspaceId, database: Database
) -> None:
    await write(store, workspace)
    remembered = await check(store, workspace)
    await tamper(database, "DELETE FROM audit WHERE workspace_id = $1 AND seq = 4", workspace)
    assert (await check(store, workspace)).length == 3
    with pytest.raises(Broken):
        await check(store, workspace, remembered)
    async with store.unit_of_work(workspace) as tx:
        await append(workspace, tx, entry("another fourth"))
    with pytest.raises(Broken):
        await check(store, workspace, remembered)


async def test_entries_written_at_the_same_time_make_one_chain(store: Store, workspace: WorkspaceId) -> None:
    await asyncio.gather(*(write(store, workspace, 3) for _ in range(8)))
    assert (await check(store, workspace)).length == 24


async def test_an_entry_goes_with_its_transaction(store: Store, workspace: WorkspaceId) -> None:
    async def fail() -> None:
        async with store.unit_of_work(workspace) as tx:
            await append(workspace, tx, entry("never"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert (await check(store, workspace)).length == 0
