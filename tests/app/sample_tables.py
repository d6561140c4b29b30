"""Tables that stand for the product's: owned by a role of their own, row security forced, and `alembic_version`."""

from dataclasses import replace

import asyncpg

from frontdesk.app.postgres import Dsn, PostgresServer
from frontdesk.store import cluster

SCHEMA = (
    "SET ROLE frontdesk_owner",
    "CREATE TABLE alembic_version (version_num text PRIMARY KEY)",
    "INSERT INTO alembic_version VALUES ('0001')",
    "GRANT SELECT ON alembic_version TO frontdesk_app",
    "CREATE TABLE turns (workspace_id text, seq bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (workspace_id, seq))",
    "CREATE TABLE replies (workspace_id text, seq bigint, FOREIGN KEY (workspace_id, seq) REFERENCES turns)",
    "ALTER TABLE turns ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE turns FORCE ROW LEVEL SECURITY",
    "CREATE POLICY own ON turns TO frontdesk_app USING (workspace_id = current_setting('frontdesk.workspace', true))",
    "CREATE POLICY claim ON turns FOR SELECT TO frontdesk_claim USING (true)",
    "GRANT SELECT, INSERT ON turns, replies TO frontdesk_app",
    "GRANT SELECT ON turns TO frontdesk_claim",
    "RESET ROLE",
    "COMMENT ON TABLE turns IS 'what was said'",
)
TURN = (
    "WITH t AS (INSERT INTO turns (workspace_id) VALUES ($1) RETURNING *) INSERT INTO replies SELECT * FROM t"
)


async def run(dsn: Dsn, *statements: str) -> object:
    connection = await asyncpg.connect(dsn.url())
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


async def install(server: PostgresServer) -> None:
    """Tables and three turns of two workspaces in a fresh database of the program."""
    maintenance = replace(server.admin, database="postgres")
    await run(maintenance, "DROP DATABASE frontdesk WITH (FORCE)")
    await run(maintenance, "CREATE DATABASE frontdesk")
    await cluster.ensure_roles(maintenance.url(), server.program.user)
    await run(server.admin, "GRANT CREATE, USAGE ON SCHEMA public TO frontdesk_owner", *SCHEMA)
    connection = await asyncpg.connect(server.admin.url())
    await connection.executemany(TURN, [("ws_a",), ("ws_a",), ("ws_b",)])
    await connection.close()
