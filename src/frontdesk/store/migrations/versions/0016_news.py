"""Messages and conversations know which transaction wrote them last: what a live feed finds its news by."""

from alembic import op

revision = "0016"
down_revision = "0013"

STATEMENTS = (
    # Both columns come without a rewrite: what is there already counts as written by this transaction.
    "ALTER TABLE messages ADD COLUMN written_in xid8 NOT NULL DEFAULT pg_current_xact_id()",
    "ALTER TABLE conversations ADD COLUMN written_in xid8 NOT NULL DEFAULT pg_current_xact_id()",
    "CREATE INDEX messages_written ON messages (workspace_id, written_in)",
    "CREATE INDEX conversations_written ON conversations (workspace_id, written_in)",
    """CREATE FUNCTION note_written() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.written_in := pg_current_xact_id();
            RETURN NEW;
        END $$""",
    "REVOKE ALL ON FUNCTION note_written() FROM PUBLIC",
    """CREATE TRIGGER messages_written BEFORE UPDATE ON messages
        FOR EACH ROW WHEN (OLD.written_in = NEW.written_in) EXECUTE FUNCTION note_written()""",
    # The taking of a lane is no news: whoever changes what is shown raises the version.
    """CREATE TRIGGER conversations_written BEFORE UPDATE ON conversations
        FOR EACH ROW WHEN (OLD.version IS DISTINCT FROM NEW.version) EXECUTE FUNCTION note_written()""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
