"""Reading what was said. Called by the wires for their answers and by whoever shows a conversation."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg
import msgspec

from frontdesk.core.ids import ChannelId, ConversationId, InboundId, MessageId, WorkspaceId
from frontdesk.core.message import Author, Part
from frontdesk.store.addresses import ENDED
from frontdesk.store.connect import Store

RESTART = "restart"
"""The `step` of the note that says where a conversation began anew."""
SUGGESTION = "suggestion"
"""The `step` of a note that holds what the bot would have said, for people to send or not."""

_parts = msgspec.json.Decoder(tuple[Part, ...])


@dataclass(frozen=True, slots=True)
class Message:
    """`person`: what who wrote it of our people is called, where that is asked for."""

    id: MessageId
    seq: int
    author: Author
    parts: tuple[Part, ...]
    step: str
    created_at: datetime
    person: str = ""


@dataclass(frozen=True, slots=True)
class InboundRow:
    """A message that came in and what became of it; `seqs` is the range of messages its turn wrote.

    `reader`: of the conversation that it opened; empty where it went on with one that is still open to who wrote there.
    """

    id: InboundId
    conversation_id: ConversationId
    external_id: str
    status: str
    body_hash: bytes | None
    seqs: tuple[int, int] | None
    reader: str


MESSAGE = "m.id, m.seq, m.author, m.parts, m.step, m.created_at"
"""The columns of a `Message`."""
_INBOUND = f"""
    SELECT i.id, i.conversation_id, c.external_id, i.status, i.body_hash, i.first_seq, i.last_seq,
           CASE WHEN i.lane_seq = 1 OR starts_with(c.reader, '{ENDED}') THEN c.reader ELSE '' END AS reader
    FROM inbound i JOIN conversations c ON c.workspace_id = i.workspace_id AND c.id = i.conversation_id
    WHERE i.workspace_id = $1
"""


def _inbound(row: asyncpg.Record) -> InboundRow:
    ranged = None if row["first_seq"] is None else (row["first_seq"], row["last_seq"])
    return InboundRow(
        row["id"],
        row["conversation_id"],
        row["external_id"],
        row["status"],
        row["body_hash"],
        ranged,
        row["reader"],
    )


async def inbound_by_id(workspace: WorkspaceId, store: Store, inbound_id: InboundId) -> InboundRow | None:
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(f"{_INBOUND} AND i.id = $2", workspace, inbound_id)
    return None if row is None else _inbound(row)


async def inbound_by_provider_id(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, provider_id: str
) -> InboundRow | None:
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(
            f"{_INBOUND} AND i.channel_id = $2 AND i.provider_id = $3", workspace, channel_id, provider_id
        )
    return None if row is None else _inbound(row)


async def note_late(workspace: WorkspaceId, store: Store, inbound_id: InboundId) -> None:
    """Whoever sent this message is not told in its answer what the turn says: they fetch it."""
    async with store.turn_work(workspace) as connection:
        await connection.execute(
            "UPDATE inbound SET late = true WHERE workspace_id = $1 AND id = $2", workspace, inbound_id
        )


async def between(
    workspace: WorkspaceId, store: Store, conversation_id: ConversationId, first_seq: int, last_seq: int
) -> list[Message]:
    """Messages numbered `first_seq` to `last_seq`, both included, in order."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(
            f"""SELECT {MESSAGE} FROM messages m
               WHERE workspace_id = $1 AND conversation_id = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq""",
            workspace,
            conversation_id,
            first_seq,
            last_seq,
        )
    return [message_of(row) for row in rows]


async def latest(
    workspace: WorkspaceId,
    store: Store,
    conversation_id: ConversationId,
    most: int,
    *,
    authors: tuple[Author, ...] = (),
) -> list[Message]:
    """The last `most` messages, in order; of those authors alone where some are named, and of events those that were told."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(
            f"""SELECT {MESSAGE} FROM messages m
               WHERE workspace_id = $1 AND conversation_id = $2
                 AND (cardinality($4::text[]) = 0 OR author = ANY ($4) AND (author <> 'event' OR parts <> '[]'))
               ORDER BY seq DESC LIMIT $3""",
            workspace,
            conversation_id,
            most,
            list(authors),
        )
    return [message_of(row) for row in reversed(rows)]


def message_of(row: asyncpg.Record) -> Message:
    return Message(
        row["id"], row["seq"], row["author"], _parts.decode(row["parts"]), row["step"], row["created_at"]
    )
