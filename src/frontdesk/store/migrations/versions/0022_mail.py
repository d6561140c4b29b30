"""How a workspace sends mail, and its last mails found quickly; its own settings are changed by whoever read them last."""

from alembic import op

revision = "0022"
down_revision = "0021"

STATEMENTS = (
    "ALTER TABLE workspaces ADD COLUMN row_version bigint NOT NULL DEFAULT 1",
    # The password is among `secrets`, under the owner `mail`. `kind`: the plug-in that sends.
    """CREATE TABLE mail_settings (
        workspace_id text PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
        kind text NOT NULL,
        settings jsonb NOT NULL DEFAULT '{}',
        row_version bigint NOT NULL DEFAULT 1,
        changed_at timestamptz NOT NULL DEFAULT now())""",
    "CREATE INDEX deliveries_mails ON deliveries (workspace_id, seq DESC) WHERE target_id = 'mail'",
    "ALTER TABLE mail_settings ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE mail_settings FORCE ROW LEVEL SECURITY",
    """CREATE POLICY own_workspace ON mail_settings TO frontdesk_app
        USING (workspace_id = current_setting('frontdesk.workspace', true))
        WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON mail_settings TO frontdesk_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
