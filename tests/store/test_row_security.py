"""A workspace never sees another's rows, whatever the program asks. Walks every table of the catalogue."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from tests.database import Database

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.ids import mint

CATALOGUE = """
    SELECT c.relname AS name, c.relrowsecurity AS secured, c.relforcerowsecurity AS forced,
           EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id') AS of_workspace
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1"""
COLUMNS = """
    SELECT column_name AS name, data_type AS type, udt_name AS udt FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' AND is_identity = 'NO'
      AND (column_name = 'workspace_id' OR is_nullable = 'NO' AND column_default IS NULL)"""
# Tables that belong to the installation, not to a workspace.
NOBODYS = {
    "alembic_version",
    "pgqueuer",
    "pgqueuer_log",
    "pgqueuer_schedules",
    "pgqueuer_statistics",
    "sign_in_tries",
}
# What `directory` finds the workspace of a request by; only its functions, run as the owner, see all of it.
WAY_IN = {
    "access_links",
    "account_sessions",
    "accounts",
    "api_keys",
    "assistant_hosts",
    "assistants",
    "channels",
    "integrations",
    "plans",
    "plans_given",
    "share_links",
    "tasks",
    "workspaces",
}
CLAIMED = {"deliveries", "inbound", "webhook_attempts", "webhooks"}
FUNCTIONS_OF_THE_OWNER = {
    "due_at_desk",
    "kept_too_long",
    "with_articles",
    "due_conversations",
    "every_workspace",
    "find_access_link",
    "find_account",
    "find_api_key",
    "find_assistant",
    "find_key",
    "find_session",
    "find_share",
    "origin_is_listed",
    "plan_of",
    "published_versions",
    "said_since",
    "uncounted",
    "workspaces_after",
}
# Where a check allows some words only:
ALLOWED = {
    ("accounts", "role"): "'viewer'",
    ("access_links", "kind"): "'reset'",
    ("api_keys", "kind"): "'api'",
    ("messages", "author"): "'bot'",
    ("plans", "name"): "'basic'",
    ("plans_given", "plan"): "'basic'",
    ("knowledge_questions", "outcome"): "'none'",
    ("share_links", "hash"): "md5(random()::text)::bytea",
}
VALUES = {
    "text": "md5(random()::text)",
    "jsonb": "'{}'",
    "bytea": "decode(md5(random()::text), 'hex')",
    "timestamp with time zone": "now()",
    "boolean": "false",
    "date": "now()",
    "bigint": "1",
    "integer": "1",
    "smallint": "1",
    "real": "1",
    "ARRAY": "'{}'",
    "USER-DEFINED": "'[1]'",
}


async def connected(url: str, **settings: str) -> asyncpg.Connection:
    return await asyncpg.connect(url, server_settings=settings)


@pytest.fixture
async def admin(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await connected(database.admin_url)
    yield connection
    await connection.close()


@pytest.fixture
async def app(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await connected(database.url, role="frontdesk_app")
    yield connection
    await connection.close()


async def tables_of_workspaces(admin: asyncpg.Connection) -> list[str]:
    return [row["name"] for row in await admin.fetch(CATALOGUE) if row["of_workspace"]]


async def fill(admin: asyncpg.Connection, table: str, workspace: WorkspaceId) -> None:
    """One row with whatever its columns take; references are not looked at."""
    columns = await admin.fetch(COLUMNS, table)
    values = [
        f"'{workspace}'"
        if column["name"] == "workspace_id"
        else ALLOWED.get((table, column["name"]), VALUES.get(column["type"], "NULL"))
        for column in columns
    ]
    names = ", ".join(column["name"] for column in columns)
    async with admin.transaction():
        await admin.execute("SET LOCAL session_replication_role = replica")
        await admin.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(values)})")  # noqa: S608  # catalogue


@pytest.fixture
async def two(admin: asyncpg.Connection) -> AsyncIterator[tuple[WorkspaceId, WorkspaceId]]:
    """Two workspaces with a row of each in every table; taken away again, workers of other tests claim rows."""
    ours, theirs = WorkspaceId(mint("ws")), WorkspaceId(mint("ws"))
    tables = await tables_of_workspaces(admin)
    for table in tables:
        await fill(admin, table, ours)
        await fill(admin, table, theirs)
    yield ours, theirs
    await admin.execute("SET session_replication_role = replica")
    for table in tables:
        await admin.execute(f"DELETE FROM {table} WHERE workspace_id = ANY ($1)", [ours, theirs])  # noqa: S608  # catalogue


async def visible(connection: asyncpg.Connection, table: str) -> set[str]:
    rows = await connection.fetch(f"SELECT workspace_id FROM {table}")  # noqa: S608  # a name of the catalogue
    return {row["workspace_id"] for row in rows}


async def test_every_table_is_a_workspaces_or_known_to_be_nobodys(admin: asyncpg.Connection) -> None:
    tables = await admin.fetch(CATALOGUE)
    assert {table["name"] for table in tables if not table["of_workspace"]} == NOBODYS
    for table in tables:
        if table["of_workspace"]:
            assert table["secured"], f"{table['name']} has no row security"
            assert table["forced"], f"{table['name']} does not force row security on its owner"


async def test_without_a_workspace_there_are_no_rows(
    admin: asyncpg.Connection, app: asyncpg.Connection, two: tuple[WorkspaceId, WorkspaceId]
) -> None:
    for table in await tables_of_workspaces(admin):
        assert await visible(admin, table) >= set(two), f"{table} was not filled"
        assert await visible(app, table) == set(), table
    await app.execute("SELECT set_config('frontdesk.workspace', '', false)")
    for table in await tables_of_workspaces(admin):
        assert await visible(app, table) == set(), table


async def test_within_a_workspace_there_are_its_rows_alone(
    admin: asyncpg.Connection, app: asyncpg.Connection, two: tuple[WorkspaceId, WorkspaceId]
) -> None:
    ours, theirs = two
    await app.execute("SELECT set_config('frontdesk.workspace', $1, false)", ours)
    for table in await tables_of_workspaces(admin):
        assert await visible(app, table) == {ours}, table
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(f"UPDATE {table} SET workspace_id = $1", theirs)  # noqa: S608  # catalogue
        if table != "audit":
            where = f"DELETE FROM {table} WHERE workspace_id = $1"  # noqa: S608  # catalogue
            assert await app.execute(where, theirs) == "DELETE 0", table


async def test_the_audit_log_cannot_be_changed_even_by_its_workspace(
    app: asyncpg.Connection, two: tuple[WorkspaceId, WorkspaceId]
) -> None:
    await app.execute("SELECT set_config('frontdesk.workspace', $1, false)", two[0])
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)


async def test_the_programs_login_has_no_way_around(database: Database, two: object) -> None:
    login = await connected(database.url)
    try:
        row = await login.fetchrow(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = session_user"
        )
        assert row is not None
        assert set(row.values()) == {False}
        for statement in (
            "SELECT * FROM messages",
            "SET ROLE frontdesk_owner",
            "SET SESSION AUTHORIZATION frontdesk_owner",
            "SET session_replication_role = replica",
            "CREATE TABLE mine (x int)",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await login.execute(statement)
        await login.execute("SET ROLE frontdesk_app")
        for statement in (
            "SET ROLE frontdesk_owner",
            "ALTER TABLE messages DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE messages NO FORCE ROW LEVEL SECURITY",
            "DROP POLICY own_workspace ON messages",
            "CREATE POLICY mine ON messages USING (true)",
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await login.execute(statement)
        await login.execute("SET row_security = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await login.execute("SELECT * FROM messages")
    finally:
        await login.close()


async def test_the_owner_sees_the_way_in_and_nothing_else(
    admin: asyncpg.Connection, two: tuple[WorkspaceId, WorkspaceId]
) -> None:
    tables = await tables_of_workspaces(admin)
    await admin.execute("SET ROLE frontdesk_owner")
    seen = {table for table in tables if await visible(admin, table)}
    assert seen == WAY_IN
    for table in WAY_IN:
        assert await admin.execute(f"DELETE FROM {table}") == "DELETE 0"  # noqa: S608  # the list above
    await admin.execute("RESET ROLE")
    definers = await admin.fetch(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    assert {row["proname"] for row in definers} == FUNCTIONS_OF_THE_OWNER


async def test_the_claiming_role_sees_its_tables_and_nothing_else(
    admin: asyncpg.Connection, database: Database, two: tuple[WorkspaceId, WorkspaceId]
) -> None:
    claiming: Any = await connected(database.url, role="frontdesk_claim")
    try:
        for table in await tables_of_workspaces(admin):
            if table in CLAIMED:
                assert await visible(claiming, table) >= set(two)
            else:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await visible(claiming, table)
    finally:
        await claiming.close()


async def test_the_claiming_role_finds_no_way_in(database: Database) -> None:
    claiming: Any = await connected(database.url, role="frontdesk_claim")
    try:
        for statement in ("SELECT * FROM find_key('x')", "SELECT * FROM find_assistant('x', '', 'rest')"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await claiming.execute(statement)
    finally:
        await claiming.close()


async def test_the_ordinary_role_has_nothing_of_the_claiming_one(
    admin: asyncpg.Connection, app: asyncpg.Connection, two: tuple[WorkspaceId, WorkspaceId]
) -> None:
    """Neither may act as the other; only the login, which has no rights itself, takes on one of them."""
    for role, other in (("frontdesk_app", "frontdesk_claim"), ("frontdesk_claim", "frontdesk_app")):
        assert not await admin.fetchval("SELECT pg_has_role($1, $2, 'MEMBER')", role, other), role
    for statement in (
        "SELECT payload FROM pgqueuer",
        "UPDATE pgqueuer SET status = 'picked'",
        "DELETE FROM pgqueuer",
        "SELECT * FROM pgqueuer_log",
        "SELECT * FROM pgqueuer_schedules",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)
    for table in CLAIMED:
        assert await visible(app, table) == set(), table
        assert await app.execute(f"DELETE FROM {table}") == "DELETE 0"  # noqa: S608  # the list above


async def test_a_conversation_refers_to_its_channel_and_contact_alone(admin: asyncpg.Connection) -> None:
    """What it says of task, assistant and bot version is history and outlives them (decisions/0012)."""
    found = await admin.fetch(
        "SELECT confrelid::regclass::text AS to FROM pg_constraint "
        "WHERE conrelid = 'conversations'::regclass AND contype = 'f'"
    )
    assert {row["to"] for row in found} == {"channels", "contacts"}
