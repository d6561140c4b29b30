"""The tables of the line, and who may see which rows of them."""

from alembic import op
from pgqueuer.adapters.persistence import schema_ddl
from pgqueuer.domain.settings import DBSettings

revision = "0001"
down_revision = None

DIRECTORY_TABLES = (
    """CREATE TABLE workspaces (
        workspace_id text PRIMARY KEY,
        name text NOT NULL,
        is_default boolean NOT NULL DEFAULT false,
        is_demo boolean NOT NULL DEFAULT false,
        language text NOT NULL DEFAULT 'en',
        time_zone text NOT NULL DEFAULT 'UTC',
        set_up_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now())""",
    "CREATE UNIQUE INDEX workspaces_one_default ON workspaces (is_default) WHERE is_default",
    "CREATE UNIQUE INDEX workspaces_one_demo ON workspaces (is_demo) WHERE is_demo",
    """CREATE TABLE assistants (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL UNIQUE,
        slug text NOT NULL,
        name text NOT NULL,
        is_default boolean NOT NULL DEFAULT false,
        env jsonb NOT NULL DEFAULT '{}',
        published_version text,
        row_version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, slug))""",
    "CREATE UNIQUE INDEX assistants_one_default ON assistants (workspace_id) WHERE is_default",
    # A host name is one assistant's in the whole installation, so it alone is the key.
    """CREATE TABLE assistant_hosts (
        workspace_id text NOT NULL,
        host text PRIMARY KEY CHECK (host = lower(host)),
        assistant_id text NOT NULL,
        FOREIGN KEY (workspace_id, assistant_id) REFERENCES assistants ON DELETE CASCADE)""",
    "CREATE INDEX assistant_hosts_assistant ON assistant_hosts (workspace_id, assistant_id)",
    """CREATE TABLE bot_versions (
        workspace_id text NOT NULL,
        id text NOT NULL,
        assistant_id text NOT NULL,
        number integer NOT NULL,
        files jsonb NOT NULL,
        sha256 text NOT NULL,
        note text NOT NULL DEFAULT '',
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, assistant_id, number),
        FOREIGN KEY (workspace_id, assistant_id) REFERENCES assistants ON DELETE CASCADE)""",
    """ALTER TABLE assistants ADD FOREIGN KEY (workspace_id, published_version)
        REFERENCES bot_versions (workspace_id, id) DEFERRABLE INITIALLY DEFERRED""",
    """CREATE TABLE channels (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        type text NOT NULL,
        name text NOT NULL,
        settings jsonb NOT NULL DEFAULT '{}',
        enabled boolean NOT NULL DEFAULT true,
        row_version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id))""",
    """CREATE TABLE tasks (
        workspace_id text NOT NULL,
        id text NOT NULL,
        channel_id text NOT NULL,
        assistant_id text NOT NULL,
        service_mode text NOT NULL DEFAULT 'ai'
            CHECK (service_mode IN ('ai', 'ai_then_people', 'ai_suggests', 'people')),
        name text NOT NULL,
        enabled boolean NOT NULL DEFAULT true,
        row_version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, channel_id, assistant_id),
        FOREIGN KEY (workspace_id, channel_id) REFERENCES channels ON DELETE CASCADE,
        FOREIGN KEY (workspace_id, assistant_id) REFERENCES assistants ON DELETE CASCADE)""",
    "CREATE INDEX tasks_assistant ON tasks (workspace_id, assistant_id)",
    """CREATE TABLE api_keys (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('api', 'rasa', 'setup')),
        prefix text NOT NULL UNIQUE,
        hash bytea NOT NULL,
        name text NOT NULL,
        scopes text[] NOT NULL DEFAULT '{}',
        assistant_ids text[] NOT NULL DEFAULT '{}',
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id))""",
    """CREATE TABLE secrets (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        owner_id text NOT NULL,
        name text NOT NULL,
        key_id text NOT NULL,
        sealed bytea NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, owner_id, name))""",
)

