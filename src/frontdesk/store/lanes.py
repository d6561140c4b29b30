"""The lane of a conversation: messages wait in arrival order, one holder at a time works them off.

free --take--> held --renew--> held --release (nothing waits)--> free
                 `--lane_until passes (holder died)--> free
A message is put in with its number first; `lane_seq` is dense, `handled_seq` counts what is done. A holder is
known by its token; whatever it writes later under a token that is no longer the lane's fails. Called by `turn`.
"""

from dataclasses import dataclass

import asyncpg

from frontdesk.core.conversation import Owner
from frontdesk.core.event import NAMES, ConversationCreated
from frontdesk.core.ids import ConversationId, InboundId, WorkspaceId
from frontdesk.store.addresses import ENDED
from frontdesk.store.connect import Duplicate, Stale, Store, across_workspaces
from frontdesk.store.conversations import CONVERSATION, Conversation
from frontdesk.store.outcomes import Opening, Received
from frontdesk.store.turn_statements import met_by

LANE_S = 15.0
"""How long a lane stays held without being renewed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The next message of a lane, with the conversation as it is now.

    `opens`: whether it opens the conversation where that is closed; not if its sender ended the conversation after it.
    `begins`: whether it is the first of a conversation of which no event has told yet.
    """

    conversation: Conversation
    inbound_id: InboundId
    heard: str
    tries: int
    opens: bool
    begins: bool


_JOIN = f"""
    WITH lane AS (
        UPDATE conversations
        SET inbound_seq = inbound_seq + 1,
            reader = CASE WHEN reader = coalesce($8, reader) OR starts_with(reader, '{ENDED}') THEN reader ELSE '' END
        WHERE workspace_id = $1 AND id = $2 AND merged_into IS NULL RETURNING inbound_seq)
    INSERT INTO inbound (workspace_id, id, channel_id, conversation_id, lane_seq, heard, provider_id, body_hash,
                         status)
    SELECT $1, $3, $4, $2, inbound_seq, $5::jsonb, $6, $7, 'waiting' FROM lane RETURNING lane_seq
"""
_OPEN_AND_JOIN = """
    WITH lane AS (
        INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id,
                                   state, state_format, owner, reader, inbound_seq)
        VALUES ($1, $2, $4, $8, $9, $10, $11, $12::jsonb, $13, $14, $15, 1)
        ON CONFLICT (workspace_id, channel_id, external_id) DO NOTHING
        RETURNING inbound_seq),
    met AS (
        INSERT INTO contacts (workspace_id, id, name, email, phone, attributes)
        SELECT $1, $10, $16, $17, $18, $19::jsonb FROM lane)
    INSERT INTO inbound (workspace_id, id, channel_id, conversation_id, lane_seq, heard, provider_id, body_hash,
                         status)
    SELECT $1, $3, $4, $2, inbound_seq, $5::jsonb, $6, $7, 'waiting' FROM lane RETURNING lane_seq
"""
_NEXT = f"""
    SELECT {CONVERSATION}, i.id AS inbound_id, i.heard, i.tries, i.opens,
           c.handled_seq = 0 AND NOT EXISTS (
               SELECT FROM events e WHERE e.workspace_id = c.workspace_id AND e.conversation_id = c.id
                                      AND e.type = '{NAMES[ConversationCreated]}') AS begins
    FROM conversations c
    JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
    JOIN inbound i ON i.workspace_id = c.workspace_id AND i.conversation_id = c.id
                  AND i.lane_seq = c.handled_seq + 1
    WHERE c.workspace_id = $1 AND c.id = $2 AND c.lane_token = $3
"""


async def _insert(workspace: WorkspaceId, store: Store, sql: str, *values: object) -> bool:
    try:
        async with store.turn_work(workspace) as connection:
            return await connection.fetchval(sql, workspace, *values) is not None
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "inbound_provider":
            raise Duplicate(error.constraint_name) from error
        raise


async def join(
    workspace: WorkspaceId,
    store: Store,
    conversation_id: ConversationId,
    received: Received,
    *,
    reader: str | None = None,
) -> None:
    """Put a message at the end of the lane; from here on it is acknowledged and cannot be lost.

    Unless `reader` is the conversation's own, no token opens that any longer; None says nothing of it.

    Raises:
        Duplicate: `received.provider_id` came before.
        Stale: The conversation is gone, or was merged into another one meanwhile.
    """
    if not await _insert(workspace, store, _JOIN, conversation_id, *_arrived(received), reader):
        raise Stale


async def join_within(
    workspace: WorkspaceId,
    connection: asyncpg.Connection,
    conversation_id: ConversationId,
    received: Received,
) -> None:
    """The same inside the caller's transaction, which holds the conversation."""
    await connection.fetchval(_JOIN, workspace, conversation_id, *_arrived(received), None)


