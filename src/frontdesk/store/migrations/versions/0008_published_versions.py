"""Which versions answer, asked once for all workspaces instead of in each."""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    """CREATE FUNCTION published_versions() RETURNS TABLE (workspace_id text, bot_version_id text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
        SELECT a.workspace_id, a.published_version FROM assistants a
        WHERE a.published_version IS NOT NULL ORDER BY a.workspace_id, a.id
    $$""",
    "REVOKE ALL ON FUNCTION published_versions() FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION published_versions() TO frontdesk_claim",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
