"""Changing a conversation at the desk: its row is held first, so that of many who want it each sees what the one before
did; then one statement writes everything that came of it. Called by `desk`.

Its key is held only where its address may change: what others add beside it, such as the words of the search, waits for
no act, and no act for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from frontdesk.core.conversation import Closing, Owner
from frontdesk.core.errors import Refused
from frontdesk.core.ids import ChannelId, ContactId, ConversationId, MessageId, WorkspaceId
from frontdesk.store import marks
from frontdesk.store.addresses import swap_addresses
from frontdesk.store.connect import json_text, raw
from frontdesk.store.conversations import CONVERSATION, Conversation
from frontdesk.store.directory import INTEGRATION, Connected, Entrance
from frontdesk.store.lanes import join_within, leave_closed
from frontdesk.store.marks import Noticed
from frontdesk.store.outcomes import NewDelivery, NewEvent, NewMessage, Received
from frontdesk.store.told import SENT_HERE, WOKEN, Lanes
from frontdesk.store.turn_statements import DELIVERIES, ROWS
from frontdesk.store.tx import Tx


@dataclass(slots=True)
class Standing:
    """How a conversation stands with the desk; what an act changes in it is written."""

    assignee_id: str | None
    priority: int
    snoozed_until: datetime | None
    outcome: Closing
    reopens_to: Owner
    waiting_since: datetime | None
    queued_at: datetime | None
    closed_at: datetime | None
    desk_due_at: datetime | None
    merged_into: ConversationId | None
    rating_ask: str | None
    queue_told: int
    subject: str


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation that nobody else changes until the transaction ends; `contact_at` and `contact_seq`: of its customer's last
    line."""

    conversation: Conversation
    entrance: Entrance
    standing: Standing
    contact_language: str
    handoff: dict[str, object] | None
    contact_at: datetime
    contact_seq: int


