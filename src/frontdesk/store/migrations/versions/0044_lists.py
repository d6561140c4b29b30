"""Lists of one assistant's conversations, and the age of what waits to be delivered, are read from an index; workspaces
are read in pages.
"""

from alembic import op

revision = "0044"
down_revision = "0043"

STATEMENTS = (
    # All that this and the next one change, in one order and before the index: a former release beside that holds one of them
    # waits for no other meanwhile.
    """LOCK TABLE conversations, messages, deliveries, figure_marks, figure_changes, figure_days_due, figure_sums
        IN ACCESS EXCLUSIVE MODE""",
    # A workspace may have few conversations of an assistant among very many.
    """CREATE INDEX conversations_assistant
        ON conversations (workspace_id, assistant_id, last_message_at DESC, id DESC)""",
    # What waits is counted from it alone, with when the oldest was made.
    "DROP INDEX deliveries_due",
    "CREATE INDEX deliveries_due ON deliveries (due_at) INCLUDE (created_at) WHERE status = 'waiting'",
    """CREATE FUNCTION workspaces_after(last_id text, most int)
    RETURNS TABLE (workspace_id text, name text, is_default boolean, is_demo boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        SELECT w.workspace_id, w.name, w.is_default, w.is_demo FROM workspaces w
        WHERE w.workspace_id > last_id ORDER BY w.workspace_id LIMIT most
    $$""",
    "REVOKE ALL ON FUNCTION workspaces_after(text, int) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION workspaces_after(text, int) TO frontdesk_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