async def leave_closed(
    workspace: WorkspaceId, connection: asyncpg.Connection, conversation_id: ConversationId
) -> None:
    """What waits by now opens the conversation no more; inside the caller's transaction, which holds it."""
    await connection.execute(
        """UPDATE inbound SET opens = false
           WHERE workspace_id = $1 AND conversation_id = $2 AND status = 'waiting'
             AND lane_seq > (SELECT handled_seq FROM conversations WHERE workspace_id = $1 AND id = $2)""",
        workspace,
        conversation_id,
    )


def _arrived(received: Received) -> tuple[object, ...]:
    return (received.id, received.channel_id, received.heard, received.provider_id, received.body_hash)


async def open_and_join(
    workspace: WorkspaceId,
    store: Store,
    opening: Opening,
    received: Received,
    *,
    state: str,
    state_format: int,
    owner: Owner,
    reader: str = "",
) -> None:
    """The same for the first message of a new conversation.

    Raises:
        Stale: There is such a conversation meanwhile; `join` it.
        Duplicate: `received.provider_id` came before.
    """
    values = _arrived(received)
    more = (opening.task_id, opening.assistant_id, opening.contact_id, opening.external_id)
    begun = (state, state_format, owner, reader)
    given = (*values, *more, *begun, *met_by(opening))
    if not await _insert(workspace, store, _OPEN_AND_JOIN, opening.id, *given):
        raise Stale


async def take(workspace: WorkspaceId, store: Store, conversation_id: ConversationId, token: str) -> bool:
    """Become the holder when messages wait and nobody else is; False otherwise."""
    async with store.turn_work(workspace) as connection:
        taken = await connection.fetchval(
            """UPDATE conversations SET lane_token = $3, lane_until = now() + make_interval(secs => $4)
               WHERE workspace_id = $1 AND id = $2 AND inbound_seq > handled_seq
                 AND (lane_until IS NULL OR lane_until < now()) RETURNING true""",
            workspace,
            conversation_id,
            token,
            LANE_S,
        )
    return taken is not None


async def renew(workspace: WorkspaceId, store: Store, conversation_id: ConversationId, token: str) -> bool:
    """Hold on for another `LANE_S`; False when the lane is somebody else's by now."""
    async with store.turn_work(workspace) as connection:
        held = await connection.fetchval(
            """UPDATE conversations SET lane_until = now() + make_interval(secs => $4)
               WHERE workspace_id = $1 AND id = $2 AND lane_token = $3 RETURNING true""",
            workspace,
            conversation_id,
            token,
            LANE_S,
        )
    return held is not None


async def release(workspace: WorkspaceId, store: Store, conversation_id: ConversationId, token: str) -> bool:
    """Let go when nothing waits any more; False when something does, and the lane stays held."""
    async with store.turn_work(workspace) as connection:
        free = await connection.fetchval(
            """UPDATE conversations SET lane_token = NULL, lane_until = NULL
               WHERE workspace_id = $1 AND id = $2 AND lane_token = $3 AND inbound_seq = handled_seq
               RETURNING true""",
            workspace,
            conversation_id,
            token,
        )
    return free is not None


async def abandon(workspace: WorkspaceId, store: Store, conversation_id: ConversationId, token: str) -> None:
    """Let go at once although messages wait: somebody else may take the lane now."""
    async with store.turn_work(workspace) as connection:
        await connection.execute(
            """UPDATE conversations SET lane_token = NULL, lane_until = NULL
               WHERE workspace_id = $1 AND id = $2 AND lane_token = $3""",
            workspace,
            conversation_id,
            token,
        )


async def next_waiting(
    workspace: WorkspaceId, store: Store, conversation_id: ConversationId, token: str
) -> Waiting | None:
    """The oldest message not handled yet; None when there is none or the lane is not `token`'s."""
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_NEXT, workspace, conversation_id, token)
    if row is None:
        return None
    *conversation, inbound_id, heard, tries, opens, begins = row
    return Waiting(Conversation(*conversation), inbound_id, heard, tries, opens, begins)


async def count_try(workspace: WorkspaceId, store: Store, inbound_id: InboundId, error: str) -> int:
    """Remember that handling a message failed; how often it has failed by now, 0 when the message is gone."""
    async with store.turn_work(workspace) as connection:
        tries: int | None = await connection.fetchval(
            """UPDATE inbound SET tries = least(tries + 1, 1000), error = left($3, 2000)
               WHERE workspace_id = $1 AND id = $2 RETURNING tries""",
            workspace,
            inbound_id,
            error,
        )
    return tries or 0


@across_workspaces("finds lanes whose holder died; the work itself is done inside each workspace")
async def stuck(store: Store, *, older_than_s: float, limit: int = 200) -> list[tuple[str, str]]:
    """Workspace and conversation of lanes in which a message has waited longer than `older_than_s`."""
    async with store.claim_work() as connection:
        rows = await connection.fetch(
            """SELECT workspace_id, conversation_id FROM inbound
               WHERE status = 'waiting' AND received_at < now() - make_interval(secs => $1)
               GROUP BY workspace_id, conversation_id ORDER BY min(received_at) LIMIT $2""",
            older_than_s,
            limit,
        )
    return [(row["workspace_id"], row["conversation_id"]) for row in rows]
