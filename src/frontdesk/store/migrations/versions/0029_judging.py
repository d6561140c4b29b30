"""How much of a conversation a language model has looked at for what it shows."""

from alembic import op

revision = "0029"
down_revision = "0027"


def upgrade() -> None:
    op.execute("ALTER TABLE conversations ADD COLUMN judged_seq bigint NOT NULL DEFAULT 0")
