"""Every way of asking the audit log is answered by an index."""

from alembic import op

revision = "0037"
down_revision = "0033"

STATEMENTS = (
    "CREATE INDEX audit_at ON audit (workspace_id, at, seq)",
    "CREATE INDEX audit_actor ON audit (workspace_id, actor, at, seq)",
    "CREATE INDEX audit_target ON audit (workspace_id, target, at, seq)",
    "CREATE INDEX audit_action ON audit (workspace_id, action, at, seq)",
    "CREATE INDEX audit_kind ON audit (workspace_id, split_part(action, '.', 1), at, seq)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
