"""Alerts of a workspace, what it wants to be told of and when, and the faults that are counted for them."""

from alembic import op

revision = "0038"
down_revision = "0037"

TABLES = ("alerts", "alert_settings", "fault_counts")

STATEMENTS = (
    # One of a kind is open at a time; `over_at` ends it.
    """CREATE TABLE alerts (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        kind text NOT NULL,
        figure double precision NOT NULL DEFAULT 0,
        threshold double precision NOT NULL DEFAULT 0,
        raised_at timestamptz NOT NULL,
        over_at timestamptz,
        acknowledged_at timestamptz,
        acknowledged_by text NOT NULL DEFAULT '',
        PRIMARY KEY (workspace_id, id))""",
    "CREATE UNIQUE INDEX alerts_open ON alerts (workspace_id, kind) WHERE over_at IS NULL",
    """CREATE TABLE alert_settings (
        workspace_id text PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
        settings jsonb NOT NULL,
        row_version bigint NOT NULL DEFAULT 1)""",
    """CREATE TABLE fault_counts (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        kind text NOT NULL,
        at timestamptz NOT NULL,
        count integer NOT NULL,
        PRIMARY KEY (workspace_id, kind, at))""",
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
