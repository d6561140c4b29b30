"""People: accounts, their sessions, links that work once, and how often somebody tried to sign in."""

from alembic import op

revision = "0010"
down_revision = "0009"

TABLES = ("accounts", "account_sessions", "access_links")

STATEMENTS = (
    # The secret of its one-time codes is among `secrets`, under this row's id. `totp_step`: of the last code taken.
    """CREATE TABLE accounts (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        email text NOT NULL,
        name text NOT NULL,
        role text NOT NULL CHECK (role IN ('owner', 'admin', 'manager', 'operator', 'author', 'viewer')),
        password_hash text NOT NULL,
        totp_since timestamptz,
        totp_step bigint NOT NULL DEFAULT 0,
        recovery_hashes bytea[] NOT NULL DEFAULT '{}',
        language text NOT NULL DEFAULT '',
        theme text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),
        time_zone text NOT NULL DEFAULT '',
        signature text NOT NULL DEFAULT '',
        settings jsonb NOT NULL DEFAULT '{}',
        status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
        row_version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz,
        PRIMARY KEY (workspace_id, id))""",
    # An address is one person's in the whole installation: at sign-in it is all that is known.
    "CREATE UNIQUE INDEX accounts_email ON accounts (lower(email))",
    # Hashes of what the browser holds: `hash` counts, `next_hash` was handed out and not seen yet, `former_hash`
    # counts for a moment more. `stage`: what is still to be shown before the session opens anything.
    """CREATE TABLE account_sessions (
        workspace_id text NOT NULL,
        id text NOT NULL,
        account_id text NOT NULL,
        hash bytea NOT NULL UNIQUE,
        next_hash bytea UNIQUE,
        former_hash bytea UNIQUE,
        renewed_at timestamptz NOT NULL,
        stage text NOT NULL DEFAULT 'open' CHECK (stage IN ('open', 'code')),
        browser text NOT NULL DEFAULT '',
        address text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, id),
        FOREIGN KEY (workspace_id, account_id) REFERENCES accounts ON DELETE CASCADE)""",
    "CREATE INDEX account_sessions_account ON account_sessions (workspace_id, account_id)",
    # Invitations (of an e-mail address and a role) and resets of a password (of an account).
    """CREATE TABLE access_links (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('invitation', 'reset')),
        hash bytea NOT NULL UNIQUE,
        email text NOT NULL DEFAULT '',
        name text NOT NULL DEFAULT '',
        role text NOT NULL DEFAULT '',
        account_id text,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        revoked_at timestamptz,
        PRIMARY KEY (workspace_id, id),
        FOREIGN KEY (workspace_id, account_id) REFERENCES accounts ON DELETE CASCADE)""",
    "CREATE INDEX access_links_open ON access_links (workspace_id, kind) WHERE used_at IS NULL AND revoked_at IS NULL",
    "CREATE INDEX access_links_account ON access_links (workspace_id, account_id) WHERE account_id IS NOT NULL",
    # The installation's: before somebody has signed in there is no workspace. `who` is a keyed hash of an e-mail
    # address or a network address, so that neither is kept.
    """CREATE TABLE sign_in_tries (
        who bytea PRIMARY KEY,
        tries integer NOT NULL,
        last_at timestamptz NOT NULL,
        free_at timestamptz)""",
    "CREATE INDEX sign_in_tries_age ON sign_in_tries (last_at)",
)

# What a browser or a person who has not signed in shows says by itself which workspace it opens.
WAY_IN = ("accounts", "account_sessions", "access_links")
FUNCTIONS = {
    "find_account(text)": """CREATE FUNCTION find_account(asked_email text)
    RETURNS TABLE (workspace_id text, id text, password_hash text, status text, has_totp boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        SELECT a.workspace_id, a.id, a.password_hash, a.status, a.totp_since IS NOT NULL
        FROM accounts a WHERE lower(a.email) = lower(asked_email)
    $$""",
    "find_session(bytea)": """CREATE FUNCTION find_session(asked_hash bytea)
    RETURNS TABLE (workspace_id text, id text, account_id text, shown text, stage text, renewed_at timestamptz,
                   seen_at timestamptz, expires_at timestamptz, role text, status text, name text, email text,
                   language text, theme text, time_zone text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        WITH shown AS (
            SELECT s.*, 'current' AS shown FROM account_sessions s WHERE s.hash = asked_hash
            UNION ALL SELECT s.*, 'next' FROM account_sessions s WHERE s.next_hash = asked_hash
            UNION ALL SELECT s.*, 'former' FROM account_sessions s WHERE s.former_hash = asked_hash
            LIMIT 1)
        SELECT s.workspace_id, s.id, s.account_id, s.shown, s.stage, s.renewed_at, s.seen_at, s.expires_at,
               a.role, a.status, a.name, a.email, a.language, a.theme, a.time_zone
        FROM shown s JOIN accounts a ON a.workspace_id = s.workspace_id AND a.id = s.account_id
    $$""",
    "find_access_link(bytea)": """CREATE FUNCTION find_access_link(asked_hash bytea)
    RETURNS TABLE (workspace_id text, id text, kind text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        SELECT l.workspace_id, l.id, l.kind FROM access_links l WHERE l.hash = asked_hash
    $$""",
}


def upgrade() -> None:
    for statement in (*STATEMENTS, *FUNCTIONS.values()):
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
    for table in WAY_IN:
        op.execute(f"CREATE POLICY way_in ON {table} FOR SELECT TO frontdesk_owner USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_tries TO frontdesk_app")
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO frontdesk_app")
