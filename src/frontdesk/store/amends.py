"""Changes to a conversation that no message of its customer caused: one guarded statement each, like a turn's.

The guard is the turn's own: the version that was read, and nobody at work in the lane. Called by `turn/amend.py`.
"""

import msgspec

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Stale, Store
from frontdesk.store.turns import Conversation, Opening, Outcome

# $1 workspace, $2 conversation, $3 channel, $4 messages, $5 events.
_ROWS = """,
    said AS (
        INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts, step)
        SELECT $1, m.id, $3, $2, m.seq, m.author, m.parts, m.step
        FROM lane, jsonb_to_recordset($4::jsonb)
             AS m (id text, seq bigint, author text, parts jsonb, step text)),
    happened AS (
        INSERT INTO events (workspace_id, id, type, conversation_id, data)
        SELECT $1, e.id, e.type, $2, e.data
        FROM lane, jsonb_to_recordset($5::jsonb) AS e (id text, type text, data jsonb))
    SELECT done FROM lane
"""
_AMEND = f"""
    WITH lane AS (
        UPDATE conversations
        SET state = $6::jsonb, state_format = $7, bot_version_id = $8, owner = $9, team = $10, last_seq = $11,
            version = version + 1, updated_at = now()
        WHERE workspace_id = $1 AND id = $2 AND channel_id = $3 AND version = $12
          AND inbound_seq = handled_seq AND (lane_until IS NULL OR lane_until < now())
        RETURNING true AS done)
    {_ROWS}
"""
_START = f"""
    WITH lane AS (
        INSERT INTO conversations (workspace_id, id, channel_id, state, state_format, bot_version_id, owner, team,
                                   last_seq, task_id, assistant_id, contact_id, external_id)
        VALUES ($1, $2, $3, $6::jsonb, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (workspace_id, channel_id, external_id) DO NOTHING
        RETURNING true AS done),
    met AS (
        INSERT INTO contacts (workspace_id, id) SELECT $1, $14 FROM lane)
    {_ROWS}
"""
_encode = msgspec.json.Encoder().encode


async def amend_conversation(
    workspace: WorkspaceId, store: Store, found: Conversation, outcome: Outcome
) -> None:
    """Write a change of a conversation whose lane is empty; `outcome` has no deliveries.

    Raises:
        Stale: The conversation changed since `found` was read, or its lane is taken.
    """
    await _write(workspace, store, _AMEND, outcome, keys=(found.id, found.channel_id), rest=(found.version,))


async def start_conversation(
    workspace: WorkspaceId, store: Store, opening: Opening, outcome: Outcome, *, channel_id: str
) -> None:
    """Make a conversation in which its customer has written nothing yet; `outcome` has no deliveries.

    Raises:
        Stale: There is such a conversation meanwhile.
    """
    rest = (opening.task_id, opening.assistant_id, opening.contact_id, opening.external_id)
    await _write(workspace, store, _START, outcome, keys=(opening.id, channel_id), rest=rest)


async def _write(
    workspace: WorkspaceId,
    store: Store,
    sql: str,
    outcome: Outcome,
    *,
    keys: tuple[str, str],
    rest: tuple[object, ...],
) -> None:
    async with store.turn_work(workspace) as connection:
        done = await connection.fetchval(
            sql,
            workspace,
            *keys,
            _encode(outcome.messages).decode(),
            _encode(outcome.events).decode(),
            outcome.state,
            outcome.state_format,
            outcome.bot_version_id,
            outcome.owner,
            outcome.team,
            outcome.last_seq,
            *rest,
        )
    if done is None:
        raise Stale
