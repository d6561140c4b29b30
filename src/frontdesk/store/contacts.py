"""People who write: forgetting one. Conversations and all that is stored of them belong to a contact and go with it."""

from sqlalchemy import text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ContactId, WorkspaceId
from frontdesk.store.tx import Tx

_THEIRS = "SELECT id FROM conversations WHERE workspace_id = :w AND contact_id = :contact"
# What names a conversation without belonging to it.
_BESIDE = (
    *(
        text(f"DELETE FROM {table} WHERE workspace_id = :w AND conversation_id IN ({_THEIRS})")
        for table in ("events", "deliveries", "traces")
    ),
    # Costs stay, whose they were does not.
    text(
        f"UPDATE ai_usage SET conversation_id = NULL WHERE workspace_id = :w AND conversation_id IN ({_THEIRS})"
    ),
)
_ERASE = text("DELETE FROM contacts WHERE workspace_id = :w AND id = :contact")


async def erase(workspace: WorkspaceId, tx: Tx, contact_id: ContactId) -> None:
    """A contact with every conversation, message, question and event of theirs, for good.

    Raises:
        Refused: There is no such contact.
    """
    given = {"w": workspace, "contact": contact_id}
    for statement in _BESIDE:
        await tx.execute(statement, given)
    if (await tx.execute(_ERASE, given)).rowcount == 0:
        raise Refused("not_found", "There is no such contact.")
