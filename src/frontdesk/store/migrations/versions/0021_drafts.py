"""Drafts of bots, versions made to try one, and a bin for articles."""

from alembic import op

revision = "0021"
down_revision = "0018"

STATEMENTS = (
    # One row an assistant, also between drafts: `row_version` only ever grows, so that no tag of it comes twice.
    """CREATE TABLE bot_drafts (
        workspace_id text NOT NULL,
        assistant_id text NOT NULL,
        base_version text,
        is_open boolean NOT NULL DEFAULT true,
        discarded_at timestamptz,
        row_version bigint NOT NULL DEFAULT 1,
        edited_by text NOT NULL,
        edited_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, assistant_id),
        FOREIGN KEY (workspace_id, assistant_id) REFERENCES assistants ON DELETE CASCADE)""",
    """CREATE TABLE bot_draft_files (
        workspace_id text NOT NULL,
        assistant_id text NOT NULL,
        path text NOT NULL,
        content text NOT NULL,
        edited_by text NOT NULL,
        edited_at timestamptz NOT NULL,
        removed_at timestamptz,
        PRIMARY KEY (workspace_id, assistant_id, path),
        FOREIGN KEY (workspace_id, assistant_id) REFERENCES bot_drafts ON DELETE CASCADE)""",
    # A version without a number was made to try a draft and was never published.
    "ALTER TABLE bot_versions ALTER COLUMN number DROP NOT NULL",
    "CREATE INDEX bot_versions_tried ON bot_versions (workspace_id, assistant_id, created_at) WHERE number IS NULL",
    # What is removed stays in the bin for a while: it is due until nothing finds it any more, and then rests.
    "ALTER TABLE articles DROP COLUMN due",
    """ALTER TABLE articles ADD COLUMN due boolean GENERATED ALWAYS AS (CASE status
        WHEN 'published' THEN indexed_version IS DISTINCT FROM version
        ELSE indexed_version IS NOT NULL END AND problem = '') STORED""",
    "CREATE INDEX articles_due ON articles (workspace_id, updated_at) WHERE due",
    "CREATE INDEX articles_removed ON articles (workspace_id, updated_at) WHERE status = 'removed'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in ("bot_drafts", "bot_draft_files"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"""CREATE POLICY own_workspace ON {table} TO frontdesk_app
                USING (workspace_id = current_setting('frontdesk.workspace', true))
                WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))"""
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO frontdesk_app")
