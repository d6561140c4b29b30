"""Messages that wait when their visitor ends the conversation open it no more; and which workspaces have conversations to
delete, or articles, is asked once for all.

Visiting each of a thousand workspaces to learn that nothing is to do there is most of what an idle program would do.
"""

from alembic import op

revision = "0049"
down_revision = "0048"

READ = ("retention", "articles", "passages", "knowledge_languages", "knowledge_indexes")
# OFFSET keeps what is asked of one workspace a question asked of one.
STATEMENTS = (
    """CREATE FUNCTION kept_too_long(upto timestamptz) RETURNS TABLE (workspace_id text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        BEGIN
            PERFORM set_config('frontdesk.looks_for', 'news', true);
            RETURN QUERY SELECT r.workspace_id FROM retention r
                WHERE r.closed_days IS NOT NULL
                  AND EXISTS (SELECT FROM conversations c
                              WHERE c.workspace_id = r.workspace_id AND c.owner = 'closed'
                                AND c.closed_at < upto - make_interval(hours => 24 * r.closed_days) OFFSET 0);
            PERFORM set_config('frontdesk.looks_for', '', true);
        END
    $$""",
    """CREATE FUNCTION with_articles() RETURNS TABLE (workspace_id text, is_due boolean, languages text[],
                                                      fingerprint text, problem text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        BEGIN
            PERFORM set_config('frontdesk.looks_for', 'news', true);
            RETURN QUERY SELECT k.* FROM (
                SELECT w.workspace_id,
                       EXISTS (SELECT FROM articles a
                               WHERE a.workspace_id = w.workspace_id AND a.due OFFSET 0)
                       -- As a former release took them in.
                       OR EXISTS (SELECT FROM articles a
                                  WHERE a.workspace_id = w.workspace_id AND a.kind = 'answer'
                                    AND a.status = 'published' AND a.problem = ''
                                    AND EXISTS (SELECT FROM passages p
                                                WHERE p.workspace_id = a.workspace_id AND p.article_id = a.id
                                                  AND p.asks IS NULL) OFFSET 0) AS is_due,
                       ARRAY(SELECT l.language FROM knowledge_languages l
                             WHERE l.workspace_id = w.workspace_id AND l.passages > 0
                             ORDER BY l.passages DESC, l.language) AS languages,
                       i.fingerprint, coalesce(i.problem, '') AS problem
                FROM workspaces w LEFT JOIN knowledge_indexes i ON i.workspace_id = w.workspace_id OFFSET 0) k
                WHERE k.is_due OR k.languages <> '{}';
            PERFORM set_config('frontdesk.looks_for', '', true);
        END
    $$""",
)
FUNCTIONS = ("kept_too_long(timestamptz)", "with_articles()")


def upgrade() -> None:
    # Comes without a rewrite.
    op.execute("ALTER TABLE inbound ADD COLUMN opens boolean NOT NULL DEFAULT true")
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
