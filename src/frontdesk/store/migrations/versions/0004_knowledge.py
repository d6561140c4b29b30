"""The knowledge base: articles and their versions, what is found of them, what was asked."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = (
    """CREATE TABLE knowledge_sources (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, name))""",
    """CREATE TABLE articles (
        workspace_id text NOT NULL,
        id text NOT NULL,
        source_id text NOT NULL,
        path text,
        kind text NOT NULL DEFAULT 'article' CHECK (kind IN ('article', 'answer')),
        title text NOT NULL,
        body text NOT NULL,
        questions text[] NOT NULL DEFAULT '{}',
        url text NOT NULL DEFAULT '',
        language text NOT NULL,
        tags text[] NOT NULL DEFAULT '{}',
        audience text NOT NULL DEFAULT '',
        status text NOT NULL DEFAULT 'published' CHECK (status IN ('draft', 'published', 'removed')),
        version integer NOT NULL DEFAULT 1,
        indexed_version integer,
        problem text NOT NULL DEFAULT '',
        due boolean GENERATED ALWAYS AS (CASE status
            WHEN 'published' THEN indexed_version IS DISTINCT FROM version
            WHEN 'draft' THEN indexed_version IS NOT NULL ELSE true END AND problem = '') STORED,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL,
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, source_id, path),
        FOREIGN KEY (workspace_id, source_id) REFERENCES knowledge_sources ON DELETE CASCADE)""",
    # What indexing has still to do: to make findable, or to take away.
    "CREATE INDEX articles_due ON articles (workspace_id, updated_at) WHERE due",
    """CREATE TABLE article_versions (
        workspace_id text NOT NULL,
        article_id text NOT NULL,
        number integer NOT NULL,
        content jsonb NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, article_id, number),
        FOREIGN KEY (workspace_id, article_id) REFERENCES articles ON DELETE CASCADE)""",
    """CREATE TABLE passages (
        workspace_id text NOT NULL,
        no bigint NOT NULL,
        article_id text NOT NULL,
        language text NOT NULL,
        headings text[] NOT NULL,
        text text NOT NULL,
        start integer NOT NULL,
        sentences integer[] NOT NULL,
        terms text[] NOT NULL,
        length integer NOT NULL,
        PRIMARY KEY (workspace_id, no),
        FOREIGN KEY (workspace_id, article_id) REFERENCES articles ON DELETE CASCADE)""",
    "CREATE INDEX passages_article ON passages (workspace_id, article_id)",
    # One row a term, its passages packed: a question reads as many rows as it has words.
    """CREATE TABLE postings (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        language text NOT NULL,
        term text COLLATE "C" NOT NULL,
        packed bytea NOT NULL,
        PRIMARY KEY (workspace_id, language, term)) WITH (fillfactor = 80)""",
    """CREATE TABLE knowledge_languages (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        language text NOT NULL,
        passages bigint NOT NULL,
        terms bigint NOT NULL,
        PRIMARY KEY (workspace_id, language))""",
    """CREATE TABLE knowledge_indexes (
        workspace_id text PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
        next_no bigint NOT NULL DEFAULT 1,
        fingerprint text,
        problem text NOT NULL DEFAULT '',
        changed_at timestamptz NOT NULL DEFAULT now())""",
    """CREATE TABLE knowledge_questions (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        key text NOT NULL,
        asked_at timestamptz NOT NULL DEFAULT now(),
        assistant_id text NOT NULL,
        conversation_id text NOT NULL,
        question text NOT NULL,
        language text NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('found', 'none', 'unavailable')),
        how text NOT NULL DEFAULT '',
        fit real NOT NULL DEFAULT 0,
        article_id text,
        ms integer NOT NULL DEFAULT 0,
        settled_at timestamptz,
        PRIMARY KEY (workspace_id, key))""",
    "CREATE INDEX knowledge_questions_asked ON knowledge_questions (workspace_id, asked_at)",
    """CREATE INDEX knowledge_questions_open ON knowledge_questions (workspace_id, asked_at)
        WHERE outcome = 'none' AND settled_at IS NULL""",
)
WORKSPACE_TABLES = (
    "knowledge_sources",
    "articles",
    "article_versions",
    "passages",
    "postings",
    "knowledge_languages",
    "knowledge_indexes",
    "knowledge_questions",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in WORKSPACE_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"""CREATE POLICY own_workspace ON {table} TO frontdesk_app
                USING (workspace_id = current_setting('frontdesk.workspace', true))
                WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))"""
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO frontdesk_app")