LINE_TABLES = (
    """CREATE TABLE contacts (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        name text NOT NULL DEFAULT '',
        language text,
        time_zone text,
        attributes jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id))""",
    # Who answered is history: task, assistant and bot version are no foreign keys (decisions/0012).
    """CREATE TABLE conversations (
        workspace_id text NOT NULL,
        id text NOT NULL,
        channel_id text NOT NULL,
        task_id text NOT NULL,
        assistant_id text NOT NULL,
        contact_id text NOT NULL,
        external_id text NOT NULL,
        owner text NOT NULL DEFAULT 'bot' CHECK (owner IN ('bot', 'queued', 'human', 'closed')),
        team text NOT NULL DEFAULT '',
        state jsonb NOT NULL,
        state_format smallint NOT NULL,
        bot_version_id text,
        version bigint NOT NULL DEFAULT 1,
        last_seq bigint NOT NULL DEFAULT 0,
        inbound_seq bigint NOT NULL DEFAULT 0,
        handled_seq bigint NOT NULL DEFAULT 0,
        lane_token text,
        lane_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, channel_id, external_id),
        FOREIGN KEY (workspace_id, channel_id) REFERENCES channels ON DELETE CASCADE,
        FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts ON DELETE CASCADE)
        WITH (fillfactor = 80)""",
    "CREATE INDEX conversations_contact ON conversations (workspace_id, contact_id)",
    """CREATE TABLE inbound (
        workspace_id text NOT NULL,
        id text NOT NULL,
        channel_id text NOT NULL,
        conversation_id text NOT NULL,
        lane_seq bigint NOT NULL,
        provider_id text,
        body_hash bytea,
        heard jsonb NOT NULL,
        status text NOT NULL DEFAULT 'done' CHECK (status IN ('waiting', 'done', 'parked')),
        tries smallint NOT NULL DEFAULT 0,
        error text,
        first_seq bigint,
        last_seq bigint,
        received_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, conversation_id, lane_seq),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations ON DELETE CASCADE)""",
    """CREATE UNIQUE INDEX inbound_provider ON inbound (workspace_id, channel_id, provider_id)
        WHERE provider_id IS NOT NULL""",
    "CREATE INDEX inbound_waiting ON inbound (received_at) WHERE status = 'waiting'",
    "CREATE INDEX inbound_age ON inbound USING brin (received_at)",
    """CREATE TABLE call_attempts (
        workspace_id text NOT NULL,
        inbound_id text NOT NULL,
        call_key text NOT NULL,
        action text NOT NULL,
        idempotent boolean NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        fetched jsonb,
        PRIMARY KEY (workspace_id, inbound_id, call_key),
        FOREIGN KEY (workspace_id, inbound_id) REFERENCES inbound ON DELETE CASCADE)""",
    """CREATE TABLE messages (
        workspace_id text NOT NULL,
        id text NOT NULL,
        channel_id text NOT NULL,
        conversation_id text NOT NULL,
        seq bigint NOT NULL,
        inbound_id text,
        author text NOT NULL CHECK (author IN ('contact', 'bot', 'operator', 'note')),
        parts jsonb NOT NULL,
        step text NOT NULL DEFAULT '',
        client_id text,
        provider_id text,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, conversation_id, seq),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations ON DELETE CASCADE)""",
    """CREATE UNIQUE INDEX messages_client ON messages (workspace_id, channel_id, client_id)
        WHERE client_id IS NOT NULL""",
    """CREATE UNIQUE INDEX messages_provider ON messages (workspace_id, channel_id, provider_id)
        WHERE provider_id IS NOT NULL""",
    """CREATE TABLE events (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        id text NOT NULL,
        type text NOT NULL,
        conversation_id text,
        data jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, seq))""",
    """CREATE TABLE deliveries (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        lane text NOT NULL,
        kind text NOT NULL,
        target_id text NOT NULL,
        conversation_id text,
        body bytea NOT NULL,
        status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'sending', 'sent', 'failed')),
        tries smallint NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT now(),
        claim_token text,
        claimed_until timestamptz,
        detail text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        PRIMARY KEY (workspace_id, id))""",
    """CREATE INDEX deliveries_lane ON deliveries (workspace_id, lane, seq)
        WHERE status IN ('waiting', 'sending')""",
    "CREATE INDEX deliveries_due ON deliveries (due_at) WHERE status = 'waiting'",
    "CREATE INDEX deliveries_claimed ON deliveries (claimed_until) WHERE status = 'sending'",
    "CREATE INDEX deliveries_finished ON deliveries (finished_at) WHERE finished_at IS NOT NULL",
    """CREATE TABLE traces (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        inbound_id text NOT NULL,
        conversation_id text NOT NULL,
        trace jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, inbound_id))""",
    "CREATE INDEX traces_age ON traces USING brin (created_at)",
)

