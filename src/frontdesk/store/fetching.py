"""What customers fetch: their conversation by the name they write under, and what was said to them in it.

Called by `web`; what a turn answers is read by `messages.py`.
"""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.ids import ChannelId, ConversationId, WorkspaceId
from frontdesk.core.message import Author
from frontdesk.store.connect import Store
from frontdesk.store.messages import MESSAGE, Message, message_of


@dataclass(frozen=True, slots=True)
class Fetched:
    """A conversation as its customer's side finds it. `reader`: what its tokens are made of, empty when there are none."""

    id: ConversationId
    assistant_id: str
    reader: str


# Of one that was merged the survivor is read; its customer's own address keeps what opens it.
_FIND = """
    SELECT c.id, c.assistant_id, a.reader
    FROM conversations a
    JOIN conversations c ON c.workspace_id = a.workspace_id AND c.id IN (a.id, a.merged_into)
    WHERE a.workspace_id = $1 AND a.channel_id = $2 AND a.external_id = $3
    ORDER BY c.id = a.id LIMIT 1
"""
_PLACE = "SELECT conversation_id, seq, created_at FROM messages WHERE workspace_id = $1 AND id = $2"
# $7: leave out what a message was answered with at once; who was told nothing in time was answered with nothing.
_TOLD = f"""
    SELECT {MESSAGE} FROM messages m
    WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.seq > $3
      AND ($4::timestamptz IS NULL OR m.created_at > $4)
      AND m.author = ANY ($5) AND m.parts <> '[]'::jsonb
      AND NOT ($7 AND m.inbound_id IS NOT NULL AND NOT EXISTS (
          SELECT FROM inbound i WHERE i.workspace_id = m.workspace_id AND i.id = m.inbound_id
            AND (i.late OR i.heard ->> 'type' NOT IN ('said', 'restarted'))))
    ORDER BY m.seq LIMIT $6
"""
_NOTE = """
    UPDATE messages SET fetched_at = now()
    WHERE workspace_id = $1 AND id = ANY ($2) AND author = 'operator' AND fetched_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody has read to. Of a conversation that was merged meanwhile only the time tells."""

    conversation_id: ConversationId
    seq: int
    created_at: datetime


async def find(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, external_id: str
) -> Fetched | None:
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_FIND, workspace, channel_id, external_id)
    return None if row is None else Fetched(*row)


async def place_of(workspace: WorkspaceId, store: Store, message_id: str) -> Place | None:
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_PLACE, workspace, message_id)
    return None if row is None else Place(*row)


async def told(
    workspace: WorkspaceId,
    store: Store,
    conversation_id: ConversationId,
    after: Place | None,
    *,
    authors: frozenset[Author],
    answers: bool,
    most: int,
) -> list[Message]:
    """What those `authors` said to the customer after a place, in order; without `answers`, only what came by itself."""
    here = after is not None and after.conversation_id == conversation_id
    seq = after.seq if here and after is not None else 0
    since = None if here or after is None else after.created_at
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(
            _TOLD, workspace, conversation_id, seq, since, list(authors), most, not answers
        )
    return [message_of(row) for row in rows]


async def note_fetched(workspace: WorkspaceId, store: Store, message_ids: list[str]) -> bool:
    """People see of what they wrote that it arrived; whether that is news."""
    async with store.turn_work(workspace) as connection:
        done = await connection.execute(_NOTE, workspace, message_ids)
    return done != "UPDATE 0"


# On the customer's own address, so that a merge moves nothing; never back behind what another socket has shown.
_TOLD_TO = """
    SELECT m.conversation_id, m.seq, m.created_at
    FROM conversations c JOIN messages m ON m.workspace_id = c.workspace_id AND m.id = c.told_id
    WHERE c.workspace_id = $1 AND c.channel_id = $2 AND c.external_id = $3
"""
_TELL = """
    UPDATE conversations SET told_id = $4
    WHERE workspace_id = $1 AND channel_id = $2 AND external_id = $3
      AND NOT EXISTS (SELECT FROM messages m, messages n WHERE m.workspace_id = $1 AND m.id = conversations.told_id
                      AND n.workspace_id = $1 AND n.id = $4 AND (m.created_at, m.seq) > (n.created_at, n.seq))
"""


async def told_to(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, external_id: str
) -> Place | None:
    """How far a customer was shown their conversation by sockets; None before the first message was."""
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_TOLD_TO, workspace, channel_id, external_id)
    return None if row is None else Place(*row)


async def note_told(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, external_id: str, message_id: str
) -> None:
    async with store.turn_work(workspace) as connection:
        await connection.execute(_TELL, workspace, channel_id, external_id, message_id)
