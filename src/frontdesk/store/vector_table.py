"""The table of vectors, which is there where PostgreSQL has pgvector. Made by `migrate`, whenever it finds pgvector."""

from sqlalchemy import Connection, text

from frontdesk.store.connect import across_workspaces

TABLE = "passage_vectors"
_HALF = "SELECT EXISTS (SELECT FROM pg_type WHERE typname = 'halfvec')"
# Sentences lie beside the row, so that looking through all wholes reads nothing of them.
STATEMENTS = (
    f"""CREATE TABLE IF NOT EXISTS {TABLE} (
        workspace_id text NOT NULL,
        fingerprint text NOT NULL,
        no bigint NOT NULL,
        whole halfvec NOT NULL,
        sentences halfvec[] NOT NULL,
        PRIMARY KEY (workspace_id, fingerprint, no),
        FOREIGN KEY (workspace_id, no) REFERENCES passages ON DELETE CASCADE)""",
    f"ALTER TABLE {TABLE} ALTER COLUMN whole SET STORAGE main",
    f"ALTER TABLE {TABLE} ALTER COLUMN sentences SET STORAGE external",
    f"CREATE INDEX IF NOT EXISTS {TABLE}_passage ON {TABLE} (workspace_id, no)",
    f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY",
    f"DROP POLICY IF EXISTS own_workspace ON {TABLE}",
    f"""CREATE POLICY own_workspace ON {TABLE} TO frontdesk_app
        USING (workspace_id = current_setting('frontdesk.workspace', true))
        WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))""",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO frontdesk_app",
)


@across_workspaces("makes a table, reads no rows")
def make_vector_table(connection: Connection) -> None:
    """Nothing happens where pgvector is missing or too old for half-precision vectors, or the table is there."""
    if not connection.scalar(text(_HALF)) or connection.scalar(text(f"SELECT to_regclass('{TABLE}')")):
        return
    for statement in STATEMENTS:
        connection.execute(text(statement))
