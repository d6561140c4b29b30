"""What is with a team is found by its name, and goes with the team to another name, however much it is; and lists in the order
of waiting are not sorted whole."""

from alembic import op

revision = "0030"
down_revision = "0029"

STATEMENTS = (
    # Names that conversations still have: they get the new one a few at a time.
    "ALTER TABLE teams ADD COLUMN former_names text[] NOT NULL DEFAULT '{}'",
    # Of turns of bots only those pay for these that hand over.
    """CREATE INDEX conversations_team ON conversations (workspace_id, team, last_message_at DESC, id DESC)
        WHERE team <> ''""",
    """CREATE INDEX conversations_in_line ON conversations (workspace_id, team, queued_at, id)
        WHERE owner = 'queued'""",
    # Lists in the order of waiting, of those too in which nobody waits.
    """CREATE INDEX conversations_by_wait
        ON conversations (workspace_id, (coalesce(waiting_since, 'infinity'::timestamptz)), id)""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
