"""Two contacts that are one person: what belongs to the one goes to the other, and its id leads there. Called by `web/v1`.

What somebody signed in said and is known by opens to those who proved to be them alone. People may well know that a visitor
whom nobody signed in is the same person; that the browser is still theirs they cannot know. So what opened the conversation
to it ends, and it begins anew. So does who writes under a name that anybody may give.
"""

from sqlalchemy import text

from frontdesk.core.contact import SIGNED_IN, USER_ID
from frontdesk.core.ids import ContactId, WorkspaceId
from frontdesk.store.addresses import ENDED
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
# By where they write, or, where that conversation is gone, by what was kept of them.
_IS_SIGNED_IN = f"""
    (EXISTS (SELECT FROM contacts p WHERE p.workspace_id = :w AND p.id = :keep AND p.attributes ? '{USER_ID}')
     OR EXISTS (SELECT FROM conversations u JOIN channels h ON h.workspace_id = u.workspace_id AND h.id = u.channel_id
                WHERE u.workspace_id = :w AND u.contact_id = :keep AND h.type = 'web'
                  AND starts_with(u.external_id, '{SIGNED_IN}')))"""
_END_UNSIGNED = text(f"""
    DELETE FROM visitor_sessions s USING conversations c
    WHERE s.workspace_id = :w AND s.user_id = '' AND s.channel_id = c.channel_id AND s.external_id = c.external_id
      AND c.workspace_id = :w AND c.contact_id = :keep
      AND {_IS_SIGNED_IN}""")
# Held by their address, on the channels where a name is all that is asked of who writes. A key goes on there.
_END_NAMED = text(f"""
    UPDATE conversations c SET reader = '{ENDED}vis_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 26),
        version = c.version + 1
    FROM channels n
    WHERE c.workspace_id = :w AND c.contact_id = :keep AND NOT starts_with(c.reader, '{ENDED}')
      AND n.workspace_id = :w AND n.id = c.channel_id AND n.type IN ('rest', 'socketio') AND {_IS_SIGNED_IN}""")
_MERGED = text("SELECT merged_into FROM contacts WHERE workspace_id = :w AND id = :id")


async def merge(workspace: WorkspaceId, tx: Tx, keep: ContactId, gone: ContactId) -> None:
    """Conversations and notes of `gone` are `keep`'s from now on; both are held by `contacts.hold`."""
    for statement in _MOVE:
        await tx.execute(statement, {"w": workspace, "keep": keep, "gone": gone})
    for statement in (_END_UNSIGNED, _END_NAMED):
        await tx.execute(statement, {"w": workspace, "keep": keep})


async def merged_into(workspace: WorkspaceId, tx: Tx, contact_id: str) -> ContactId | None:
    """Where an id leads that was merged away."""
    found = await tx.scalar(_MERGED, {"w": workspace, "id": contact_id})
    return None if found is None else ContactId(found)
