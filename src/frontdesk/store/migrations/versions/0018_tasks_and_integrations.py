"""Tasks name their integration and manager; integrations, share links, and what was noticed of a conversation."""

from alembic import op

revision = "0018"
down_revision = "0017"

TABLES = ("integrations", "share_links")

STATEMENTS = (
    # Secrets of its settings are among `secrets`, under this row's id.
    """CREATE TABLE integrations (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        type text NOT NULL,
        name text NOT NULL,
        settings jsonb NOT NULL DEFAULT '{}',
        enabled boolean NOT NULL DEFAULT true,
        row_version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id))""",
    """ALTER TABLE tasks ADD COLUMN type text NOT NULL DEFAULT 'web',
        ADD COLUMN integration_id text,
        ADD COLUMN manager_id text NOT NULL DEFAULT '',
        ADD FOREIGN KEY (workspace_id, integration_id) REFERENCES integrations
            DEFERRABLE INITIALLY DEFERRED""",
    "CREATE INDEX tasks_integration ON tasks (workspace_id, integration_id) WHERE integration_id IS NOT NULL",
    # What somebody holds is never here, only its hash.
    """CREATE TABLE share_links (
        workspace_id text NOT NULL,
        id text NOT NULL,
        conversation_id text NOT NULL,
        hash bytea NOT NULL UNIQUE,
        made_by text NOT NULL,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations ON DELETE CASCADE)""",
    "CREATE INDEX share_links_conversation ON share_links (workspace_id, conversation_id)",
    """ALTER TABLE conversations ADD COLUMN get_contact boolean NOT NULL DEFAULT false,
        ADD COLUMN interest boolean NOT NULL DEFAULT false,
        ADD COLUMN success boolean NOT NULL DEFAULT false,
        ADD COLUMN is_bot boolean NOT NULL DEFAULT false,
        ADD COLUMN wh_get_contact boolean NOT NULL DEFAULT false,
        ADD COLUMN wh_interest boolean NOT NULL DEFAULT false,
        ADD COLUMN wh_success boolean NOT NULL DEFAULT false,
        ADD COLUMN share_link text,
        ADD COLUMN share_until timestamptz""",
    "CREATE INDEX conversations_task ON conversations (workspace_id, task_id)",
    """ALTER TABLE contacts ADD COLUMN IF NOT EXISTS email text NOT NULL DEFAULT '',
        ADD COLUMN IF NOT EXISTS phone text NOT NULL DEFAULT ''""",
    # What went to one integration, the newest first; other targets need no such list.
    """CREATE INDEX deliveries_integration ON deliveries (workspace_id, target_id, seq DESC)
        WHERE target_id LIKE 'intg%'""",
    "DROP FUNCTION find_assistant(text, text, text)",
    """CREATE FUNCTION find_assistant(asked_host text, asked_name text, channel_type text)
    RETURNS TABLE (workspace_id text, assistant_id text, slug text, channel_id text, task_id text,
                   service_mode text, env jsonb, published_version text, settings jsonb, language text,
                   manager_id text, integration jsonb)
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
               c.settings, w.language, t.manager_id,
               CASE WHEN i.enabled THEN jsonb_build_object('id', i.id, 'type', i.type, 'settings', i.settings) END
        FROM named n
        JOIN workspaces w ON w.workspace_id = n.workspace_id
        JOIN tasks t ON t.workspace_id = n.workspace_id AND t.assistant_id = n.id AND t.enabled
        JOIN channels c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id
             AND c.type = channel_type AND c.enabled
        LEFT JOIN integrations i ON i.workspace_id = t.workspace_id AND i.id = t.integration_id
        ORDER BY c.created_at
        LIMIT 1
    $$""",
    """CREATE FUNCTION find_share(asked_hash bytea)
    RETURNS TABLE (workspace_id text, id text, conversation_id text, expires_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        SELECT s.workspace_id, s.id, s.conversation_id, s.expires_at FROM share_links s
        WHERE s.hash = asked_hash AND s.revoked_at IS NULL AND s.expires_at > now()
    $$""",
)
FUNCTIONS = ("find_assistant(text, text, text)", "find_share(bytea)")


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
        op.execute(f"CREATE POLICY way_in ON {table} FOR SELECT TO frontdesk_owner USING (true)")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO frontdesk_app")
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO frontdesk_app")