_STANDING = ", ".join(f"c.{name}" for name in Standing.__dataclass_fields__)
_HOLD = f"""
    SELECT {CONVERSATION}, {_STANDING}, coalesce(p.language, '') AS contact_language, c.handoff,
           coalesce((SELECT m.created_at FROM messages m
                     WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id AND m.seq = c.contact_seq),
                    c.created_at) AS contact_at,
           c.contact_seq,
           ch.type AS channel_type,
           coalesce(t.service_mode, 'ai') AS service_mode, coalesce(a.slug, '') AS slug,
           CASE WHEN a.deleted_at IS NULL THEN a.published_version END AS published_version, w.language,
           coalesce(t.manager_id, '') AS manager_id, {INTEGRATION} AS integration
    FROM conversations c
    JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
    JOIN channels ch ON ch.workspace_id = c.workspace_id AND ch.id = c.channel_id
    JOIN workspaces w ON w.workspace_id = c.workspace_id
    LEFT JOIN tasks t ON t.workspace_id = c.workspace_id AND t.id = c.task_id
    LEFT JOIN integrations i ON i.workspace_id = t.workspace_id AND i.id = t.integration_id
    LEFT JOIN assistants a ON a.workspace_id = c.workspace_id AND a.id = c.assistant_id
    WHERE c.workspace_id = $1 AND c.id = $2
    FOR NO KEY UPDATE OF c
"""
# $1 workspace, $2 conversation, $3 no message came in, $4 channel, $5 messages, $6 events, $7 deliveries.
_ACT = f"""
    WITH lane AS (
        UPDATE conversations
        SET owner = $8, team = $9, last_seq = $10, version = version + 1, updated_at = now(),
            last_message_at = CASE WHEN $11::text IS NULL THEN last_message_at ELSE now() END,
            last_author = coalesce($11, last_author), last_preview = coalesce($12::text, last_preview),
            last_shown_seq = coalesce($13::bigint, last_shown_seq),
            assignee_id = $14, priority = $15, snoozed_until = $16, outcome = $17, reopens_to = $18,
            waiting_since = $19, queued_at = $20, closed_at = $21, desk_due_at = $22, merged_into = $23,
            rating_ask = $24::jsonb, queue_told = $25, subject = $26
        WHERE workspace_id = $1 AND id = $2
        RETURNING true AS done),
    {ROWS} {DELIVERIES.format(sent="$7")}
"""
_ACT_WITH_JOBS, _ACT_SENT_HERE = _ACT + WOKEN, _ACT + SENT_HERE
_JSON = frozenset({"state", "attributes", "rating_ask"})
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation is held, and who answers there."""

    channel_id: ChannelId
    assistant_id: str


async def place_of(workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId) -> Place:
    """
    Raises:
        Refused: There is no such conversation.
    """
    row = await (await raw(tx)).fetchrow(
        "SELECT channel_id, assistant_id FROM conversations WHERE workspace_id = $1 AND id = $2",
        workspace,
        conversation_id,
    )
    if row is None:
        raise Refused("not_found", "There is no such conversation.")
    return Place(row[0], row[1])


async def hold(workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId) -> Held:
    """The conversation as it is, kept from everybody else until the transaction ends.

    Raises:
        Refused: There is none.
    """
    connection = await raw(tx)
    row = await connection.fetchrow(_HOLD, workspace, conversation_id)
    if row is None:
        raise Refused("not_found", "There is no such conversation.")
    # Under a unit of work JSON comes decoded; the line keeps it as text.
    values: tuple[Any, ...] = tuple(
        json_text(value) if name in _JSON and value is not None else value for name, value in row.items()
    )
    turn, desk = len(Conversation.__dataclass_fields__), len(Standing.__dataclass_fields__)
    found = Conversation(*values[:turn])
    entrance = Entrance(
        workspace=workspace,
        assistant_id=row["assistant_id"],
        slug=row["slug"],
        channel_id=found.channel_id,
        channel_type=row["channel_type"],
        task_id=found.task_id,
        service_mode=row["service_mode"],
        env={},
        published_version=row["published_version"],
        settings={},
        language=row["language"],
        manager_id=row["manager_id"],
        integration=msgspec.convert(row["integration"], Connected | None),
    )
    return Held(
        found,
        entrance,
        Standing(*values[turn : turn + desk]),
        row["contact_language"],
        row["handoff"],
        row["contact_at"],
        row["contact_seq"],
    )


@dataclass(frozen=True, slots=True)
class Done:
    """Everything that an act writes. `shown` is author, head and number of a new last line, if there is one."""

    owner: Owner
    team: str
    last_seq: int
    standing: Standing
    messages: Sequence[NewMessage]
    events: Sequence[NewEvent]
    deliveries: Sequence[NewDelivery]
    shown: tuple[str, str, int] | None
    jobs: bool
    noticed: Noticed | None = None


async def write(workspace: WorkspaceId, tx: Tx, held: Held, done: Done) -> Lanes:
    """Write what came of an act on a conversation that is held.

    Raises:
        Refused: A message's `client_id` was used in another conversation of the channel.
    """
    connection, found, standing = await raw(tx), held.conversation, done.standing
    try:
        written = await connection.fetchrow(
            _ACT_WITH_JOBS if done.jobs else _ACT_SENT_HERE,
            workspace,
            found.id,
            None,
            found.channel_id,
            *(_encode(rows).decode() for rows in (done.messages, done.events, done.deliveries)),
            done.owner,
            done.team,
            done.last_seq,
            *(done.shown or (None, None, None)),
            *(getattr(standing, name) for name in Standing.__dataclass_fields__),
        )
        if done.noticed is not None:
            await marks.write(workspace, connection, found.id, done.noticed)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "messages_client":
            raise client_id_taken() from error
        raise
    return () if written is None else tuple(written["lanes"])


def client_id_taken() -> Refused:
    return Refused(
        "idempotency_mismatch", "This client_id was used in another conversation.", field="client_id"
    )


async def hear(workspace: WorkspaceId, tx: Tx, held: Held, received: Received) -> None:
    """Put something that the bot has to hear into the lane of a conversation that is held."""
    await join_within(workspace, await raw(tx), held.conversation.id, received)


async def leave_unanswered(workspace: WorkspaceId, tx: Tx, held: Held) -> None:
    """What was said and not heard yet is no reason to open the conversation that is held."""
    await leave_closed(workspace, await raw(tx), held.conversation.id)


async def swap(workspace: WorkspaceId, tx: Tx, one: Held, other: Held) -> None:
    """Each is written to where the other was."""
    await swap_addresses(workspace, await raw(tx), one.conversation.id, other.conversation.id)


async def sent_before(
    workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, channel_id: str, client_id: str
) -> tuple[ConversationId, MessageId] | None:
    """Conversation and message that came under this id before: to this conversation, wherever it was held then, or to
    another one of the channel."""
    connection = await raw(tx)
    row = await connection.fetchrow(
        """(SELECT conversation_id, id FROM messages
            WHERE workspace_id = $1 AND conversation_id = $2 AND client_id = $4 ORDER BY seq LIMIT 1)
           UNION ALL
           (SELECT conversation_id, id FROM messages
            WHERE workspace_id = $1 AND channel_id = $3 AND client_id = $4) LIMIT 1""",
        workspace,
        conversation_id,
        channel_id,
        client_id,
    )
    return None if row is None else (row[0], row[1])


async def mention(
    workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, seq: int, accounts: Sequence[str]
) -> None:
    """Tell people that a note names them."""
    connection = await raw(tx)
    await connection.executemany(
        """INSERT INTO mentions (workspace_id, account_id, conversation_id, seq) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING""",
        [(workspace, account, conversation_id, seq) for account in dict.fromkeys(accounts)],
    )


async def hold_merging(workspace: WorkspaceId, tx: Tx, source: ConversationId, into: ConversationId) -> None:
    """Nobody else changes the two, nor what was merged into `source` before, until the transaction ends.

    In the order of their ids, as everybody holds several: who comes to the address of one that was merged holds that
    and its survivor. With their keys, for they may swap addresses: asked for later, two could wait for each other.
    """
    connection = await raw(tx)
    await connection.fetchval(
        """SELECT count(*) FROM (
               SELECT FROM conversations WHERE workspace_id = $1 AND (id IN ($2, $3) OR merged_into = $2)
               ORDER BY id FOR UPDATE) held""",
        workspace,
        source,
        into,
    )


async def move_merged(workspace: WorkspaceId, tx: Tx, source: ConversationId, into: ConversationId) -> None:
    """What was merged into `source` before leads to `into` as well."""
    connection = await raw(tx)
    await connection.execute(
        "UPDATE conversations SET merged_into = $3 WHERE workspace_id = $1 AND merged_into = $2",
        workspace,
        source,
        into,
    )


async def contact_of(workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId) -> ContactId | None:
    connection = await raw(tx)
    found: ContactId | None = await connection.fetchval(
        "SELECT contact_id FROM conversations WHERE workspace_id = $1 AND id = $2", workspace, conversation_id
    )
    return found
