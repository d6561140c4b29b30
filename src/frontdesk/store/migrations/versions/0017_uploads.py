"""Uploaded files: who uploaded what, and the conversation it belongs to and goes with."""

from alembic import op

revision = "0017"
down_revision = "0016"

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
    "ALTER TABLE uploads ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE uploads FORCE ROW LEVEL SECURITY",
    """CREATE POLICY own_workspace ON uploads TO frontdesk_app
        USING (workspace_id = current_setting('frontdesk.workspace', true))
        WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON uploads TO frontdesk_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
