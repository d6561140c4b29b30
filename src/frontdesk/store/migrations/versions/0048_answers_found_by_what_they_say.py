"""Passages that are the questions of a curated answer, beside those of what it says; null: a former release made it."""

from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    op.execute("ALTER TABLE passages ADD COLUMN asks boolean")
