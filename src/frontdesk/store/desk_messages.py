"""Messages as people see them beside each other: who wrote, what happened, what became of the delivery.

Called by `web/v1`; what an answer of the line needs is read by `messages.py`.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import text

from frontdesk.core.ids import ConversationId, MessageId, WorkspaceId
from frontdesk.core.message import Author
from frontdesk.store.connect import Store
from frontdesk.store.tx import Tx

_LINE = """
    SELECT m.conversation_id, m.id, m.seq, m.author, m.sender_id, m.parts, m.step, m.created_at, m.client_id, m.event, m.fetched_at,
           d.states, d.detail
    FROM messages m LEFT JOIN LATERAL (
        SELECT array_agg(d.status) AS states, max(d.detail) AS detail FROM deliveries d
        WHERE d.workspace_id = m.workspace_id AND d.message_id = m.id) d ON m.author IN ('bot', 'operator', 'event')
    WHERE m.workspace_id = :w"""
_AT = text(
    _LINE
    + """ AND (m.conversation_id, m.seq) IN (
          SELECT * FROM unnest(CAST(:conversations AS text[]), CAST(:seqs AS bigint[])))
          ORDER BY m.conversation_id, m.seq"""
)
_OF = _LINE + " AND m.conversation_id = :conversation"
_OLDER = text(_OF + " AND m.seq < :before ORDER BY m.seq DESC LIMIT :limit")
_NEWER = text(_OF + " AND m.seq > :after ORDER BY m.seq LIMIT :limit")
_ONE = text(_OF + " AND m.id = :id")
_DELIVERED = """
    SELECT message_id FROM deliveries WHERE workspace_id = $1 AND message_id = ANY($2::text[])
    GROUP BY message_id HAVING bool_and(status IN ('sent', 'failed'))"""
_FOREIGN = text(
    _OF
    + """ AND m.seq > :after AND (m.author = 'contact' OR m.author = 'operator' AND m.sender_id IS DISTINCT FROM :who)
          ORDER BY m.seq LIMIT 20"""
)

_MOVER = text("""
    SELECT coalesce(event ->> 'who', '') FROM messages
    WHERE workspace_id = :w AND conversation_id = :conversation AND author = 'event'
      AND event ->> 'kind' IN ('handoff', 'taken', 'assigned', 'handed_back', 'closed', 'reopened')
    ORDER BY seq DESC LIMIT 1""")


@dataclass(frozen=True, slots=True)
class Line:
    """One message, note or strip. `parts` and `event` as they are stored; `states` are those of its deliveries,
    `fetched_at` is when its customer's side had it where that fetches its answers."""

    id: MessageId
    seq: int
    author: Author
    sender_id: str | None
    parts: list[dict[str, object]]
    step: str
    created_at: datetime
    client_id: str | None
    event: dict[str, object] | None
    states: tuple[str, ...]
    detail: str
    fetched_at: datetime | None


async def lines(
    workspace: WorkspaceId,
    tx: Tx,
    conversation: ConversationId,
    *,
    before: int | None,
    after: int | None,
    limit: int,
) -> list[Line]:
    """Those numbered above `after`, the lowest of them; or those below `before`, the highest; always in order."""
    given = {"w": workspace, "conversation": conversation, "limit": limit}
    if after is not None:
        return [_line(row) for row in await tx.execute(_NEWER, given | {"after": after})]
    rows = await tx.execute(_OLDER, given | {"before": 2**62 if before is None else before})
    return [_line(row) for row in reversed(rows.all())]


async def lines_at(
    workspace: WorkspaceId, tx: Tx, places: Sequence[tuple[ConversationId, int]]
) -> dict[ConversationId, list[Line]]:
    """The messages of these numbers, by conversation and in order."""
    given = {"w": workspace, "conversations": [one for one, _ in places], "seqs": [seq for _, seq in places]}
    found: dict[ConversationId, list[Line]] = {}
    for row in await tx.execute(_AT, given):
        found.setdefault(row.conversation_id, []).append(_line(row))
    return found


async def delivered(workspace: WorkspaceId, store: Store, message_ids: Sequence[str]) -> set[str]:
    """Those of these messages of which nothing is left to be sent."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_DELIVERED, workspace, list(message_ids))
    return {row["message_id"] for row in rows}


async def line(workspace: WorkspaceId, tx: Tx, conversation: ConversationId, message_id: MessageId) -> Line:
    row = (await tx.execute(_ONE, {"w": workspace, "conversation": conversation, "id": message_id})).one()
    return _line(row)


async def of_others_since(
    workspace: WorkspaceId, tx: Tx, conversation: ConversationId, *, after: int, who: str
) -> list[Line]:
    """What the customer and other people have written after number `after`."""
    rows = await tx.execute(
        _FOREIGN, {"w": workspace, "conversation": conversation, "after": after, "who": who}
    )
    return [_line(row) for row in rows]


async def last_mover(workspace: WorkspaceId, tx: Tx, conversation: ConversationId) -> str:
    """Who gave the conversation to whom it is with; empty for the program, the bot or the customer."""
    return str(await tx.scalar(_MOVER, {"w": workspace, "conversation": conversation}) or "")


def senders(found: list[Line]) -> AbstractSet[str]:
    """The accounts that these lines speak of."""
    told = {str(line.event.get(name, "")) for line in found if line.event for name in ("who", "from", "to")}
    return {line.sender_id for line in found if line.sender_id} | told - {""}


def _line(row: SqlRow[Any]) -> Line:
    return Line(
        row.id,
        row.seq,
        row.author,
        row.sender_id,
        row.parts,
        row.step,
        row.created_at,
        row.client_id,
        row.event,
        tuple(row.states or ()),
        row.detail or "",
        row.fetched_at,
    )
