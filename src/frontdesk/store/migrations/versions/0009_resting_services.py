"""That an AI service is left alone for a while, for people to see: since when, why, until when."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("ALTER TABLE ai_services ADD COLUMN rests jsonb")
