"""The desk: who answers a conversation and since when, what the list of them shows, teams, labels, notes, saved replies.

What an inbox sorts and filters by are columns of the conversation, kept by the statements that change it anyway.
"""

from alembic import op

revision = "0012"
down_revision = "0010"

COLUMNS = (
    """ALTER TABLE contacts
        ADD COLUMN email text NOT NULL DEFAULT '',
        ADD COLUMN phone text NOT NULL DEFAULT '',
        ADD COLUMN company text NOT NULL DEFAULT '',
        ADD COLUMN merged_into text,
        ADD COLUMN row_version bigint NOT NULL DEFAULT 1,
        ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now()""",
    """ALTER TABLE conversations
        ADD COLUMN assignee_id text,
        ADD COLUMN priority smallint NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 3),
        ADD COLUMN snoozed_until timestamptz,
        ADD COLUMN outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'solved', 'not_solved', 'spam')),
        ADD COLUMN reopens_to text NOT NULL DEFAULT 'bot' CHECK (reopens_to IN ('bot', 'queued')),
        ADD COLUMN subject text NOT NULL DEFAULT '',
        ADD COLUMN queued_at timestamptz,
        ADD COLUMN closed_at timestamptz,
        ADD COLUMN last_message_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN last_preview text NOT NULL DEFAULT '',
        ADD COLUMN last_author text NOT NULL DEFAULT '',
        ADD COLUMN last_shown_seq bigint NOT NULL DEFAULT 0,
        ADD COLUMN contact_seq bigint NOT NULL DEFAULT 0,
        ADD COLUMN waiting_since timestamptz,
        ADD COLUMN rating smallint,
        ADD COLUMN rating_max smallint,
        ADD COLUMN rating_ask jsonb,
        ADD COLUMN merged_into text,
        ADD COLUMN page_url text NOT NULL DEFAULT '',
        ADD COLUMN referrer text NOT NULL DEFAULT '',
        ADD COLUMN handoff jsonb,
        ADD COLUMN handed_off_at timestamptz,
        ADD COLUMN queue_told smallint NOT NULL DEFAULT 0,
        ADD COLUMN desk_due_at timestamptz""",
    "ALTER TABLE messages DROP CONSTRAINT messages_author_check",
    """ALTER TABLE messages
        ADD CONSTRAINT messages_author_check
            CHECK (author IN ('bot', 'contact', 'operator', 'note', 'event')),
        ADD COLUMN sender_id text,
        ADD COLUMN event jsonb""",
    "ALTER TABLE deliveries ADD COLUMN message_id text",
    """CREATE INDEX deliveries_message ON deliveries (workspace_id, message_id)
        WHERE message_id IS NOT NULL""",
    """CREATE INDEX conversations_recent ON conversations (workspace_id, last_message_at DESC, id DESC)""",
    """CREATE INDEX conversations_owner ON conversations (workspace_id, owner)""",
    """CREATE INDEX conversations_desk ON conversations (workspace_id, owner, last_message_at DESC, id DESC)
        WHERE owner IN ('queued', 'human')""",
    """CREATE INDEX conversations_assignee ON conversations (workspace_id, assignee_id)
        WHERE assignee_id IS NOT NULL""",
    """CREATE INDEX conversations_waiting ON conversations (workspace_id, waiting_since, id)
        WHERE waiting_since IS NOT NULL AND owner IN ('queued', 'human')""",
    """CREATE INDEX conversations_snoozed ON conversations (workspace_id, snoozed_until)
        WHERE snoozed_until IS NOT NULL""",
    """CREATE INDEX conversations_desk_due ON conversations (desk_due_at) WHERE desk_due_at IS NOT NULL""",
)
# What was said before this release is looked up once.
FILLED = """
    UPDATE conversations c SET
        last_message_at = coalesce(m.created_at, c.updated_at), last_preview = coalesce(left(m.line, 140), ''),
        last_author = coalesce(m.author, ''), last_shown_seq = coalesce(m.seq, 0),
        contact_seq = coalesce((SELECT max(s.seq) FROM messages s
            WHERE s.workspace_id = c.workspace_id AND s.conversation_id = c.id AND s.author = 'contact'), 0),
        waiting_since = CASE WHEN c.owner = 'queued' OR c.owner = 'human' AND m.author = 'contact'
                             THEN c.updated_at END,
        queued_at = CASE WHEN c.owner = 'queued' THEN c.updated_at END,
        closed_at = CASE WHEN c.owner = 'closed' THEN c.updated_at END,
        subject = coalesce((SELECT left(s.parts -> 0 ->> 'text', 100) FROM messages s
            WHERE s.workspace_id = c.workspace_id AND s.conversation_id = c.id AND s.author = 'contact'
            ORDER BY s.seq LIMIT 1), '')
    FROM conversations same LEFT JOIN LATERAL (
        SELECT s.created_at, s.author, s.seq, s.parts -> 0 ->> 'text' AS line FROM messages s
        WHERE s.workspace_id = same.workspace_id AND s.conversation_id = same.id AND s.author <> 'note'
        ORDER BY s.seq DESC LIMIT 1) m ON true
    WHERE same.workspace_id = c.workspace_id AND same.id = c.id"""

