"""The two statements of an ordinary turn: read the conversation, write everything that came of a message.

Each is one round trip and one transaction. The write is guarded by the version and owner that were read and by
the lane being empty; when the guard fails nothing is written and `Stale` is raised. Called by `turn` only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import asyncpg
import msgspec

from frontdesk.core.contact import Known
from frontdesk.core.conversation import Mark, Owner, Strip
from frontdesk.core.errors import Bug
from frontdesk.core.event import Event
from frontdesk.core.ids import (
    BotVersionId,
    ChannelId,
    ContactId,
    ConversationId,
    InboundId,
    ShareId,
    TaskId,
    WorkspaceId,
)
from frontdesk.core.message import Part
from frontdesk.store import marks
from frontdesk.store.addresses import bring_survivor
from frontdesk.store.connect import Duplicate, Stale, Store
from frontdesk.store.marks import Noticed
from frontdesk.store.told import EVENTS, SENT_HERE, TOLD_WOKEN, WOKEN, Lanes

Author = Literal["contact", "bot", "operator", "note", "event"]

CONVERSATION = """
    c.id, c.contact_id, c.external_id, c.channel_id, c.task_id, c.assistant_id, c.owner, c.team, c.version, c.state,
    c.state_format, c.last_seq, c.inbound_seq, c.handled_seq, c.bot_version_id, c.created_at,
    c.updated_at,
    coalesce(c.lane_until > now(), false) AS leased, p.name AS contact_name, p.attributes,
    p.email, p.phone, c.get_contact, c.interest, c.success, c.is_bot, c.share_link, c.share_until,
    c.reopens_to, c.snoozed_until IS NOT NULL AS snoozed, c.rating_ask, c.merged_into,
    c.reader, c.assignee_id
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as read at `version`."""

    id: ConversationId
    contact_id: ContactId
    external_id: str
    channel_id: ChannelId
    task_id: TaskId
    assistant_id: str
    owner: Owner
    team: str
    version: int
    state: str
    state_format: int
    last_seq: int
    inbound_seq: int
    handled_seq: int
    bot_version_id: BotVersionId | None
    created_at: datetime
    updated_at: datetime
    leased: bool
    contact_name: str
    attributes: str
    email: str
    phone: str
    get_contact: bool
    interest: bool
    success: bool
    is_bot: bool
    share_link: ShareId | None
    share_until: datetime | None
    reopens_to: Owner
    snoozed: bool
    rating_ask: str | None
    merged_into: ConversationId | None
    reader: str
    assignee_id: str | None

    @property
    def known(self) -> Known:
        """The customer as a person."""
        return Known(self.contact_name, self.email, self.phone)

    @property
    def marks(self) -> frozenset[Mark]:
        """What was noticed so far."""
        noticed: dict[Mark, bool] = {
            "get_contact": self.get_contact,
            "interest": self.interest,
            "success": self.success,
            "is_bot": self.is_bot,
        }
        return frozenset(mark for mark, there in noticed.items() if there)

    @property
    def busy(self) -> bool:
        """Messages wait, or somebody holds the lane."""
        return self.leased or self.inbound_seq > self.handled_seq


class NewMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """`event` is set where the author is: nobody wrote it, it happened; its parts are what the customer was told."""

    id: str
    seq: int
    author: Author
    parts: tuple[Part, ...]
    step: str = ""
    sender_id: str | None = None
    client_id: str | None = None
    event: Strip | None = None


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a list of conversations learns from what happened; what is left out stays as it is.

    `author`, `preview` and `seq` are those of the last message, `contact_seq` is the number of the customer's last.
    `reader`: what the tokens are made of that open the conversation to the customer's side.
    """

    author: str | None = None
    preview: str | None = None
    seq: int | None = None
    contact_seq: int | None = None
    subject: str | None = None
    page_url: str | None = None
    priority: int | None = None
    handoff: dict[str, object] | None = None
    rating: int | None = None
    rating_max: int | None = None
    rating_ask: dict[str, object] | None = None
    reader: str | None = None


class NewEvent(msgspec.Struct, frozen=True):
    id: str
    type: str
    data: Event


class NewDelivery(msgspec.Struct, frozen=True):
    """`message_id`: what it carries to the customer. `tells_of`: what it tells others of, which goes another way."""

    id: str
    lane: str
    kind: str
    target_id: str
    body: str
    delay_s: float = 0.0
    message_id: str | None = None
    tells_of: str | None = None


