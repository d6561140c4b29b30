"""What `doctor` asks the database about itself, and `restore` about what it is going to replace."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from frontdesk.core.errors import Refused
from frontdesk.store.connect import Store, across_workspaces, away_is_unavailable

_HAS_TABLES = """SELECT EXISTS (
    SELECT FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema'))"""


@across_workspaces("asks the server about itself, no workspace's rows")
async def version(url: str) -> str:
    async with away_is_unavailable():
        connection = await asyncpg.connect(url, timeout=10)
        try:
            found: str = await connection.fetchval("SHOW server_version")
        finally:
            await connection.close()
    return found


@dataclass(frozen=True, slots=True)
class Holding:
    """How much a database holds, for people who are about to lose it. `last_at`: of any conversation."""

    workspaces: int
    assistants: int
    conversations: int
    last_at: datetime | None


@across_workspaces("the administrating login counts what a restore replaces; no row is shown")
async def holding(url: str) -> Holding | None:
    """What is in the database at this address; None when it is not there or has no tables.

    Raises:
        Refused: Its tables are somebody else's.
    """
    async with away_is_unavailable():
        try:
            connection = await asyncpg.connect(url, timeout=10)
        except asyncpg.InvalidCatalogNameError:
            return None
    try:
        row = await connection.fetchrow(
            """SELECT (SELECT count(*) FROM workspaces), (SELECT count(*) FROM assistants WHERE deleted_at IS NULL),
                      (SELECT count(*) FROM conversations), (SELECT max(updated_at) FROM conversations)"""
        )
    except asyncpg.UndefinedTableError:
        if await connection.fetchval(_HAS_TABLES):
            raise Refused("conflict", "The database there holds tables of another program.") from None
        return None
    finally:
        await connection.close()
    return None if row is None else Holding(*row)


@across_workspaces("asks the server about itself, no workspace's rows")
async def now(store: Store) -> datetime:
    async with store.claim_work() as connection:
        found: datetime = await connection.fetchval("SELECT clock_timestamp()")
    return found


@across_workspaces("asks the catalogue about roles, no workspace's rows")
async def login_faults(store: Store) -> list[str]:
    """Ways in which the program's login could pass by row security; none when all is well."""
    faults: list[str] = []
    async with store.claim_work() as connection:
        login = await connection.fetchrow(
            """SELECT rolname, rolsuper, rolbypassrls, rolinherit,
                      pg_has_role(session_user, 'frontdesk_owner', 'MEMBER') AS owns
               FROM pg_roles WHERE rolname = session_user"""
        )
        passing = await connection.fetch(
            """SELECT rolname FROM pg_roles
               WHERE (rolsuper OR rolbypassrls) AND rolname <> session_user
                 AND pg_has_role(session_user, oid, 'MEMBER') ORDER BY 1"""
        )
        unforced = await connection.fetch(
            """SELECT c.relname FROM pg_class c
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
               WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
                 AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1"""
        )
    if login is not None:
        name = login["rolname"]
        if login["rolsuper"]:
            faults.append(f"the login {name} is a superuser")
        if login["rolbypassrls"]:
            faults.append(f"the login {name} has BYPASSRLS")
        if login["rolinherit"]:
            faults.append(f"the login {name} inherits its roles' rights (set NOINHERIT)")
        if login["owns"]:
            faults.append(f"the login {name} may become the tables' owner")
        if not login["rolsuper"]:  # who is a member of every role
            faults += [f"the role {row['rolname']} passes by row security" for row in passing]
    faults += [f"the table {row['relname']} does not force row security" for row in unforced]
    return faults


@across_workspaces("jobs carry ids only, and the claiming role sees nothing else")
async def is_job_done(store: Store, number: int) -> bool:
    """Whether a job is not in the queue any more."""
    async with store.claim_work() as connection:
        return not await connection.fetchval("SELECT EXISTS (SELECT FROM pgqueuer WHERE id = $1)", number)


@across_workspaces("jobs carry ids only, and the claiming role sees nothing else")
async def take_back_job(store: Store, number: int) -> float:
    """Remove a job that nobody has begun; how long the oldest other one that is due has waited, 0 when none is."""
    async with store.claim_work() as connection:
        await connection.execute("DELETE FROM pgqueuer WHERE id = $1 AND status = 'queued'", number)
        waited = await connection.fetchval(
            """SELECT extract(epoch FROM now() - min(execute_after))::float8 FROM pgqueuer
               WHERE status = 'queued' AND execute_after <= now()"""
        )
    return float(waited or 0)


@across_workspaces("jobs carry ids only, and the claiming role sees nothing else")
async def failed_jobs(store: Store) -> dict[str, int]:
    """How many jobs of each kind were given up and are kept, which is for a day."""
    async with store.claim_work() as connection:
        rows = await connection.fetch(
            "SELECT entrypoint, count(*) FROM pgqueuer WHERE status = 'failed' GROUP BY entrypoint ORDER BY entrypoint"
        )
    return {row["entrypoint"]: row["count"] for row in rows}
