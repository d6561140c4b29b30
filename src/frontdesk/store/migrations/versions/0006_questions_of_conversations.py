"""A question belongs to its conversation, and goes with it."""

from alembic import op

revision = "0006"
down_revision = "0005"

_SEEN = ("knowledge_questions", "conversations")
STATEMENTS = (
    """DELETE FROM knowledge_questions q WHERE NOT EXISTS (
        SELECT FROM conversations c WHERE c.workspace_id = q.workspace_id AND c.id = q.conversation_id)""",
    """ALTER TABLE knowledge_questions ADD CONSTRAINT knowledge_questions_conversation
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations ON DELETE CASCADE""",
    "CREATE INDEX knowledge_questions_conversation ON knowledge_questions (workspace_id, conversation_id)",
)


def upgrade() -> None:
    # Row security hides every row from the owner too, except for these statements.
    for table in _SEEN:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in STATEMENTS:
        op.execute(statement)
    for table in _SEEN:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
