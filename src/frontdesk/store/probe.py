"""Whether the database answers, asked with a real query. Called by `/readyz` and the doctor."""

from frontdesk.core.actor import NOWHERE
from frontdesk.store.connect import Store, across_workspaces


@across_workspaces("asks for nobody's rows")
async def probe(store: Store) -> str:
    """The database's revision; raises `Unavailable` when it does not answer."""
    async with store.turn_work(NOWHERE) as connection:
        return str(await connection.fetchval("SELECT version_num FROM alembic_version"))
