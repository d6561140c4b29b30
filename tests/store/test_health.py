"""What the doctor finds out about the program's login."""

import asyncpg
from tests.database import Database

from frontdesk.store.connect import Store
from frontdesk.store.health import login_faults


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
