"""Which way of training a model of intents came of, so that a better one replaces it."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    # Those there are may be older than any number: each is made anew once, and serves until then.
    op.execute("ALTER TABLE intent_models ADD COLUMN recipe integer NOT NULL DEFAULT 0")
