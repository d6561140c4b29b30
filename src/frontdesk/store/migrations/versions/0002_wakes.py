"""Conversations that go on by themselves: when, as a column that can be looked for."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """ALTER TABLE conversations ADD COLUMN wake_at timestamptz
        GENERATED ALWAYS AS (to_timestamp((state ->> 'wake_at')::float8)) STORED""",
    """CREATE INDEX conversations_wake ON conversations (wake_at)
        WHERE wake_at IS NOT NULL AND owner = 'bot'""",
    # The function below sees conversations that are due, for as long as they are, and nothing else of any workspace.
    """CREATE POLICY wakes ON conversations FOR SELECT TO frontdesk_owner
        USING (wake_at <= now() AND owner = 'bot')""",
    # A moment is a message of its own id: what was put in once, by whatever process, cannot be put in again.
    """CREATE FUNCTION due_conversations(most integer)
    RETURNS TABLE (workspace_id text, conversation_id text, channel_id text, provider_id text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        SELECT c.workspace_id, c.id, c.channel_id, 'wake:' || c.id || ':' || (c.state ->> 'wake_at')
        FROM conversations c
        WHERE c.wake_at <= now() AND c.owner = 'bot'
        ORDER BY c.wake_at
        LIMIT most
    $$""",
    "REVOKE ALL ON FUNCTION due_conversations(integer) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION due_conversations(integer) TO frontdesk_claim",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
