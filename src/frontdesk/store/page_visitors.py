"""Visitors of the chat page without scripts: begun once, however often the page that begins them is sent.

Their id is made of the token, so that it shows of a form whether a conversation was begun with it, also when what opened that
has ended.

Called by `web/chat_page`.
"""

from frontdesk.core.ids import AssistantId, ChannelId, WorkspaceId
from frontdesk.store import visitors
from frontdesk.store.connect import Store
from frontdesk.store.ids import derived, mint
from frontdesk.store.visitors import Visitor

_MAKE = """
    INSERT INTO visitor_sessions (workspace_id, id, channel_id, assistant_id, external_id, token_hash)
    SELECT $1, $2, $3, $4, $5, $6::bytea
    WHERE NOT EXISTS (SELECT FROM conversations WHERE workspace_id = $1 AND channel_id = $3 AND external_id = $5)
    ON CONFLICT (workspace_id, token_hash) DO NOTHING
"""


async def begin(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, assistant_id: AssistantId, token: str
) -> Visitor | None:
    """The visitor whose token this is from now on, or was already; None where it was once, or is of another assistant."""
    external_id = derived("vis", f"page {token}")
    values = (mint("visit"), channel_id, assistant_id, external_id, visitors.hash_of(token))
    async with store.turn_work(workspace) as connection:
        await connection.execute(_MAKE, workspace, *values)
    return await visitors.find(workspace, store, channel_id, assistant_id, token)
