"""A conversation as the external messenger's wire shows it. Called by `web`, after the turn's commit."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.contact import Known
from frontdesk.core.conversation import Owner
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.store.connect import Store


@dataclass(frozen=True, slots=True)
class Thread:
    """`messages` counts what was said, notes left out. `replied`: the customer wrote after we had said something."""

    id: ConversationId
    contact_id: str
    external_id: str
    task_id: str
    owner: Owner
    known: Known
    get_contact: bool
    interest: bool
    success: bool
    is_bot: bool
    wh_get_contact: bool
    wh_interest: bool
    wh_success: bool
    created_at: datetime
    updated_at: datetime
    messages: int
    replied: bool


# Messages are numbered without gaps, and of a long talk few are not said by somebody: those have an index of their own.
_READ = """
    SELECT c.id, c.contact_id, c.external_id, c.task_id, c.owner, p.name, p.email, p.phone,
           c.get_contact, c.interest, c.success, c.is_bot, c.wh_get_contact, c.wh_interest, c.wh_success,
           c.created_at, c.updated_at,
           c.last_seq - (SELECT count(*) FROM messages m
                         WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id
                           AND m.author IN ('note', 'event')) AS messages,
           EXISTS (SELECT FROM messages m
                   WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id AND m.author = 'contact'
                     AND m.seq > (SELECT min(o.seq) FROM messages o
                                  WHERE o.workspace_id = c.workspace_id AND o.conversation_id = c.id
                                    AND o.author IN ('bot', 'operator'))) AS replied
    FROM conversations c JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
    WHERE c.workspace_id = $1 AND c.id = $2
"""


async def read_thread(workspace: WorkspaceId, store: Store, conversation_id: ConversationId) -> Thread | None:
    """None when it was removed meanwhile."""
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_READ, workspace, conversation_id)
    if row is None:
        return None
    found, contact_id, external_id, task_id, owner, name, email, phone, *rest = row
    return Thread(found, contact_id, external_id, task_id, owner, Known(name, email, phone), *rest)
