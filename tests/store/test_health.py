"""What the doctor finds out about the program's login, and restore about what it would replace."""

import dataclasses
import secrets

import asyncpg
import pytest
from tests.database import Database

from frontdesk.app.postgres import PostgresServer
from frontdesk.core.errors import Refused
from frontdesk.store.connect import Store
from frontdesk.store.health import Holding, holding, login_faults


async def test_a_role_of_the_login_that_passes_by_row_security_is_a_fault(
    store: Store, database: Database
) -> None:
    assert await login_faults(store) == []
    admin = await asyncpg.connect(database.admin_url)
    try:
        await admin.execute("ALTER ROLE frontdesk_app BYPASSRLS")
        assert await login_faults(store) == ["the role frontdesk_app passes by row security"]
    finally:
        await admin.execute("ALTER ROLE frontdesk_app NOBYPASSRLS")
        await admin.close()


async def test_what_a_restore_would_replace(server: PostgresServer) -> None:
    named = dataclasses.replace(server.admin, database=f"other_{secrets.token_hex(4)}")
    assert await holding(named.url()) is None
    admin = await asyncpg.connect(dataclasses.replace(server.admin, database="postgres").url())
    await admin.execute(f"CREATE DATABASE {named.database}")
    await admin.close()
    assert await holding(named.url()) is None
    theirs = await asyncpg.connect(named.url())
    await theirs.execute("CREATE TABLE invoices (number int)")
    await theirs.close()
    with pytest.raises(Refused, match="tables of another program"):
        await holding(named.url())


async def test_what_is_there_is_counted(database: Database, store: Store) -> None:
    found = await holding(database.admin_url)
    assert isinstance(found, Holding)
