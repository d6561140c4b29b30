"""Visitors of the chat page without scripts: begun once, however often the page that begins them is sent.

Called by `web/chat_page`.
"""

from frontdesk.core.ids import AssistantId, ChannelId, WorkspaceId
from frontdesk.store import visitors
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.visitors import Visitor

_MAKE = """
    INSERT INTO visitor_sessions (workspace_id, id, channel_id, assistant_id, external_id, token_hash)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (workspace_id, token_hash) DO NOTHING
"""


async def begin(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, assistant_id: AssistantId, token: str
) -> Visitor | None:
    """The visitor whose token this is from now on, or was already; None where it is of another assistant."""
    values = (mint("visit"), channel_id, assistant_id, mint("vis"), visitors.hash_of(token))
    async with store.turn_work(workspace) as connection:
        await connection.execute(_MAKE, workspace, *values)
    return await visitors.find(workspace, store, channel_id, assistant_id, token)
