"""Assistants that are removed wait in the bin, and nobody answers in their name from there: at their host names, under
their short names and where no assistant is named, messages find no entrance."""

from alembic import op

revision = "0029"
down_revision = "0028"

STATEMENTS = (
    "ALTER TABLE assistants ADD COLUMN deleted_at timestamptz",
    # The one in the bin remembers that it was the default, which another may be meanwhile.
    "DROP INDEX assistants_one_default",
    "CREATE UNIQUE INDEX assistants_one_default ON assistants (workspace_id) WHERE is_default AND deleted_at IS NULL",
    """CREATE OR REPLACE FUNCTION find_assistant(asked_host text, asked_name text, channel_type text)
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
            JOIN assistants a ON a.workspace_id = k.workspace_id AND a.is_default AND a.deleted_at IS NULL
            WHERE asked_name = ''
            ORDER BY place
            LIMIT 1)
        SELECT n.workspace_id, n.id, n.slug, c.id, t.id, t.service_mode, n.env, n.published_version,
               c.settings, w.language, t.manager_id,
               CASE WHEN i.enabled AND i.deleted_at IS NULL
                    THEN jsonb_build_object('id', i.id, 'type', i.type, 'settings', i.settings) END
        FROM named n
        JOIN workspaces w ON w.workspace_id = n.workspace_id
        JOIN tasks t ON t.workspace_id = n.workspace_id AND t.assistant_id = n.id AND t.enabled
             AND t.deleted_at IS NULL
        JOIN channels c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id
             AND c.type = channel_type AND c.enabled AND c.deleted_at IS NULL
        LEFT JOIN integrations i ON i.workspace_id = t.workspace_id AND i.id = t.integration_id
        WHERE n.deleted_at IS NULL
        ORDER BY c.created_at
        LIMIT 1
    $$""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
