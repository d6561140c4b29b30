"""What customers write beside a rating, and how often visitors of the site widget have a conversation mailed to them."""

from alembic import op

revision = "0047"
down_revision = "0046"

STATEMENTS = (
    # NULL: not said yet; empty: nothing is to be said.
    "ALTER TABLE conversations ADD COLUMN rating_comment text",
    # An address stands here as a keyed sum, for a day.
    """CREATE TABLE visitor_mails (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        visitor_id text NOT NULL,
        address_sum bytea NOT NULL,
        asked_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id))""",
    "CREATE INDEX visitor_mails_visitor ON visitor_mails (workspace_id, visitor_id, asked_at)",
    "CREATE INDEX visitor_mails_address ON visitor_mails (workspace_id, address_sum, asked_at)",
    "CREATE INDEX visitor_mails_asked ON visitor_mails (workspace_id, asked_at)",
    "ALTER TABLE visitor_mails ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE visitor_mails FORCE ROW LEVEL SECURITY",
    """CREATE POLICY own_workspace ON visitor_mails TO frontdesk_app
        USING (workspace_id = current_setting('frontdesk.workspace', true))
        WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON visitor_mails TO frontdesk_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