TABLES = (
    """CREATE TABLE desk_settings (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE PRIMARY KEY,
        settings jsonb NOT NULL DEFAULT '{}',
        row_version bigint NOT NULL DEFAULT 1)""",
    """CREATE TABLE teams (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        name text NOT NULL,
        settings jsonb NOT NULL DEFAULT '{}',
        next_turn bigint NOT NULL DEFAULT 0,
        row_version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        PRIMARY KEY (workspace_id, id))""",
    """CREATE UNIQUE INDEX teams_name ON teams (workspace_id, lower(name)) WHERE deleted_at IS NULL""",
    """CREATE TABLE team_members (
        workspace_id text NOT NULL,
        team_id text NOT NULL,
        account_id text NOT NULL,
        skills text[] NOT NULL DEFAULT '{}',
        last_given_at timestamptz,
        PRIMARY KEY (workspace_id, team_id, account_id),
        FOREIGN KEY (workspace_id, team_id) REFERENCES teams ON DELETE CASCADE)""",
    "CREATE INDEX team_members_account ON team_members (workspace_id, account_id)",
    """CREATE TABLE labels (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        name text NOT NULL,
        color text NOT NULL DEFAULT 'grey',
        row_version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        PRIMARY KEY (workspace_id, id))""",
    """CREATE UNIQUE INDEX labels_name ON labels (workspace_id, lower(name)) WHERE deleted_at IS NULL""",
    """CREATE TABLE conversation_labels (
        workspace_id text NOT NULL,
        conversation_id text NOT NULL,
        label_id text NOT NULL,
        PRIMARY KEY (workspace_id, conversation_id, label_id),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations ON DELETE CASCADE,
        FOREIGN KEY (workspace_id, label_id) REFERENCES labels ON DELETE CASCADE)""",
    "CREATE INDEX conversation_labels_label ON conversation_labels (workspace_id, label_id)",
    """CREATE TABLE saved_replies (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        id text NOT NULL,
        name text NOT NULL,
        text text NOT NULL,
        language text NOT NULL DEFAULT '',
        row_version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        PRIMARY KEY (workspace_id, id))""",
    """CREATE UNIQUE INDEX saved_replies_name ON saved_replies (workspace_id, lower(name), language)
        WHERE deleted_at IS NULL""",
    """CREATE TABLE mentions (
        workspace_id text NOT NULL,
        account_id text NOT NULL,
        conversation_id text NOT NULL,
        seq bigint NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        read_at timestamptz,
        PRIMARY KEY (workspace_id, account_id, conversation_id, seq),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations ON DELETE CASCADE)""",
    """CREATE INDEX mentions_unread ON mentions (workspace_id, account_id) WHERE read_at IS NULL""",
    "CREATE INDEX mentions_conversation ON mentions (workspace_id, conversation_id)",
    """CREATE TABLE reads (
        workspace_id text NOT NULL,
        account_id text NOT NULL,
        conversation_id text NOT NULL,
        seq bigint NOT NULL,
        PRIMARY KEY (workspace_id, account_id, conversation_id),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations ON DELETE CASCADE)""",
    "CREATE INDEX reads_conversation ON reads (workspace_id, conversation_id)",
    """CREATE TABLE contact_notes (
        workspace_id text NOT NULL,
        id text NOT NULL,
        contact_id text NOT NULL,
        author_id text NOT NULL,
        text text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts ON DELETE CASCADE)""",
    "CREATE INDEX contact_notes_contact ON contact_notes (workspace_id, contact_id)",
)
WORKSPACE_TABLES = (
    "desk_settings",
    "teams",
    "team_members",
    "labels",
    "conversation_labels",
    "saved_replies",
    "mentions",
    "reads",
    "contact_notes",
)
# As with wakes: seen are those that are due, for as long as they are, and by this function alone.
DUE = (
    """CREATE POLICY desk_due ON conversations FOR SELECT TO frontdesk_owner
        USING (desk_due_at <= now() AND current_setting('frontdesk.looks_for', true) = 'due_at_desk')""",
    """CREATE FUNCTION due_at_desk(most integer) RETURNS TABLE (workspace_id text, conversation_id text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        BEGIN
            PERFORM set_config('frontdesk.looks_for', 'due_at_desk', true);
            RETURN QUERY SELECT c.workspace_id, c.id FROM conversations c
                WHERE c.desk_due_at <= now() ORDER BY c.desk_due_at LIMIT most;
            PERFORM set_config('frontdesk.looks_for', '', true);
        END
    $$""",
    "REVOKE ALL ON FUNCTION due_at_desk(integer) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION due_at_desk(integer) TO frontdesk_claim",
)


def upgrade() -> None:
    for statement in COLUMNS:
        op.execute(statement)
    # Row security hides every row from the owner too, except for these statements.
    for table in ("conversations", "messages"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(FILLED)
    for table in ("conversations", "messages"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
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
    for statement in DUE:
        op.execute(statement)
