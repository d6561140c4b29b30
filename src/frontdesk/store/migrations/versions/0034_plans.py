"""Plans: what each has where it was edited, which workspace has which, and what a plan switched off."""

from alembic import op

revision = "0034"
down_revision = "0033"

TABLES = ("plans", "plans_given", "plan_stops")

STATEMENTS = (
    # Of the installation's own workspace: what its owner set otherwise than the program has it.
    """CREATE TABLE plans (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        name text NOT NULL CHECK (name IN ('basic', 'standard', 'premium')),
        switches jsonb NOT NULL DEFAULT '{}',
        quotas jsonb NOT NULL DEFAULT '{}',
        row_version bigint NOT NULL DEFAULT 1,
        PRIMARY KEY (workspace_id, name))""",
    # Of the installation's own workspace as well; a workspace that has none here has everything. A plan that was taken
    # back leaves its row, whose version goes on.
    """CREATE TABLE plans_given (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        given_to text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        plan text CHECK (plan IN ('basic', 'standard', 'premium')),
        row_version bigint NOT NULL DEFAULT 1,
        PRIMARY KEY (workspace_id, given_to))""",
    "CREATE INDEX plans_given_to ON plans_given (given_to)",
    # What was switched off because the plan does not have it: on again when it does.
    """CREATE TABLE plan_stops (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        switch text NOT NULL,
        stopped_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id))""",
    """CREATE FUNCTION plan_of(asked_workspace text)
    RETURNS TABLE (plan text, switches jsonb, quotas jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        SELECT g.plan, coalesce(p.switches, '{}'), coalesce(p.quotas, '{}')
        FROM plans_given g
        JOIN workspaces w ON w.workspace_id = g.workspace_id AND w.is_default
        LEFT JOIN plans p ON p.workspace_id = g.workspace_id AND p.name = g.plan
        WHERE g.given_to = asked_workspace AND g.plan IS NOT NULL
    $$""",
    # The former release reads its columns by their names, and does not miss these.
    "DROP FUNCTION find_api_key(text)",
    """CREATE FUNCTION find_api_key(asked_prefix text)
    RETURNS TABLE (workspace_id text, id text, kind text, hash bytea, secret_until timestamptz, scopes text[],
                   assistant_ids text[], addresses text[], origins text[], expires_at timestamptz,
                   revoked_at timestamptz, requests_a_minute integer, plan text, switches jsonb, quotas jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        WITH found AS (
            SELECT k.*, k.hash AS secret_hash, NULL::timestamptz AS until
            FROM api_keys k WHERE k.prefix = asked_prefix
            UNION ALL
            SELECT k.*, k.former_hash, k.former_until FROM api_keys k WHERE k.former_prefix = asked_prefix)
        SELECT f.workspace_id, f.id, f.kind, f.secret_hash, f.until, f.scopes, f.assistant_ids, f.addresses,
               f.origins, f.expires_at, f.revoked_at, w.api_requests_a_minute, p.plan, p.switches, p.quotas
        FROM found f
        JOIN workspaces w ON w.workspace_id = f.workspace_id
        LEFT JOIN LATERAL plan_of(f.workspace_id) p ON true
    $$""",
)
FUNCTIONS = ("plan_of(text)", "find_api_key(text)")


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
    for table in ("plans", "plans_given"):
        op.execute(f"CREATE POLICY way_in ON {table} FOR SELECT TO frontdesk_owner USING (true)")
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO frontdesk_app")
