"""Where words stand in conversations, for search. Made from the messages a moment after they were said.

Words are compared as plain text: what the database cannot prove harmless it does not look up in an index behind row
security, and full-text operators are among that.
"""

from alembic import op

revision = "0013"
down_revision = "0012"

STATEMENTS = (
    # `kind`: m of what customers, bots and people said, n of notes. `seqs`: of the last messages with the word.
    """CREATE TABLE search_words (
        workspace_id text NOT NULL,
        kind text NOT NULL,
        word text COLLATE "C" NOT NULL,
        conversation_id text NOT NULL,
        seqs bigint[] NOT NULL,
        PRIMARY KEY (workspace_id, kind, word, conversation_id),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations ON DELETE CASCADE)""",
    "CREATE INDEX search_words_conversation ON search_words (workspace_id, conversation_id)",
    # Every message up to this one is among the words; ids are in the order of time.
    """CREATE TABLE search_marks (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE PRIMARY KEY,
        message_id text NOT NULL)""",
)
TABLES = ("search_words", "search_marks")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"""CREATE POLICY own_workspace ON {table} TO frontdesk_app
                USING (workspace_id = current_setting('frontdesk.workspace', true))
                WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))"""
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO frontdesk_app")
