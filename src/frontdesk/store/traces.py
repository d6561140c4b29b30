"""The traces of a conversation's turns as they are looked at. A turn writes its own in its commit; see `turns.py`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, BotVersionId, ConversationId, InboundId, MessageId, WorkspaceId
from frontdesk.store.tx import Tx

# By conversation they are found through its messages, and through what came in lately for turns that said
# nothing: an index of their own would be one more to write in every turn.
_COLUMNS = """
    SELECT t.inbound_id, t.conversation_id, t.created_at, t.trace, v.number
    FROM traces t
    LEFT JOIN bot_versions v ON v.workspace_id = t.workspace_id AND v.id = t.trace ->> 'bot'
    WHERE t.workspace_id = :w AND t.conversation_id = :c"""
_LIST = text(f"""{_COLUMNS} AND t.inbound_id IN (
        SELECT m.inbound_id FROM messages m WHERE m.workspace_id = :w AND m.conversation_id = :c
        UNION SELECT i.id FROM inbound i WHERE i.workspace_id = :w AND i.conversation_id = :c)
      AND (:before = '' OR t.inbound_id < :before) AND t.inbound_id > :after
    ORDER BY t.inbound_id DESC LIMIT :limit""")
_READ = text(f"{_COLUMNS} AND t.inbound_id = :i")
_TURN = text("SELECT inbound_id FROM messages WHERE workspace_id = :w AND conversation_id = :c AND id = :m")
_ASSISTANT = text("SELECT assistant_id FROM conversations WHERE workspace_id = :w AND id = :c")


@dataclass(frozen=True, slots=True)
class TraceRow:
    """`trace` as the turn wrote it; `number` is that of the bot's version."""

    inbound_id: InboundId
    conversation_id: ConversationId
    created_at: datetime
    version_id: BotVersionId | None
    number: int | None
    facts: list[dict[str, Any]]

    @property
    def id(self) -> str:
        """What it is found by in lists."""
        return self.inbound_id


async def assistant_of(workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId) -> AssistantId | None:
    """Whose conversation it is; None when there is no such one."""
    found: str | None = await tx.scalar(_ASSISTANT, {"w": workspace, "c": conversation_id})
    return None if found is None else AssistantId(found)


async def list_traces(
    workspace: WorkspaceId,
    tx: Tx,
    conversation_id: ConversationId,
    *,
    limit: int,
    before: str = "",
    after: str = "",
) -> list[TraceRow]:
    """The newest first; those of messages that came in before `before` and after `after`, where these are given."""
    keys = {"w": workspace, "c": conversation_id, "before": before, "after": after, "limit": limit}
    return [_trace(row) for row in await tx.execute(_LIST, keys)]


async def read_trace(
    workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, inbound_id: InboundId
) -> TraceRow:
    """The trace of one turn.

    Raises:
        Refused: There is none, or none any more.
    """
    row = (await tx.execute(_READ, {"w": workspace, "c": conversation_id, "i": inbound_id})).first()
    if row is None:
        raise Refused("not_found", "There is no trace of such a turn; traces are kept for a while only.")
    return _trace(row)


async def turn_of(
    workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, message_id: MessageId
) -> InboundId:
    """The turn that wrote this message.

    Raises:
        Refused: There is no such message, or no turn of the bot wrote it.
    """
    keys = {"w": workspace, "c": conversation_id, "m": message_id}
    found: str | None = await tx.scalar(_TURN, keys)
    if found is None:
        raise Refused("not_found", "There is no such message of the bot.")
    return InboundId(found)


def _trace(row: Row[Any]) -> TraceRow:
    return TraceRow(
        row.inbound_id,
        row.conversation_id,
        row.created_at,
        row.trace.get("bot"),
        row.number,
        row.trace.get("steps", []),
    )
