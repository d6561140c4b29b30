"""An upgrade beside a former release that goes on: where the two hold each other up, the upgrade is begun once more.

Whoever holds a table for long is named, and keeps nobody else waiting behind the upgrade.
"""

import asyncio

import asyncpg
import pytest
from tests.database import older
from tests.program import until

from frontdesk.app.postgres import PostgresServer
from frontdesk.store.migrate import InUse, Patience, migrate

WAITS = """
    SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                   WHERE d.datname = current_database() AND l.relation = $1::text::regclass AND NOT l.granted)"""
HEAD = "SELECT version_num FROM alembic_version"


async def test_an_upgrade_goes_on_after_it_and_a_former_release_waited_for_each_other(
    server: PostgresServer,
) -> None:
    admin_url = await older(server, "0043")
    # The former release's statement is not the one that is ended, whichever waited first.
    former = await asyncpg.connect(admin_url, server_settings={"deadlock_timeout": "1min"})
    watching = await asyncpg.connect(admin_url)

    async def waits() -> bool:
        return bool(await watching.fetchval(WAITS, "messages"))

    async with former.transaction():
        await former.execute("SELECT FROM messages LIMIT 1")
        upgrade = asyncio.create_task(migrate(admin_url, server.program.user))
        await until(waits)
        # Held by the upgrade, which waits for what is held here: that is undone.
        await former.execute("SELECT FROM conversations LIMIT 1")
    await upgrade
    assert await watching.fetchval("SELECT version_num FROM alembic_version") > "0043"
    await former.close()
    await watching.close()


async def test_a_table_that_is_held_for_long_is_named_and_who_holds_it_and_nobody_waits_behind_the_upgrade(
    server: PostgresServer,
) -> None:
    admin_url = await older(server, "0045")
    former = await asyncpg.connect(admin_url, server_settings={"application_name": "yearly report"})
    reading, watching = await asyncpg.connect(admin_url), await asyncpg.connect(admin_url)

    async def waits() -> bool:
        return bool(await watching.fetchval(WAITS, "conversations"))

    async with former.transaction():
        await former.execute("SELECT FROM conversations LIMIT 1")
        patience = Patience(wait_s=1, pause_s=0.1, tries=4)
        upgrade = asyncio.create_task(migrate(admin_url, server.program.user, patience=patience))
        await until(waits)
        # Behind the upgrade in the table's queue; what is held is still held when this comes back.
        await reading.execute("SELECT FROM conversations LIMIT 1")
        with pytest.raises(InUse) as told:
            await upgrade
    said = str(told.value)
    assert said.startswith(
        f"The table conversations is in use by process {former.get_server_pid()} of PostgreSQL"
    )
    assert "yearly report" in said
    assert f"SELECT pg_terminate_backend({former.get_server_pid()})" in said
    assert "tried 4 times, each for 1 s, and has changed nothing" in said
    assert await watching.fetchval(HEAD) == "0045"
    for connection in (former, reading, watching):
        await connection.close()


async def test_an_upgrade_goes_on_once_the_table_is_let_go(server: PostgresServer) -> None:
    admin_url = await older(server, "0045")
    former, watching = await asyncpg.connect(admin_url), await asyncpg.connect(admin_url)

    async def gave_up() -> bool:
        sleeps = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%')"
        return bool(await watching.fetchval(sleeps))

    async with former.transaction():
        await former.execute("SELECT FROM conversations LIMIT 1")
        patience = Patience(wait_s=0.1, pause_s=0.5, tries=1000)
        upgrade = asyncio.create_task(migrate(admin_url, server.program.user, patience=patience))
        await until(gave_up)
    await upgrade
    assert await watching.fetchval(HEAD) > "0045"
    await former.close()
    await watching.close()
