"""The pieces that every write of a conversation is made of, and the values they begin with.

`turns.py`, `amends.py` and `desk_acts.py` put them together, each to one statement behind a guard of its own.
"""

import msgspec

from frontdesk.store.outcomes import Opening, Outcome
from frontdesk.store.told import EVENTS

# Every write begins with the same values:
# $1 workspace, $2 conversation, $3 inbound, $4 channel, $5 messages, $6 events, $7 state, $8 its format,
# $9 bot version, $10 owner, $11 team, $12 last seq, $13 what lists show. A turn goes on with $14 trace, $15 first seq,
# $16 deliveries.
# `lane` is the guarded write of the conversation: when it gave no row, nothing below inserts any.
OPENED = """
    INSERT INTO conversations (workspace_id, id, channel_id, state, state_format, bot_version_id, owner, team,
                               last_seq, last_author, last_preview, last_shown_seq, contact_seq, subject, page_url,
                               browser, device, referrer, priority, handoff, handed_off_at, waiting_since, queued_at, desk_due_at, closed_at,
                               reader, task_id, assistant_id, contact_id, external_id, inbound_seq, handled_seq)
    VALUES ($1, $2, $4, $7::jsonb, $8, $9, $10, $11, $12,
            coalesce($13::jsonb ->> 'author', ''), coalesce($13 ->> 'preview', ''),
            coalesce(($13 ->> 'seq')::bigint, 0), coalesce(($13 ->> 'contact_seq')::bigint, 0),
            coalesce($13 ->> 'subject', ''), coalesce($13 ->> 'page_url', ''),
            coalesce($13 ->> 'browser', ''), coalesce($13 ->> 'device', ''), coalesce($13 ->> 'referrer', ''),
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
        browser = coalesce($13 ->> 'browser', browser), device = coalesce($13 ->> 'device', device),
        referrer = CASE WHEN handled_seq = 0 THEN coalesce($13 ->> 'referrer', referrer) ELSE referrer END,
        priority = coalesce(($13 ->> 'priority')::smallint, priority),
        handoff = coalesce($13 -> 'handoff', handoff),
        handed_off_at = CASE WHEN $13 ? 'handoff' THEN now() ELSE handed_off_at END,
        rating = coalesce(($13 ->> 'rating')::smallint, rating),
        rating_max = coalesce(($13 ->> 'rating_max')::smallint, rating_max),
        rating_comment = CASE WHEN $13 ? 'rating' THEN $13 ->> 'rating_comment' ELSE rating_comment END,
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
                             OR $13 ? 'contact_seq' AND ($10 = 'human' OR $10 = 'queued' AND snoozed_until IS NOT NULL)
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

_encode = msgspec.json.Encoder().encode


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


def met_by(opening: Opening) -> tuple[object, ...]:
    """Name, e-mail, phone and attributes of the contact that comes with a conversation."""
    met = opening.met
    return (met.name, met.email, met.phone, _encode(met.attributes).decode())
