"""Models of bots' intents: what was learnt of a version's examples, and how far it has come."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    # `wanted` is the fingerprint of the embedder it was to be trained with, `fingerprint` that of the one it was.
    """CREATE TABLE intent_models (
        workspace_id text NOT NULL,
        bot_version_id text NOT NULL,
        wanted text NOT NULL,
        assistant_id text NOT NULL,
        state text NOT NULL DEFAULT 'training' CHECK (state IN ('training', 'ready', 'failed', 'none')),
        token text NOT NULL DEFAULT '',
        beat_at timestamptz NOT NULL DEFAULT now(),
        attempts integer NOT NULL DEFAULT 1,
        done integer NOT NULL DEFAULT 0,
        total integer NOT NULL DEFAULT 0,
        reason text NOT NULL DEFAULT '',
        remarks jsonb NOT NULL DEFAULT '[]',
        lesson text NOT NULL DEFAULT '',
        fingerprint text NOT NULL DEFAULT '',
        intents integer NOT NULL DEFAULT 0,
        examples integer NOT NULL DEFAULT 0,
        accuracy real NOT NULL DEFAULT 0,
        model bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        PRIMARY KEY (workspace_id, bot_version_id, wanted),
        FOREIGN KEY (workspace_id, bot_version_id) REFERENCES bot_versions (workspace_id, id) ON DELETE CASCADE)""",
    "CREATE INDEX intent_models_newest ON intent_models (workspace_id, assistant_id, finished_at DESC)",
    # Packed already; what the database would try to shrink again only costs time.
    "ALTER TABLE intent_models ALTER COLUMN model SET STORAGE EXTERNAL",
    "ALTER TABLE intent_models ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE intent_models FORCE ROW LEVEL SECURITY",
    """CREATE POLICY own_workspace ON intent_models TO frontdesk_app
        USING (workspace_id = current_setting('frontdesk.workspace', true))
        WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON intent_models TO frontdesk_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