DESK_TABLES = (
    """CREATE TABLE idempotency_keys (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        actor text NOT NULL,
        route text NOT NULL,
        key text NOT NULL,
        body_hash bytea NOT NULL,
        status smallint,
        headers jsonb,
        body bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, actor, route, key))""",
    "CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)",
    """CREATE TABLE files (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        sha256 text NOT NULL,
        size_bytes bigint NOT NULL,
        content_type text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, sha256))""",
    """CREATE TABLE file_chunks (
        workspace_id text NOT NULL,
        sha256 text NOT NULL,
        n integer NOT NULL,
        data bytea NOT NULL,
        PRIMARY KEY (workspace_id, sha256, n),
        FOREIGN KEY (workspace_id, sha256) REFERENCES files ON DELETE CASCADE)""",
    "ALTER TABLE file_chunks ALTER COLUMN data SET STORAGE EXTERNAL",
    """CREATE TABLE audit (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        seq bigint NOT NULL,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        action text NOT NULL,
        target text NOT NULL,
        before jsonb,
        after jsonb,
        ip text,
        previous_hash bytea NOT NULL,
        hash bytea NOT NULL,
        PRIMARY KEY (workspace_id, seq))""",
)

WORKSPACE_TABLES = [
    "workspaces",
    "assistants",
    "assistant_hosts",
    "bot_versions",
    "channels",
    "tasks",
    "api_keys",
    "secrets",
    "contacts",
    "conversations",
    "inbound",
    "call_attempts",
    "messages",
    "events",
    "deliveries",
    "traces",
    "idempotency_keys",
    "files",
    "file_chunks",
    "audit",
]

# The way in is the only thing that looks across workspaces: from a host name or an address to an assistant,
# from a key's prefix to its row. Functions of the owning role do it; the program can call, not read.
DIRECTORY_FUNCTIONS = (
    """CREATE FUNCTION find_assistant(asked_host text, asked_name text, channel_type text)
    RETURNS TABLE (workspace_id text, assistant_id text, slug text, channel_id text, task_id text,
                   service_mode text, env jsonb, published_version text, settings jsonb, language text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        WITH hosted AS (SELECT h.workspace_id, h.assistant_id FROM assistant_hosts h WHERE h.host = asked_host),
        known AS (
            SELECT w.workspace_id, 2 AS place FROM workspaces w WHERE w.is_default
            UNION ALL SELECT w.workspace_id, 3 FROM workspaces w WHERE w.is_demo),
        -- The nearest place wins: the id, then the host, then the own workspace, then the demo's.
        named AS (
            SELECT a.*, 0 AS place FROM assistants a WHERE asked_name <> '' AND a.id = asked_name
            UNION ALL
            SELECT a.*, 1 FROM hosted h
            JOIN assistants a ON a.workspace_id = h.workspace_id AND a.id = h.assistant_id
            WHERE asked_name IN ('', a.slug)
            UNION ALL
            SELECT a.*, k.place FROM known k
            JOIN assistants a ON a.workspace_id = k.workspace_id AND a.slug = asked_name
            WHERE asked_name <> ''
            UNION ALL
            SELECT a.*, k.place FROM known k
            JOIN assistants a ON a.workspace_id = k.workspace_id AND a.is_default
            WHERE asked_name = ''
            ORDER BY place
            LIMIT 1)
        SELECT n.workspace_id, n.id, n.slug, c.id, t.id, t.service_mode, n.env, n.published_version,
               c.settings, w.language
        FROM named n
        JOIN workspaces w ON w.workspace_id = n.workspace_id
        JOIN tasks t ON t.workspace_id = n.workspace_id AND t.assistant_id = n.id AND t.enabled
        JOIN channels c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id
             AND c.type = channel_type AND c.enabled
        ORDER BY c.created_at
        LIMIT 1
    $$""",
    """CREATE FUNCTION find_key(asked_prefix text)
    RETURNS TABLE (workspace_id text, id text, kind text, hash bytea, scopes text[], assistant_ids text[],
                   expires_at timestamptz, revoked_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        SELECT k.workspace_id, k.id, k.kind, k.hash, k.scopes, k.assistant_ids, k.expires_at, k.revoked_at
        FROM api_keys k WHERE k.prefix = asked_prefix
    $$""",
    """CREATE FUNCTION every_workspace() RETURNS TABLE (workspace_id text, name text, is_default boolean,
                   is_demo boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        SELECT w.workspace_id, w.name, w.is_default, w.is_demo FROM workspaces w ORDER BY w.created_at
    $$""",
)

