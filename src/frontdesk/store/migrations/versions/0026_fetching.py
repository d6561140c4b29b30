"""Customers fetch what was written to them: whose token opens a conversation, and when a message was fetched. And how
much of a conversation a language model has looked at for what it shows."""

from alembic import op

revision = "0026"
down_revision = "0025"

STATEMENTS = (
    # All come without a rewrite: conversations that are there already are opened by keys alone.
    "ALTER TABLE conversations ADD COLUMN reader text NOT NULL DEFAULT ''",
    "ALTER TABLE conversations ADD COLUMN judged_seq bigint NOT NULL DEFAULT 0",
    "ALTER TABLE messages ADD COLUMN fetched_at timestamptz",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
