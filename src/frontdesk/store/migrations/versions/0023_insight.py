"""Figures about conversations: those that began in a period, and the answers of people in them, found without reading
every message. Nothing on the way of a message but the row of a new conversation, and what people write, costs more."""

from alembic import op

revision = "0023"
down_revision = "0022"

STATEMENTS = (
    "CREATE INDEX conversations_begun ON conversations (workspace_id, created_at, id)",
    """CREATE INDEX messages_operator ON messages (workspace_id, conversation_id, created_at)
        WHERE author = 'operator'""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