class Outcome(msgspec.Struct, frozen=True):
    """Everything a turn writes besides the inbound row: what changed, what was said, what goes out, what was noticed.

    With `jobs` each lane of the deliveries is woken by one; without, somebody sends them here.
    """

    state: str
    state_format: int
    bot_version_id: BotVersionId | None
    owner: Owner
    team: str
    messages: tuple[NewMessage, ...]
    events: tuple[NewEvent, ...]
    deliveries: tuple[NewDelivery, ...]
    trace: str
    first_seq: int
    last_seq: int
    jobs: bool = True
    noticed: Noticed | None = None
    shown: Shown = Shown()


class Received(msgspec.Struct, frozen=True):
    """One message that came in, before anything was done about it."""

    id: InboundId
    channel_id: ChannelId
    heard: str
    provider_id: str | None = None
    body_hash: bytes | None = None


class Opening(msgspec.Struct, frozen=True):
    """What a conversation is made of when its first message comes in."""

    id: ConversationId
    contact_id: ContactId
    task_id: TaskId
    assistant_id: str
    external_id: str


_LOAD = f"""
    SELECT {CONVERSATION}
    FROM conversations c JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
    WHERE c.workspace_id = $1 AND c.channel_id = $2 AND c.external_id = $3
"""
_READ = f"""
    SELECT {CONVERSATION}
    FROM conversations a
    JOIN conversations c ON c.workspace_id = a.workspace_id AND c.id IN (a.id, a.merged_into)
    JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
    WHERE a.workspace_id = $1 AND a.channel_id = $2 AND a.external_id = $3
    ORDER BY c.id = a.id LIMIT 1
"""

# Every write of a conversation, `amends.py`'s too, begins with the same values:
# $1 workspace, $2 conversation, $3 inbound, $4 channel, $5 messages, $6 events, $7 state, $8 its format,
# $9 bot version, $10 owner, $11 team, $12 last seq, $13 what lists show. A turn goes on with $14 trace, $15 first seq,
# $16 deliveries.
# `lane` is the guarded write of the conversation: when it gave no row, nothing below inserts any.
OPENED = """
    INSERT INTO conversations (workspace_id, id, channel_id, state, state_format, bot_version_id, owner, team,
                               last_seq, last_author, last_preview, last_shown_seq, contact_seq, subject, page_url,
                               priority, handoff, handed_off_at, waiting_since, queued_at, desk_due_at, closed_at,
                               reader, task_id, assistant_id, contact_id, external_id, inbound_seq, handled_seq)
    VALUES ($1, $2, $4, $7::jsonb, $8, $9, $10, $11, $12,
            coalesce($13::jsonb ->> 'author', ''), coalesce($13 ->> 'preview', ''),
            coalesce(($13 ->> 'seq')::bigint, 0), coalesce(($13 ->> 'contact_seq')::bigint, 0),
            coalesce($13 ->> 'subject', ''), coalesce($13 ->> 'page_url', ''),
            coalesce(($13 ->> 'priority')::smallint, 1), $13 -> 'handoff',
            CASE WHEN $13 ? 'handoff' THEN now() END,
            CASE WHEN $10 = 'queued' OR $10 <> 'closed' AND $13 ->> 'author' = 'contact' THEN now() END,
            CASE WHEN $10 = 'queued' THEN now() END, CASE WHEN $10 = 'queued' THEN now() END,
            CASE WHEN $10 = 'closed' THEN now() END, coalesce($13 ->> 'reader', '')"""
