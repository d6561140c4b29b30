"""What opens a conversation to the browser that began it on a page with the site widget."""

from alembic import op

revision = "0043"
down_revision = "0041"

STATEMENTS = (
    # `next_hash`: of the token that was handed out and not shown yet; then it takes the place of the present one, which is good
    # a little longer as `before_hash`, for tabs that still have it.
    """CREATE TABLE visitor_sessions (
        workspace_id text NOT NULL,
        id text NOT NULL,
        channel_id text NOT NULL,
        assistant_id text NOT NULL,
        external_id text NOT NULL,
        token_hash bytea NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        next_hash bytea,
        before_hash bytea,
        before_until timestamptz,
        seen_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        FOREIGN KEY (workspace_id, channel_id) REFERENCES channels ON DELETE CASCADE,
        FOREIGN KEY (workspace_id, assistant_id) REFERENCES assistants ON DELETE CASCADE)""",
    "CREATE UNIQUE INDEX visitor_sessions_token ON visitor_sessions (workspace_id, token_hash)",
    "CREATE INDEX visitor_sessions_next ON visitor_sessions (workspace_id, next_hash) WHERE next_hash IS NOT NULL",
    "CREATE INDEX visitor_sessions_before ON visitor_sessions (workspace_id, before_hash) WHERE before_hash IS NOT NULL",
    "CREATE INDEX visitor_sessions_channel ON visitor_sessions (workspace_id, channel_id, external_id)",
    "CREATE INDEX visitor_sessions_assistant ON visitor_sessions (workspace_id, assistant_id)",
    "CREATE INDEX visitor_sessions_seen ON visitor_sessions (workspace_id, seen_at)",
    "ALTER TABLE visitor_sessions ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE visitor_sessions FORCE ROW LEVEL SECURITY",
    """CREATE POLICY own_workspace ON visitor_sessions TO frontdesk_app
        USING (workspace_id = current_setting('frontdesk.workspace', true))
        WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON visitor_sessions TO frontdesk_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
