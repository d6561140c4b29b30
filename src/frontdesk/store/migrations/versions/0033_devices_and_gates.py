"""Browsers that somebody removed stay removed; what the tests of a draft said is kept for whoever publishes it."""

from alembic import op

revision = "0033"
down_revision = "0032"

STATEMENTS = (
    # Named by the id that the browser knows itself by: a device that went with its session is not here.
    """CREATE TABLE push_removed (
        workspace_id text NOT NULL,
        id text NOT NULL,
        account_id text NOT NULL,
        removed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        FOREIGN KEY (workspace_id, account_id) REFERENCES accounts ON DELETE CASCADE)""",
    "CREATE INDEX push_removed_account ON push_removed (workspace_id, account_id)",
    "CREATE INDEX push_removed_at ON push_removed (workspace_id, removed_at)",
    "ALTER TABLE push_removed ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE push_removed FORCE ROW LEVEL SECURITY",
    """CREATE POLICY own_workspace ON push_removed TO frontdesk_app
        USING (workspace_id = current_setting('frontdesk.workspace', true))
        WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))""",
    "GRANT SELECT, INSERT, DELETE ON push_removed TO frontdesk_app",
    # Of each assistant the last time alone: `digest` names the files that were held, and those that answered then.
    """CREATE TABLE bot_gates (
        workspace_id text NOT NULL,
        assistant_id text NOT NULL,
        digest text NOT NULL,
        is_held boolean NOT NULL,
        to_accept jsonb NOT NULL,
        held_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, assistant_id),
        FOREIGN KEY (workspace_id, assistant_id) REFERENCES assistants ON DELETE CASCADE)""",
    "ALTER TABLE bot_gates ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE bot_gates FORCE ROW LEVEL SECURITY",
    """CREATE POLICY own_workspace ON bot_gates TO frontdesk_app
        USING (workspace_id = current_setting('frontdesk.workspace', true))
        WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON bot_gates TO frontdesk_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
