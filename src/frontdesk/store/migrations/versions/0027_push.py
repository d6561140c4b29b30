"""Browsers of people that are sent notices while no page of ours is open."""

from alembic import op

revision = "0027"
down_revision = "0026"

STATEMENTS = (
    # A device goes with the session in which it was turned on. The key that its push service knows the workspace by
    # is among `secrets`, under the owner `push`.
    """CREATE TABLE push_subscriptions (
        workspace_id text NOT NULL,
        id text NOT NULL,
        account_id text NOT NULL,
        session_id text NOT NULL,
        endpoint text NOT NULL,
        p256dh text NOT NULL,
        auth text NOT NULL,
        browser text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now(),
        last_ok_at timestamptz,
        failures integer NOT NULL DEFAULT 0,
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, endpoint),
        FOREIGN KEY (workspace_id, account_id) REFERENCES accounts ON DELETE CASCADE,
        FOREIGN KEY (workspace_id, session_id) REFERENCES account_sessions ON DELETE CASCADE)""",
    "CREATE INDEX push_subscriptions_account ON push_subscriptions (workspace_id, account_id)",
    "CREATE INDEX push_subscriptions_session ON push_subscriptions (workspace_id, session_id)",
    "ALTER TABLE push_subscriptions ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE push_subscriptions FORCE ROW LEVEL SECURITY",
    """CREATE POLICY own_workspace ON push_subscriptions TO frontdesk_app
        USING (workspace_id = current_setting('frontdesk.workspace', true))
        WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON push_subscriptions TO frontdesk_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
