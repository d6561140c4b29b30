"""Conversations that have to go on by themselves: a pause is over, or a question was not answered in time.

When is in the dialog's state; a column made of it can be looked for. Called by `turn/lanes`.
"""

from dataclasses import dataclass

from frontdesk.core.ids import ChannelId, ConversationId, WorkspaceId
from frontdesk.store.connect import Store, across_workspaces


@dataclass(frozen=True, slots=True)
class Due:
    """A conversation whose moment has come; `provider_id` is that moment's own, so that it comes once."""

    workspace: WorkspaceId
    conversation_id: ConversationId
    channel_id: ChannelId
    provider_id: str


@across_workspaces("finds conversations whose moment has come; each is woken inside its workspace")
async def due(store: Store, *, limit: int = 200) -> list[Due]:
    """Those that the bot owns and nobody has woken yet, the longest due first."""
    async with store.claim_work() as connection:
        rows = await connection.fetch(
            """SELECT * FROM due_conversations($1) d
               WHERE NOT EXISTS (
                   SELECT FROM inbound i
                   WHERE i.workspace_id = d.workspace_id AND i.channel_id = d.channel_id
                     AND i.provider_id = d.provider_id)""",
            limit,
        )
    return [
        Due(
            WorkspaceId(row["workspace_id"]),
            ConversationId(row["conversation_id"]),
            ChannelId(row["channel_id"]),
            row["provider_id"],
        )
        for row in rows
    ]
