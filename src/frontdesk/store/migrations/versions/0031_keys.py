"""Keys with a second secret, lists of addresses and pages that may use them, and a limit on how often."""

from alembic import op

revision = "0031"
down_revision = "0030"

STATEMENTS = (
    # `former_*` is the secret before the last rotation, while it still works. `addresses` and `origins` are
    # where requests may come from; empty means anywhere, and no other site's pages.
    """ALTER TABLE api_keys
        ADD COLUMN former_prefix text,
        ADD COLUMN former_hash bytea,
        ADD COLUMN former_until timestamptz,
        ADD COLUMN addresses text[] NOT NULL DEFAULT '{}',
        ADD COLUMN origins text[] NOT NULL DEFAULT '{}',
        ADD COLUMN last_used_address text NOT NULL DEFAULT '',
        ADD COLUMN created_by text NOT NULL DEFAULT '',
        ADD COLUMN row_version bigint NOT NULL DEFAULT 1""",
    "CREATE UNIQUE INDEX api_keys_former ON api_keys (former_prefix) WHERE former_prefix IS NOT NULL",
    "CREATE INDEX api_keys_origins ON api_keys USING gin (origins) WHERE origins <> '{}' AND revoked_at IS NULL",
    # NULL is no limit.
    "ALTER TABLE workspaces ADD COLUMN api_requests_a_minute integer CHECK (api_requests_a_minute > 0)",
    # How much of a key's present minute its processes have taken, in batches. Lost with a crash, and nothing is
    # lost by that.
    """CREATE UNLOGGED TABLE api_key_minutes (
        workspace_id text NOT NULL,
        key_id text NOT NULL,
        ends_at timestamptz NOT NULL,
        taken integer NOT NULL,
        last_batch integer NOT NULL,
        PRIMARY KEY (workspace_id, key_id),
        FOREIGN KEY (workspace_id, key_id) REFERENCES api_keys ON DELETE CASCADE) WITH (fillfactor = 50)""",
    "ALTER TABLE api_key_minutes ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE api_key_minutes FORCE ROW LEVEL SECURITY",
    """CREATE POLICY own_workspace ON api_key_minutes TO frontdesk_app
        USING (workspace_id = current_setting('frontdesk.workspace', true))
        WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON api_key_minutes TO frontdesk_app",
    # The former release goes on with `find_key`, which knows the newest secret of a key alone.
    """CREATE FUNCTION find_api_key(asked_prefix text)
    RETURNS TABLE (workspace_id text, id text, kind text, hash bytea, secret_until timestamptz, scopes text[],
                   assistant_ids text[], addresses text[], origins text[], expires_at timestamptz,
                   revoked_at timestamptz, requests_a_minute integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        WITH found AS (
            SELECT k.*, k.hash AS secret_hash, NULL::timestamptz AS until
            FROM api_keys k WHERE k.prefix = asked_prefix
            UNION ALL
            SELECT k.*, k.former_hash, k.former_until FROM api_keys k WHERE k.former_prefix = asked_prefix)
        SELECT f.workspace_id, f.id, f.kind, f.secret_hash, f.until, f.scopes, f.assistant_ids, f.addresses,
               f.origins, f.expires_at, f.revoked_at, w.api_requests_a_minute
        FROM found f JOIN workspaces w ON w.workspace_id = f.workspace_id
    $$""",
    """CREATE FUNCTION origin_is_listed(asked_origin text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        SELECT EXISTS (
            SELECT FROM api_keys k
            WHERE k.origins @> ARRAY[asked_origin] AND k.origins <> '{}' AND k.revoked_at IS NULL
              AND (k.expires_at IS NULL OR k.expires_at > now()))
    $$""",
)
FUNCTIONS = ("find_api_key(text)", "origin_is_listed(text)")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO frontdesk_app")
