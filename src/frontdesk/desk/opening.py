"""Conversations that our side begins, or that a system hands in before its customer has written. Called by `web/v1`."""

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, ChannelId, ConversationId, WorkspaceId
from frontdesk.store import conversations
from frontdesk.turn.amend import amend
from frontdesk.turn.line import Line


async def begin(
    line: Line, workspace: WorkspaceId, *, channel_id: str, assistant_id: str, external_id: str
) -> ConversationId:
    """A conversation in which nothing is said yet; in a transaction of its own.

    Raises:
        Refused: There is no such channel of this assistant, or there is a conversation with this customer on it.
    """
    channel = ChannelId(channel_id)
    entrance = await line.bots.entrance_of(workspace, channel, AssistantId(assistant_id))
    before = await conversations.read(workspace, line.store, channel, external_id)
    if before is not None and before.last_seq:
        raise Refused(
            "in_use",
            "There is a conversation with this customer on this channel already.",
            field="external_id",
            details={"conversation_id": before.id},
        )
    await amend(line, entrance, external_id, ())
    made = await conversations.read(workspace, line.store, channel, external_id)
    if made is None:
        raise Refused("not_found", "The conversation was removed meanwhile.")
    return made.id
