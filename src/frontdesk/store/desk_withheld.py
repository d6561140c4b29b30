"""Lines of the bot that were to be sent later and are not, for people have the conversation. Called by `desk`, which holds
the conversation.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

import msgspec

from frontdesk.core.conversation import Strip
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.core.message import Author, Part
from frontdesk.store.connect import json_text, raw
from frontdesk.store.tx import Tx

DETAIL = "people took over"

# Every lane that this conversation can have; what waits in it is the sender's no more until the transaction ends.
_LANES = """ARRAY(
    SELECT t.id || ':' || $2 FROM (SELECT id FROM channels WHERE workspace_id = $1
                                   UNION ALL SELECT id FROM integrations WHERE workspace_id = $1) t)"""
_WAITING = f"""
    SELECT count(*) FROM (
        SELECT FROM deliveries WHERE workspace_id = $1 AND lane = ANY ({_LANES}) AND status = 'waiting'
        ORDER BY lane, seq FOR UPDATE) waiting
"""
# Not due yet, or behind what is not. A message of which something has left, or was tried, is the customer's.
_WITHHELD = f"""
    WITH waiting AS MATERIALIZED (
        SELECT id, lane, seq, message_id, tells_of, tries = 0 AND due_at > now() AS is_later FROM deliveries
        WHERE workspace_id = $1 AND lane = ANY ({_LANES}) AND status = 'waiting'),
    later AS (SELECT lane, min(seq) AS seq FROM waiting WHERE is_later GROUP BY lane),
    unsaid AS MATERIALIZED (
        SELECT m.id, m.seq, m.parts FROM messages m
        JOIN channels ch ON ch.workspace_id = m.workspace_id AND ch.id = m.channel_id AND ch.type = ANY ($3::text[])
        WHERE m.workspace_id = $1 AND m.author = 'bot' AND m.id IN (
            SELECT w.message_id FROM waiting w JOIN later ON later.lane = w.lane AND w.seq >= later.seq)
          AND NOT EXISTS (SELECT FROM deliveries d
                          WHERE d.workspace_id = $1 AND d.message_id = m.id AND (d.status <> 'waiting' OR d.tries > 0))),
    failed AS (
        UPDATE deliveries d SET status = 'failed', detail = $4, finished_at = now()
        FROM waiting w, unsaid m
        WHERE d.workspace_id = $1 AND d.id = w.id AND m.id IN (w.message_id, w.tells_of))
    SELECT id, seq, parts FROM unsaid ORDER BY seq
"""
_MARK = """
    UPDATE messages SET author = 'event', parts = '[]', event = $3::jsonb WHERE workspace_id = $1 AND id = $2
"""
_LAST = """
    SELECT author, parts, seq, created_at FROM messages
    WHERE workspace_id = $1 AND conversation_id = $2 AND author IN ('contact', 'bot', 'operator')
    ORDER BY seq DESC LIMIT 1
"""
_SHOW = """
    UPDATE conversations SET last_author = $3, last_preview = $4, last_shown_seq = $5, last_message_at = $6
    WHERE workspace_id = $1 AND id = $2
"""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A message that the customer does not get."""

    id: str
    seq: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Last:
    """The last line that somebody wrote and the customer got."""

    author: Author
    parts: tuple[Part, ...]
    seq: int
    at: datetime


async def withhold(
    workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, *, delivered: AbstractSet[str]
) -> list[Unsaid]:
    """Let go of what the bot was to say later, and of what others are told of it.

    Args:
        workspace: Whose it is.
        tx: That holds the conversation.
        conversation_id: Which.
        delivered: Types of channels whose lines are delivered; what others answer at once was said at once.
    """
    connection = await raw(tx)
    if not await connection.fetchval(_WAITING, workspace, conversation_id):
        return []
    rows = await connection.fetch(_WITHHELD, workspace, conversation_id, sorted(delivered), DETAIL)
    return [Unsaid(row["id"], row["seq"], msgspec.convert(row["parts"], tuple[Part, ...])) for row in rows]


async def mark(workspace: WorkspaceId, tx: Tx, strips: Sequence[tuple[Unsaid, Strip]]) -> None:
    """In the place of each message stands what happened to it."""
    connection = await raw(tx)
    await connection.executemany(_MARK, [(workspace, one.id, json_text(strip)) for one, strip in strips])


async def last(workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId) -> Last | None:
    row = await (await raw(tx)).fetchrow(_LAST, workspace, conversation_id)
    if row is None:
        return None
    return Last(row["author"], msgspec.convert(row["parts"], tuple[Part, ...]), row["seq"], row["created_at"])


async def show(
    workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, line: Last, preview: str
) -> None:
    """Lists show this line as the last one."""
    await (await raw(tx)).execute(_SHOW, workspace, conversation_id, line.author, preview, line.seq, line.at)