# Right of each `=` a column is what it was before.
CHANGED = """
    UPDATE conversations
    SET state = $7::jsonb, state_format = $8, bot_version_id = $9, owner = $10, team = $11, last_seq = $12,
        version = version + 1, updated_at = now(),
        last_message_at = CASE WHEN $13::jsonb ? 'author' THEN now() ELSE last_message_at END,
        last_author = coalesce($13 ->> 'author', last_author),
        last_preview = coalesce($13 ->> 'preview', last_preview),
        last_shown_seq = coalesce(($13 ->> 'seq')::bigint, last_shown_seq),
        contact_seq = coalesce(($13 ->> 'contact_seq')::bigint, contact_seq),
        subject = CASE WHEN subject = '' THEN coalesce($13 ->> 'subject', '') ELSE subject END,
        page_url = coalesce($13 ->> 'page_url', page_url),
        priority = coalesce(($13 ->> 'priority')::smallint, priority),
        handoff = coalesce($13 -> 'handoff', handoff),
        handed_off_at = CASE WHEN $13 ? 'handoff' THEN now() ELSE handed_off_at END,
        rating = coalesce(($13 ->> 'rating')::smallint, rating),
        rating_max = coalesce(($13 ->> 'rating_max')::smallint, rating_max),
        reader = coalesce($13 ->> 'reader', reader),
        rating_ask = CASE WHEN $13 ? 'contact_seq' THEN $13 -> 'rating_ask' ELSE rating_ask END,
        snoozed_until = CASE WHEN $13 ? 'contact_seq' THEN NULL ELSE snoozed_until END,
        assignee_id = CASE WHEN $10 IN ('bot', 'queued') THEN NULL ELSE assignee_id END,
        outcome = CASE WHEN $10 = 'closed' THEN outcome ELSE '' END,
        waiting_since = CASE WHEN $10 = 'closed' THEN NULL
                             WHEN $10 = 'queued' OR $13 ->> 'author' = 'contact' THEN coalesce(waiting_since, now())
                             WHEN $13 ? 'author' THEN NULL ELSE waiting_since END,
        queued_at = CASE WHEN $10 <> 'queued' THEN NULL WHEN owner = 'queued' THEN coalesce(queued_at, now())
                         ELSE now() END,
        queue_told = CASE WHEN $10 = 'queued' AND owner = 'queued' THEN queue_told ELSE 0 END,
        closed_at = CASE WHEN $10 <> 'closed' THEN NULL WHEN owner = 'closed' THEN closed_at ELSE now() END,
        desk_due_at = CASE WHEN $10 = 'queued' AND (owner <> 'queued' OR queued_at IS NULL)
                             OR $10 = 'human' AND $13 ? 'contact_seq'
                           THEN now() ELSE desk_due_at END"""
FREE = "inbound_seq = handled_seq AND (lane_until IS NULL OR lane_until < now())"
ROWS = f"""
    said AS (
        INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, inbound_id, author, parts, step,
                              sender_id, client_id, event)
        SELECT $1, m.id, $4, $2, m.seq, $3, m.author, m.parts, coalesce(m.step, ''), m.sender_id, m.client_id, m.event
        FROM lane, jsonb_to_recordset($5::jsonb)
             AS m (id text, seq bigint, author text, parts jsonb, step text, sender_id text, client_id text,
                   event jsonb)),
    {EVENTS}
"""
_TRACE = """,
    traced AS (
        INSERT INTO traces (workspace_id, inbound_id, conversation_id, trace)
        SELECT $1, $3, $2, $14::jsonb FROM lane
        ON CONFLICT (workspace_id, inbound_id) DO UPDATE SET trace = excluded.trace)
"""
DELIVERIES = """,
    sent AS (
        INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, conversation_id, body, due_at, message_id,
                                tells_of)
        SELECT $1, d.id, d.lane, d.kind, d.target_id, $2, convert_to(d.body, 'UTF8'),
               now() + make_interval(secs => d.delay_s), d.message_id, d.tells_of
        FROM lane, jsonb_to_recordset({sent}::jsonb)
             AS d (id text, lane text, kind text, target_id text, body text, delay_s float8, message_id text,
                   tells_of text)
        RETURNING lane, due_at)
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
        INSERT INTO contacts (workspace_id, id) SELECT $1, $22 FROM lane),
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


async def load(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, external_id: str
) -> Conversation | None:
    """The conversation of a customer who writes on a channel; None when they never wrote before.

    Of one that was merged into another it is that other, which is written to at this address from now on.
    """
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_LOAD, workspace, channel_id, external_id)
        while row is not None and row["merged_into"] is not None:
            async with connection.transaction():
                merged, survivor = row["id"], row["merged_into"]
                await bring_survivor(workspace, connection, merged, survivor, at=(channel_id, external_id))
                # While the rows are held, or who writes at the other address could take the survivor back.
                row = await connection.fetchrow(_LOAD, workspace, channel_id, external_id)
    return None if row is None else Conversation(*row)


async def read(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, external_id: str
) -> Conversation | None:
    """The same where the customer has not written: what was merged leads to its survivor, whose address stays."""
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_READ, workspace, channel_id, external_id)
    return None if row is None else Conversation(*row)


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
        rest=(*_arrived(received), *opened_by(opening)),
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


def changed_to(outcome: Outcome) -> tuple[object, ...]:
    """The values $5 to $13 of every write."""
    return (
        _encode(outcome.messages).decode(),
        _encode(outcome.events).decode(),
        outcome.state,
        outcome.state_format,
        outcome.bot_version_id,
        outcome.owner,
        outcome.team,
        outcome.last_seq,
        _encode(outcome.shown).decode(),
    )


def opened_by(opening: Opening) -> tuple[object, ...]:
    """The last values of `OPENED`."""
    return (opening.task_id, opening.assistant_id, opening.contact_id, opening.external_id)


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
