"""The write of an ordinary turn: everything that came of a message, in one round trip and one transaction.

It is guarded by the version and owner that were read and by the lane being empty; when the guard fails nothing is
written and `Stale` is raised. Called by `turn` only.
"""

from typing import Literal

import asyncpg
import msgspec

from frontdesk.core.errors import Bug
from frontdesk.core.ids import InboundId, WorkspaceId
from frontdesk.store import marks
from frontdesk.store.connect import Duplicate, Stale, Store
from frontdesk.store.conversations import Conversation
from frontdesk.store.outcomes import Opening, Outcome, Received
from frontdesk.store.told import SENT_HERE, TOLD_WOKEN, WOKEN, Lanes
from frontdesk.store.turn_statements import (
    CHANGED,
    DELIVERIES,
    FREE,
    OPENED,
    ROWS,
    changed_to,
    met_by,
    opened_by,
)

_TRACE = """,
    traced AS (
        INSERT INTO traces (workspace_id, inbound_id, conversation_id, trace)
        SELECT $1, $3, $2, $14::jsonb FROM lane
        ON CONFLICT (workspace_id, inbound_id) DO UPDATE SET trace = excluded.trace)
"""
_BOUND = " WHERE $16::jsonb IS NOT NULL"

_RECEIVED = """
    received AS (
        INSERT INTO inbound (workspace_id, id, channel_id, conversation_id, lane_seq, heard, provider_id,
                             body_hash, first_seq, last_seq)
        SELECT $1, $3, $4, $2, done, $17::jsonb, $18, $19, $15, $12 FROM lane),
"""
_OPEN = f"""
    WITH lane AS (
        {OPENED}, $20, $21, $22, $23, 1, 1)
        ON CONFLICT (workspace_id, channel_id, external_id) DO NOTHING
        RETURNING inbound_seq AS done),
    met AS (
        INSERT INTO contacts (workspace_id, id, name, email, phone, attributes)
        SELECT $1, $22, $24, $25, $26, $27::jsonb FROM lane),
    {_RECEIVED}
"""
_CONTINUE = f"""
    WITH lane AS (
        {CHANGED}, inbound_seq = inbound_seq + 1, handled_seq = handled_seq + 1
        WHERE workspace_id = $1 AND id = $2 AND version = $20 AND owner = $21 AND {FREE}
        RETURNING inbound_seq AS done),
    {_RECEIVED}
"""
_LANE = f"""
    WITH lane AS (
        {CHANGED}, handled_seq = handled_seq + 1
        WHERE workspace_id = $1 AND id = $2 AND version = $17 AND owner = $18 AND lane_token = $19
        RETURNING handled_seq AS done),
    received AS (
        UPDATE inbound SET status = $20, first_seq = $15, last_seq = $12
        FROM lane WHERE inbound.workspace_id = $1 AND inbound.id = $3),
"""

_encode = msgspec.json.Encoder().encode
_SENDING, _SENDING_HERE, _SILENT, _SILENT_HERE = (
    {verb: verb + ROWS + _TRACE + deliveries for verb in (_OPEN, _CONTINUE, _LANE)}
    for deliveries in (
        DELIVERIES.format(sent="$16") + WOKEN,
        DELIVERIES.format(sent="$16") + SENT_HERE,
        TOLD_WOKEN + _BOUND,
        SENT_HERE + _BOUND,
    )
)
"""By who sends: with jobs or in this process, deliveries of the turn's own or none."""


async def open_conversation(
    workspace: WorkspaceId, store: Store, opening: Opening, received: Received, outcome: Outcome
) -> Lanes:
    """Write the first turn of a new conversation.

    Raises:
        Stale: There is such a conversation meanwhile.
        Duplicate: `received.provider_id` came before.
    """
    return await _write(
        workspace,
        store,
        _OPEN,
        outcome,
        keys=(opening.id, received.id, received.channel_id),
        rest=(*_arrived(received), *opened_by(opening), *met_by(opening)),
    )


async def continue_conversation(
    workspace: WorkspaceId, store: Store, found: Conversation, received: Received, outcome: Outcome
) -> Lanes:
    """Write a turn of a conversation whose lane is empty.

    Raises:
        Stale: The conversation changed since `found` was read, or its lane is taken.
        Duplicate: `received.provider_id` came before.
    """
    return await _write(
        workspace,
        store,
        _CONTINUE,
        outcome,
        keys=(found.id, received.id, received.channel_id),
        rest=(*_arrived(received), found.version, found.owner),
    )


async def commit_in_lane(
    workspace: WorkspaceId,
    store: Store,
    found: Conversation,
    inbound_id: InboundId,
    outcome: Outcome,
    *,
    token: str,
    status: Literal["done", "parked"] = "done",
) -> Lanes:
    """Write the turn of the waiting message `inbound_id` as the holder of the lane.

    Raises:
        Stale: The conversation changed since `found` was read, or the lane is no longer `token`'s.
    """
    return await _write(
        workspace,
        store,
        _LANE,
        outcome,
        keys=(found.id, inbound_id, found.channel_id),
        rest=(found.version, found.owner, token, status),
    )


def _arrived(received: Received) -> tuple[object, ...]:
    return (received.heard, received.provider_id, received.body_hash)


async def _write(
    workspace: WorkspaceId,
    store: Store,
    verb: str,
    outcome: Outcome,
    *,
    keys: tuple[str, str, str],
    rest: tuple[object, ...],
) -> Lanes:
    sending, silent = (_SENDING, _SILENT) if outcome.jobs else (_SENDING_HERE, _SILENT_HERE)
    sql = (sending if outcome.deliveries else silent)[verb]
    sent = _encode(outcome.deliveries).decode() if outcome.deliveries else "[]"
    turn = (outcome.trace, outcome.first_seq, sent)
    try:
        async with store.turn_work(workspace) as connection:
            values = (*keys[1:], *changed_to(outcome), *turn, *rest)
            done = await marks.written(workspace, connection, sql, keys[0], *values, noticed=outcome.noticed)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "inbound_provider":
            raise Duplicate(error.constraint_name) from error
        raise
    except asyncpg.DataError as error:
        # Never with the values that were refused: they are what people wrote.
        raise Bug(f"the turn cannot be stored: {type(error).__name__} {error.sqlstate}") from None
    if done is None:
        raise Stale
    return tuple(done["lanes"])
