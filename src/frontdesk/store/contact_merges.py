"""Two contacts that are one person: what belongs to the one goes to the other, and its id leads there. Called by `web/v1`."""

from sqlalchemy import text

from frontdesk.core.ids import ContactId, WorkspaceId
from frontdesk.store.tx import Tx

_MOVE = (
    text("""UPDATE conversations SET contact_id = :keep, version = version + 1
            WHERE workspace_id = :w AND contact_id = :gone"""),
    text("UPDATE contact_notes SET contact_id = :keep WHERE workspace_id = :w AND contact_id = :gone"),
    text("UPDATE contacts SET merged_into = :keep WHERE workspace_id = :w AND merged_into = :gone"),
    # What was known of it is with the other one now, as far as people chose so.
    text("""UPDATE contacts SET merged_into = :keep, name = '', email = '', phone = '', company = '', attributes = '{}',
                   row_version = row_version + 1, updated_at = now()
            WHERE workspace_id = :w AND id = :gone"""),
)
_MERGED = text("SELECT merged_into FROM contacts WHERE workspace_id = :w AND id = :id")


async def merge(workspace: WorkspaceId, tx: Tx, keep: ContactId, gone: ContactId) -> None:
    """Conversations and notes of `gone` are `keep`'s from now on; both are held by `contacts.hold`."""
    for statement in _MOVE:
        await tx.execute(statement, {"w": workspace, "keep": keep, "gone": gone})


async def merged_into(workspace: WorkspaceId, tx: Tx, contact_id: str) -> ContactId | None:
    """Where an id leads that was merged away."""
    found = await tx.scalar(_MERGED, {"w": workspace, "id": contact_id})
    return None if found is None else ContactId(found)
