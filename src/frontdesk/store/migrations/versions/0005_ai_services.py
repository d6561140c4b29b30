"""Services of language models, what they may cost, and what they have cost."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = ("ai_services", "ai_limits", "ai_usage", "ai_days")

STATEMENTS = (
    # The API key is among `secrets`, under this row's id. `place`: the lowest is asked first.
    """CREATE TABLE ai_services (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        kind text NOT NULL,
        name text NOT NULL,
        settings jsonb NOT NULL DEFAULT '{}',
        models jsonb NOT NULL DEFAULT '{}',
        limits jsonb NOT NULL DEFAULT '{}',
        place integer NOT NULL,
        enabled boolean NOT NULL DEFAULT true,
        row_version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, name))""",
    """CREATE TABLE ai_limits (
        workspace_id text PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
        limits jsonb NOT NULL DEFAULT '{}',
        changed_at timestamptz NOT NULL DEFAULT now())""",
    # One row an answer, nothing of what was said. `held`: begun and not ended, counted with its estimate.
    """CREATE TABLE ai_usage (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        service_id text NOT NULL,
        assistant_id text,
        conversation_id text,
        purpose text NOT NULL,
        model text NOT NULL,
        outcome text NOT NULL DEFAULT 'held',
        prompt_tokens bigint NOT NULL,
        answer_tokens bigint NOT NULL,
        is_estimate boolean NOT NULL DEFAULT true,
        cost_micros bigint NOT NULL DEFAULT 0,
        took_ms integer,
        day date NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id))""",
    """CREATE INDEX ai_usage_conversation ON ai_usage (workspace_id, conversation_id)
        INCLUDE (prompt_tokens, answer_tokens) WHERE conversation_id IS NOT NULL""",
    "CREATE INDEX ai_usage_age ON ai_usage (workspace_id, created_at)",
    # Sums, so that a budget is judged by some dozens of rows; kept when the rows above have gone.
    """CREATE TABLE ai_days (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        day date NOT NULL,
        service_id text NOT NULL,
        model text NOT NULL,
        answers bigint NOT NULL DEFAULT 0,
        failures bigint NOT NULL DEFAULT 0,
        prompt_tokens bigint NOT NULL DEFAULT 0,
        answer_tokens bigint NOT NULL DEFAULT 0,
        cost_micros bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (workspace_id, day, service_id, model))""",
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
