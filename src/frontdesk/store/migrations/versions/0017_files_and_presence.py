"""Uploaded files with the conversations they go with; who is at work, and for how many customers at once."""

from alembic import op

revision = "0017"
down_revision = "0016"

TABLES = ("uploads", "presence")

STATEMENTS = (
    # The content is in `files`, once; nothing keeps it when the last upload of it has gone.
    """CREATE TABLE uploads (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        sha256 text NOT NULL,
        name text NOT NULL,
        content_type text NOT NULL,
        size_bytes bigint NOT NULL,
        width integer,
        height integer,
        uploaded_by text NOT NULL,
        conversation_id text,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        FOREIGN KEY (workspace_id, sha256) REFERENCES files,
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations ON DELETE CASCADE)""",
    "CREATE INDEX uploads_content ON uploads (workspace_id, sha256)",
    """CREATE INDEX uploads_conversation ON uploads (workspace_id, conversation_id)
        WHERE conversation_id IS NOT NULL""",
    "CREATE INDEX uploads_unused ON uploads (workspace_id, created_at) WHERE conversation_id IS NULL",
    "CREATE INDEX files_age ON files (workspace_id, created_at)",
    # `state` is what they chose, `shown` what their colleagues were last told; `seen_at`: an inbox of theirs was open.
    """CREATE TABLE presence (
        workspace_id text NOT NULL,
        account_id text NOT NULL,
        state text NOT NULL DEFAULT 'online' CHECK (state IN ('online', 'away', 'offline')),
        shown text NOT NULL DEFAULT 'offline' CHECK (shown IN ('online', 'away', 'offline')),
        capacity smallint CHECK (capacity BETWEEN 0 AND 1000),
        seen_at timestamptz,
        PRIMARY KEY (workspace_id, account_id),
        FOREIGN KEY (workspace_id, account_id) REFERENCES accounts ON DELETE CASCADE)""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"""CREATE POLICY own_workspace ON {table} TO frontdesk_app
                USING (workspace_id = current_setting('frontdesk.workspace', true))
                WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))"""
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO frontdesk_app")
