"""Endpoints that are told of events, and every attempt to reach one."""

from alembic import op

revision = "0032"
down_revision = "0031"

TABLES = ("webhooks", "webhook_attempts")

STATEMENTS = (
    # What signs is among `secrets`, under this row's id. `failing_since`: the first failure without a success after it.
    """CREATE TABLE webhooks (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        url text NOT NULL,
        events text[] NOT NULL,
        description text NOT NULL DEFAULT '',
        enabled boolean NOT NULL DEFAULT true,
        disabled_because text NOT NULL DEFAULT '' CHECK (disabled_because IN ('', 'by_hand', 'gone', 'failing')),
        disabled_detail text NOT NULL DEFAULT '',
        disabled_at timestamptz,
        failing_since timestamptz,
        fails integer NOT NULL DEFAULT 0,
        held boolean NOT NULL DEFAULT false,
        row_version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        PRIMARY KEY (workspace_id, id))""",
    """CREATE INDEX webhooks_told ON webhooks (workspace_id) WHERE enabled AND deleted_at IS NULL""",
    "ALTER TABLE deliveries ADD COLUMN event text",
    # What went to one endpoint, the newest first; and what waits for it.
    """CREATE INDEX deliveries_webhook ON deliveries (workspace_id, target_id, seq DESC)
        WHERE target_id LIKE 'hook%'""",
    """CREATE INDEX deliveries_webhook_waiting ON deliveries (workspace_id, target_id)
        WHERE target_id LIKE 'hook%' AND status IN ('waiting', 'sending')""",
    """CREATE TABLE webhook_attempts (
        workspace_id text NOT NULL,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        webhook_id text NOT NULL,
        delivery_id text NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        took_ms integer NOT NULL,
        ok boolean NOT NULL,
        status smallint,
        detail text NOT NULL DEFAULT '',
        answer bytea NOT NULL DEFAULT '',
        PRIMARY KEY (workspace_id, seq),
        FOREIGN KEY (workspace_id, delivery_id) REFERENCES deliveries ON DELETE CASCADE)""",
    "CREATE INDEX webhook_attempts_delivery ON webhook_attempts (workspace_id, delivery_id, seq)",
    "CREATE INDEX webhook_attempts_ok ON webhook_attempts (workspace_id, webhook_id, at) WHERE ok",
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
        op.execute(f"CREATE POLICY claim ON {table} TO frontdesk_claim USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT, UPDATE ON webhooks TO frontdesk_claim")
    op.execute("GRANT SELECT, INSERT ON webhook_attempts TO frontdesk_claim")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO frontdesk_app, frontdesk_claim")
