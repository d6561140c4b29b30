"""Changed conversations wait to be counted in a table, and sums hold the times that medians are made of.

Sums of an older release say nothing of times (`waits` is null): their days are summed again by the job, and nobody is shown figures before.
"""

from alembic import op

revision = "0041"
down_revision = "0039"

STATEMENTS = (
    # Whatever is there has changed since its row of figures was written.
    """CREATE TABLE figure_changes (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        conversation_id text NOT NULL,
        PRIMARY KEY (workspace_id, conversation_id))""",
    # Seconds: to a person's answer after the hand-off, to a person's first line, to the closing.
    """ALTER TABLE figure_sums
        ADD COLUMN waits float8[],
        ADD COLUMN firsts float8[],
        ADD COLUMN closes float8[]""",
    "CREATE INDEX figure_sums_stale ON figure_sums (workspace_id, day) WHERE kind = 'all' AND waits IS NULL",
    # The page Analytics reads these of thousands of questions, and nothing else of them.
    "DROP INDEX knowledge_questions_asked",
    """CREATE INDEX knowledge_questions_asked ON knowledge_questions (workspace_id, asked_at)
        INCLUDE (outcome, assistant_id)""",
    # Filters of the API's lists of which a workspace may have few among very many.
    """CREATE INDEX conversations_priority ON conversations (workspace_id, priority, last_message_at DESC, id DESC)
        WHERE priority <> 1""",
    """CREATE INDEX deliveries_webhook_failed ON deliveries (workspace_id, target_id, seq DESC)
        WHERE target_id LIKE 'hook%' AND status = 'failed'""",
    """CREATE INDEX deliveries_webhook_event ON deliveries (workspace_id, target_id, event, seq DESC)
        WHERE target_id LIKE 'hook%'""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    op.execute("ALTER TABLE figure_changes ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE figure_changes FORCE ROW LEVEL SECURITY")
    op.execute(
        """CREATE POLICY own_workspace ON figure_changes TO frontdesk_app
            USING (workspace_id = current_setting('frontdesk.workspace', true))
            WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))"""
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON figure_changes TO frontdesk_app")
