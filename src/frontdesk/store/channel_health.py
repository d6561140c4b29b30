"""When channels last heard and said something: real messages, not self-tests. Called by the page of the channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.tx import Tx

# The newest lines of a channel are in one of the conversations that changed last.
_LAST = text("""
    SELECT asked.id, count(c.id) AS recent,
           max(l.created_at) FILTER (WHERE l.author = 'contact') AS heard_at,
           max(l.created_at) FILTER (WHERE l.author IN ('bot', 'operator')) AS said_at
    FROM unnest(CAST(:channels AS text[])) AS asked (id)
    LEFT JOIN LATERAL (
        SELECT id FROM conversations
        WHERE workspace_id = :workspace AND channel_id = asked.id
        ORDER BY updated_at DESC LIMIT 10) AS c ON true
    LEFT JOIN LATERAL (
        SELECT author, created_at FROM messages
        WHERE workspace_id = :workspace AND conversation_id = c.id
        ORDER BY seq DESC LIMIT 20) AS l ON true
    GROUP BY asked.id""")
_REACH = text("""
    SELECT (SELECT count(*) FROM conversations WHERE workspace_id = :workspace AND channel_id = :id) AS conversations,
           (SELECT count(*) FROM tasks
            WHERE workspace_id = :workspace AND channel_id = :id AND deleted_at IS NULL) AS tasks""")


@dataclass(frozen=True, slots=True)
class Health:
    """`heard_at`: the last line of a customer; `said_at`: the last one of ours. None where there was none."""

    heard_at: datetime | None
    said_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reach:
    """What goes with a channel that is removed."""

    conversations: int
    tasks: int


async def last_lines(workspace: WorkspaceId, tx: Tx, channel_ids: Sequence[str]) -> dict[str, Health]:
    rows = await tx.execute(_LAST, {"workspace": workspace, "channels": list(channel_ids)})
    return {row.id: Health(row.heard_at, row.said_at) for row in rows}


async def reach(workspace: WorkspaceId, tx: Tx, channel_id: str) -> Reach:
    row = (await tx.execute(_REACH, {"workspace": workspace, "id": channel_id})).one()
    return Reach(row.conversations, row.tasks)
