"""How much the files of visitors take together, and at which network address a conversation was asked for by mail."""

from alembic import op

revision = "0051"
down_revision = "0050"

STATEMENTS = (
    # A row for each ten minutes, for a day. `counted`: a network address as a keyed sum; empty, all of the workspace.
    """CREATE TABLE visitor_bytes (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        counted bytea NOT NULL,
        from_at timestamptz NOT NULL,
        bytes bigint NOT NULL,
        PRIMARY KEY (workspace_id, counted, from_at))""",
    "CREATE INDEX visitor_bytes_age ON visitor_bytes (workspace_id, from_at)",
    "ALTER TABLE visitor_bytes ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE visitor_bytes FORCE ROW LEVEL SECURITY",
    """CREATE POLICY own_workspace ON visitor_bytes TO frontdesk_app
        USING (workspace_id = current_setting('frontdesk.workspace', true))
        WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON visitor_bytes TO frontdesk_app",
    # The release before writes rows without it.
    "ALTER TABLE visitor_mails ADD COLUMN network_sum bytea",
    "CREATE INDEX visitor_mails_network ON visitor_mails (workspace_id, network_sum, asked_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
