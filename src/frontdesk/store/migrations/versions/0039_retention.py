"""After how many days closed conversations are deleted, and what their figures said, which stays; browsers of customers."""

from alembic import op

revision = "0039"
down_revision = "0038"

TABLES = ("retention", "kept_figures")

STATEMENTS = (
    # `closed_days`: null keeps everything. Its least is `store.retention.LEAST_DAYS`.
    """CREATE TABLE retention (
        workspace_id text PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
        closed_days integer CHECK (closed_days BETWEEN 14 AND 36500),
        row_version bigint NOT NULL DEFAULT 1)""",
    # As `conversation_figures`, without the conversation and the moment, times in whole seconds: nobody can be found by it.
    """CREATE TABLE kept_figures (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id bigint GENERATED ALWAYS AS IDENTITY,
        day date NOT NULL,
        hour smallint NOT NULL,
        assistant_id text NOT NULL,
        channel_id text NOT NULL,
        team text NOT NULL,
        ended text NOT NULL,
        solved text NOT NULL,
        is_handed boolean NOT NULL,
        reason text NOT NULL,
        wait_s float8,
        first_s float8,
        closed_s float8,
        score float8,
        first_by text,
        operators text[] NOT NULL,
        flows text[] NOT NULL,
        PRIMARY KEY (workspace_id, id))""",
    "CREATE INDEX kept_figures_day ON kept_figures (workspace_id, day)",
    "CREATE INDEX kept_figures_team ON kept_figures (workspace_id, team)",
    "CREATE INDEX conversations_closed ON conversations (workspace_id, closed_at) WHERE owner = 'closed'",
    """ALTER TABLE conversations
        ADD COLUMN browser text NOT NULL DEFAULT '',
        ADD COLUMN device text NOT NULL DEFAULT ''""",
    # What is stored beside a conversation is found by it when it goes.
    "CREATE INDEX events_conversation ON events (workspace_id, conversation_id)",
    """CREATE INDEX deliveries_conversation ON deliveries (workspace_id, conversation_id)
        WHERE conversation_id IS NOT NULL""",
    "CREATE INDEX traces_conversation ON traces (workspace_id, conversation_id)",
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
