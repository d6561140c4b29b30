"""Who uploaded a file is looked for: how many a visitor has sent today, and whether one is theirs."""

from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    op.execute("CREATE INDEX uploads_sender ON uploads (workspace_id, uploaded_by, created_at)")
