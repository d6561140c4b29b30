"""Which visitors are signed in on the page they write from, and what they were introduced with before they wrote."""

from alembic import op

revision = "0050"
down_revision = "0049"

STATEMENTS = (
    # `user_id`: who they are there, empty for who is not signed in. `proved_until`: how long that was shown to be so.
    # `about`: as `core.contact.Introduced`; the contact that comes with the first message has it.
    """ALTER TABLE visitor_sessions
        ADD COLUMN user_id text NOT NULL DEFAULT '',
        ADD COLUMN proved_until timestamptz,
        ADD COLUMN about jsonb NOT NULL DEFAULT '{}'""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
