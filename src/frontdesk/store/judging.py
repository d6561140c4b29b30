"""Conversations that a language model has yet to look at: who does, and what is written of it. Called by `desk`."""

import msgspec

from frontdesk.core.conversation import Mark
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.store.connect import Store, raw
from frontdesk.store.messages import Message, message_of
from frontdesk.store.tx import Tx

_UNREAD = """
    SELECT contact_seq FROM conversations WHERE workspace_id = $1 AND id = $2 AND judged_seq < contact_seq
"""
_READ = """
    UPDATE conversations SET judged_seq = $3 WHERE workspace_id = $1 AND id = $2 AND judged_seq < $3
"""
# Under a unit of work JSON comes decoded; the line keeps it as text, and gives it as such.
_LAST = """
    SELECT m.id, m.seq, m.author, m.parts::text AS parts, m.step, m.created_at FROM messages m
    WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.author = 'contact'
    ORDER BY m.seq DESC LIMIT 1
"""
_TRACED = """
    UPDATE traces SET trace = jsonb_set(trace, '{steps}', coalesce(trace -> 'steps', '[]'::jsonb) || $3::text::jsonb)
    WHERE workspace_id = $1 AND inbound_id = (
        SELECT inbound_id FROM messages WHERE workspace_id = $1 AND id = $2)
"""


async def unread(workspace: WorkspaceId, store: Store, conversation_id: ConversationId) -> int | None:
    """The number of the customer's last message; None where the model has answered for it already."""
    async with store.turn_work(workspace) as connection:
        seq: int | None = await connection.fetchval(_UNREAD, workspace, conversation_id)
    return seq


async def mark_read(workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, seq: int) -> None:
    """What came of the message is written with this, or nothing did; it is not asked about again."""
    await (await raw(tx)).execute(_READ, workspace, conversation_id, seq)


async def last_of_customer(workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId) -> Message | None:
    row = await (await raw(tx)).fetchrow(_LAST, workspace, conversation_id)
    return None if row is None else message_of(row)


async def trace(workspace: WorkspaceId, tx: Tx, message_id: str, marks: list[Mark]) -> None:
    """Say in the trace of the turn that the message began that a model showed these."""
    facts = [{"fact": "noticed", "mark": mark, "by": "model"} for mark in marks]
    connection = await raw(tx)
    await connection.execute(_TRACED, workspace, message_id, msgspec.json.encode(facts).decode())
