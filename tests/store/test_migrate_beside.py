"""An upgrade beside a former release that goes on: where the two hold each other up, the upgrade is begun once more."""

import asyncio

import asyncpg
from tests.database import older
from tests.program import until

from frontdesk.app.postgres import PostgresServer
from frontdesk.store.migrate import migrate

WAITS = """
    SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                   WHERE d.datname = current_database() AND l.relation = 'messages'::regclass AND NOT l.granted)"""


async def test_an_upgrade_goes_on_after_it_and_a_former_release_waited_for_each_other(
    server: PostgresServer,
) -> None:
    admin_url = await older(server, "0043")
    former, watching = await asyncpg.connect(admin_url), await asyncpg.connect(admin_url)

    async def waits() -> bool:
        return bool(await watching.fetchval(WAITS))

    async with former.transaction():
        await former.execute("SELECT FROM messages LIMIT 1")
        upgrade = asyncio.create_task(migrate(admin_url, server.program.user))
        await until(waits)
        # Held by the upgrade, which waits for what is held here: the database ends the one that waited first.
        await former.execute("SELECT FROM conversations LIMIT 1")
    await upgrade
    assert await watching.fetchval("SELECT version_num FROM alembic_version") > "0043"
    await former.close()
    await watching.close()
