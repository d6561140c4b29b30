"""Messages whose sender was answered with nothing because the turn took too long: what it said is fetched."""

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    # Comes without a rewrite.
    op.execute("ALTER TABLE inbound ADD COLUMN late boolean NOT NULL DEFAULT false")
