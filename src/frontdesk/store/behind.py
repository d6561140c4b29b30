"""Conversations that a former release has written beside this one, while an upgrade went on: what it did not know of is made
up for, so that lists show them, teams hear of them, and nobody waits unseen. Called by `app.catching_up`.
"""

from datetime import datetime

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store

BATCH = 500

# Every write of this release that brings a line tells lists of it, and none leaves a queue without its moment.
_CATCH_UP = """
    WITH behind AS MATERIALIZED (
        SELECT c.id, m.seq, m.author, m.created_at, m.line
        FROM conversations c CROSS JOIN LATERAL (
            SELECT s.seq, s.author, s.created_at, s.parts -> 0 ->> 'text' AS line FROM messages s
            WHERE s.workspace_id = c.workspace_id AND s.conversation_id = c.id
              AND s.author IN ('contact', 'bot', 'operator')
            ORDER BY s.seq DESC LIMIT 1) m
        WHERE c.workspace_id = $1 AND c.updated_at > $2
          AND (m.seq > c.last_shown_seq OR c.owner = 'queued' AND c.queued_at IS NULL
               OR c.owner = 'closed' AND c.closed_at IS NULL)
        LIMIT $3 FOR UPDATE OF c SKIP LOCKED),
    found AS (
        SELECT b.*, coalesce((SELECT max(s.seq) FROM messages s
                              WHERE s.workspace_id = $1 AND s.conversation_id = b.id AND s.author = 'contact'), 0) AS contact_seq,
               coalesce((SELECT left(s.parts -> 0 ->> 'text', 100) FROM messages s
                         WHERE s.workspace_id = $1 AND s.conversation_id = b.id AND s.author = 'contact'
                         ORDER BY s.seq LIMIT 1), '') AS subject
        FROM behind b)
    UPDATE conversations c SET
        last_message_at = f.created_at, last_author = f.author, last_shown_seq = f.seq,
        last_preview = left(regexp_replace(coalesce(f.line, ''), '\\s+', ' ', 'g'), 140),
        contact_seq = f.contact_seq, subject = CASE WHEN c.subject = '' THEN f.subject ELSE c.subject END,
        waiting_since = CASE WHEN c.owner = 'closed' THEN NULL
                             WHEN c.owner = 'queued' OR f.author = 'contact' THEN coalesce(c.waiting_since, f.created_at) END,
        queued_at = CASE WHEN c.owner = 'queued' THEN coalesce(c.queued_at, c.updated_at) END,
        closed_at = CASE WHEN c.owner = 'closed' THEN coalesce(c.closed_at, c.updated_at) END,
        desk_due_at = CASE WHEN c.owner = 'queued' OR c.owner = 'human' AND f.author = 'contact' THEN now()
                           ELSE c.desk_due_at END
    FROM found f WHERE c.workspace_id = $1 AND c.id = f.id"""


async def catch_up(workspace: WorkspaceId, store: Store, *, since: datetime) -> int:
    """Bring those that were written after `since` up to date; how many there were. Small batches hold up no turn."""
    caught = 0
    async with store.turn_work(workspace) as connection:
        while True:
            done = int((await connection.execute(_CATCH_UP, workspace, since, BATCH)).rpartition(" ")[2])
            caught += done
            if done < BATCH:
                return caught