# One home for the shape of pgqueuer's tables: the port and the turn's single statement both enqueue through it.
ENQUEUE = """CREATE FUNCTION enqueue_job(job_name text, job_payload bytea, delay interval) RETURNS bigint
    LANGUAGE sql AS $$
        WITH job AS (
            INSERT INTO pgqueuer (priority, entrypoint, payload, execute_after, status)
            VALUES (0, job_name, job_payload, now() + delay, 'queued') RETURNING id)
        SELECT id FROM job
    $$"""


def upgrade() -> None:
    for statement in (*DIRECTORY_TABLES, *LINE_TABLES, *DESK_TABLES):
        op.execute(statement)
    _create_job_tables()
    op.execute(ENQUEUE)
    for statement in DIRECTORY_FUNCTIONS:
        op.execute(statement)
    _secure()


def _create_job_tables() -> None:
    rendered = schema_ddl.render_install(DBSettings(), create_schema=False)
    # The notify function and its trigger are left out: a NOTIFY inside a transaction serialises commits.
    for statement in rendered.split("\n\n"):
        if "fn_pgqueuer_changed" not in statement and "LANGUAGE" not in statement and "CREATE" in statement:
            op.execute(statement)


def _secure() -> None:
    op.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    op.execute("GRANT USAGE ON SCHEMA public TO frontdesk_app, frontdesk_claim")
    for table in WORKSPACE_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"""CREATE POLICY own_workspace ON {table} TO frontdesk_app
                USING (workspace_id = current_setting('frontdesk.workspace', true))
                WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))"""
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO frontdesk_app")
    op.execute("REVOKE UPDATE, DELETE ON audit FROM frontdesk_app")
    for table in ("workspaces", "assistants", "assistant_hosts", "tasks", "channels", "api_keys"):
        op.execute(f"CREATE POLICY way_in ON {table} FOR SELECT TO frontdesk_owner USING (true)")
    for table in ("inbound", "deliveries"):
        op.execute(f"CREATE POLICY claim ON {table} TO frontdesk_claim USING (true) WITH CHECK (true)")
        op.execute(f"GRANT SELECT, UPDATE, DELETE ON {table} TO frontdesk_claim")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON pgqueuer, pgqueuer_log, pgqueuer_statistics, "
        "pgqueuer_schedules TO frontdesk_claim"
    )
    op.execute("GRANT INSERT, SELECT (id) ON pgqueuer TO frontdesk_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO frontdesk_app, frontdesk_claim")
    # Claimers work off what came in; the way in is not theirs.
    for function, roles in (
        ("find_assistant(text, text, text)", "frontdesk_app"),
        ("find_key(text)", "frontdesk_app"),
        ("every_workspace()", "frontdesk_app, frontdesk_claim"),
        ("enqueue_job(text, bytea, interval)", "frontdesk_app, frontdesk_claim"),
    ):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {roles}")
    op.execute("GRANT SELECT ON alembic_version TO frontdesk_app, frontdesk_claim")
