"""Which workspaces have messages that search does not know, or conversations that are not counted: asked once for all.

Visiting each of a thousand workspaces to learn that nothing happened there is most of what an idle program would do.
"""

from alembic import op

revision = "0045"
down_revision = "0044"

READ = ("messages", "conversations", "figure_marks", "figure_changes", "figure_days_due", "figure_sums")
# OFFSET keeps what is asked of one workspace a question asked of one: joined, all messages would be read.
STATEMENTS = (
    """CREATE FUNCTION said_since(since xid8) RETURNS TABLE (workspace_id text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        BEGIN
            PERFORM set_config('frontdesk.looks_for', 'news', true);
            RETURN QUERY SELECT w.workspace_id FROM workspaces w
                WHERE EXISTS (SELECT FROM messages m
                              WHERE m.workspace_id = w.workspace_id AND m.written_in >= since OFFSET 0);
            PERFORM set_config('frontdesk.looks_for', '', true);
        END
    $$""",
    # Whatever `is_current` of store/tallies.py says no to, except where nobody ever wrote.
    """CREATE FUNCTION uncounted() RETURNS TABLE (workspace_id text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        BEGIN
            PERFORM set_config('frontdesk.looks_for', 'news', true);
            RETURN QUERY SELECT w.workspace_id FROM workspaces w
                LEFT JOIN LATERAL (
                    SELECT f.zone, f.is_built, split_part(f.moment, '-', 1) AS database,
                           CAST(split_part(f.moment, '-', 2) AS pg_snapshot) AS upto
                    FROM figure_marks f WHERE f.workspace_id = w.workspace_id OFFSET 0) mark ON true
                WHERE mark.zone IS NULL
                      AND EXISTS (SELECT FROM conversations c WHERE c.workspace_id = w.workspace_id OFFSET 0)
                   OR mark.zone <> w.time_zone OR NOT mark.is_built
                   OR mark.database <> (SELECT CAST(d.oid AS text) FROM pg_database d
                                        WHERE d.datname = current_database())
                   OR pg_snapshot_xmax(mark.upto) > pg_snapshot_xmax(pg_current_snapshot())
                   OR EXISTS (SELECT FROM figure_changes n WHERE n.workspace_id = w.workspace_id OFFSET 0)
                   OR EXISTS (SELECT FROM figure_days_due d WHERE d.workspace_id = w.workspace_id OFFSET 0)
                   OR EXISTS (SELECT FROM figure_sums s
                              WHERE s.workspace_id = w.workspace_id AND s.kind = 'all' AND s.waits IS NULL OFFSET 0)
                   OR EXISTS (SELECT FROM messages m
                              WHERE m.workspace_id = w.workspace_id AND m.written_in >= pg_snapshot_xmin(mark.upto)
                                AND NOT pg_visible_in_snapshot(m.written_in, mark.upto) OFFSET 0)
                   OR EXISTS (SELECT FROM conversations c
                              WHERE c.workspace_id = w.workspace_id AND c.written_in >= pg_snapshot_xmin(mark.upto)
                                AND NOT pg_visible_in_snapshot(c.written_in, mark.upto) OFFSET 0);
            PERFORM set_config('frontdesk.looks_for', '', true);
        END
    $$""",
)
FUNCTIONS = ("said_since(xid8)", "uncounted()")


def upgrade() -> None:
    for table in READ:
        op.execute(
            f"""CREATE POLICY news ON {table} FOR SELECT TO frontdesk_owner
                USING (current_setting('frontdesk.looks_for', true) = 'news')"""
        )
    for statement in STATEMENTS:
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO frontdesk_claim")
