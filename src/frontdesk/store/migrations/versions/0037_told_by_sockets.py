"""How far a customer was shown their conversation over a socket, so that one who comes back is shown the rest."""

from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    # Without a foreign key: a message that is erased leaves a word that names nothing, and the conversation begins anew.
    op.execute("ALTER TABLE conversations ADD COLUMN told_id text")
