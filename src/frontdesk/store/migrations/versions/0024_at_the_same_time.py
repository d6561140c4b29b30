"""What people and bots do at the same time: webhooks know of which message they tell, so that one which is held back is
told to nobody; a line that came before is found wherever its conversation is held by now."""

from alembic import op

revision = "0024"
down_revision = "0023"

STATEMENTS = (
    # `message_id` is the message that a delivery carries to its customer; `tells_of` the one that it tells others of.
    "ALTER TABLE deliveries ADD COLUMN tells_of text",
    """CREATE INDEX messages_client_of ON messages (workspace_id, conversation_id, client_id)
        WHERE client_id IS NOT NULL""",
    """CREATE INDEX conversations_merged ON conversations (workspace_id, merged_into)
        WHERE merged_into IS NOT NULL""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
