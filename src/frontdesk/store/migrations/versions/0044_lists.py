"""Lists of one assistant's conversations, and the age of what waits to be delivered, are read from an index."""

from alembic import op

revision = "0044"
down_revision = "0043"

STATEMENTS = (
    # A workspace may have few conversations of an assistant among very many.
    """CREATE INDEX conversations_assistant
        ON conversations (workspace_id, assistant_id, last_message_at DESC, id DESC)""",
    # What waits is counted from it alone, with when the oldest was made.
    "DROP INDEX deliveries_due",
    "CREATE INDEX deliveries_due ON deliveries (due_at) INCLUDE (created_at) WHERE status = 'waiting'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
