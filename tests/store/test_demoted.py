"""A database that is not at hand as it should be: callers are told `Unavailable`, and it heals by itself."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from tests.database import Database, migrated

from frontdesk.app.postgres import PostgresServer
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store, open_store
from frontdesk.store.ids import mint

Write = Callable[[Store], Awaitable[None]]
NAME_IT = "UPDATE workspaces SET name = 'Renamed'"


@pytest.fixture
async def demoted(server: PostgresServer) -> AsyncIterator[Database]:
    """A database whose connections only read, as those to a demoted primary; those opened later write again."""
    made = await migrated(server, f"demoted_{secrets.token_hex(4)}")
    name = made.url.rsplit("/", 1)[-1].partition("?")[0]
    admin = await asyncpg.connect(made.admin_url)
    await admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    yield made
    await admin.close()


async def _promote(database: Database) -> None:
    name = database.url.rsplit("/", 1)[-1].partition("?")[0]
    admin = await asyncpg.connect(database.admin_url)
    await admin.execute("SET default_transaction_read_only = off")
    await admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    await admin.close()


async def _by_turn(store: Store) -> None:
    async with store.turn_work(WorkspaceId(mint("ws"))) as connection:
        await connection.execute(NAME_IT)


async def _by_unit(store: Store) -> None:
    async with store.unit_of_work(WorkspaceId(mint("ws"))) as tx:
        await tx.execute(text(NAME_IT))


async def _by_claim(store: Store) -> None:
    async with store.claim_work() as connection:
        await connection.execute("UPDATE inbound SET tries = 0")


@pytest.mark.parametrize("write", [_by_turn, _by_unit, _by_claim])
async def test_connections_to_a_demoted_primary_are_opened_anew(demoted: Database, write: Write) -> None:
    store = await open_store(demoted.url, pool_size=2)
    try:
        with pytest.raises(Unavailable):
            await write(store)
        await _promote(demoted)
        # One that was opened before may be met first; it goes as well.
        with suppress(Unavailable):
            await write(store)
        await write(store)
    finally:
        await store.close()


async def test_whoever_finds_no_connection_free_is_told_so(
    database: Database, workspace: WorkspaceId
) -> None:
    store = await open_store(database.url, pool_size=2, free_within_s=0.2)
    try:
        async with AsyncExitStack() as held:
            for _ in range(2):
                await held.enter_async_context(store.turn_work(workspace))
            with pytest.raises(Unavailable):
                await held.enter_async_context(store.turn_work(workspace))
        async with AsyncExitStack() as held:
            for _ in range(6):
                await held.enter_async_context(store.claim_work())
            with pytest.raises(Unavailable):
                await held.enter_async_context(store.claim_work())
    finally:
        await store.close()


async def test_a_deadlock_may_be_tried_again(store: Store, workspace: WorkspaceId) -> None:
    with pytest.raises(Unavailable):
        async with store.unit_of_work(workspace) as tx:
            await tx.execute(text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"))


async def test_statements_of_both_kinds_have_a_limit(store: Store, workspace: WorkspaceId) -> None:
    async with store.unit_of_work(workspace) as tx, store.turn_work(workspace) as connection:
        driver: Any = (await tx.get_raw_connection()).driver_connection
        other: Any = connection
        assert driver._config.command_timeout == other._config.command_timeout == 30
