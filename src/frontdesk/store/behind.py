"""Conversations that a former release has written beside this one, while an upgrade went on: what it did not know of is made
up for, so that lists show them, teams hear of them, and nobody waits unseen. Called by `app.catching_up`.
"""

from datetime import datetime

import msgspec

from frontdesk.core.action import Heard, Said
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.message import file_ids
from frontdesk.store.connect import Store, json_text

BATCH = 500

# Every write of this release that brings a line tells lists of it, and none leaves a queue without its moment.
_CATCH_UP = """
    WITH behind AS MATERIALIZED (
        SELECT c.id, m.seq, m.author, m.created_at, m.line
        FROM conversations c CROSS JOIN LATERAL (
            SELECT s.seq, s.author, s.created_at, coalesce(
                s.parts -> 0 ->> 'text', s.parts -> 0 ->> 'alt', s.parts -> 0 ->> 'name') AS line FROM messages s
            WHERE s.workspace_id = c.workspace_id AND s.conversation_id = c.id
              AND s.author IN ('contact', 'bot', 'operator')
            ORDER BY s.seq DESC LIMIT 1) m
        WHERE c.workspace_id = $1 AND c.updated_at > $2
          AND (m.seq > c.last_shown_seq OR c.owner = 'queued' AND c.queued_at IS NULL
               OR c.owner = 'closed' AND c.closed_at IS NULL)
        LIMIT $3 FOR NO KEY UPDATE OF c SKIP LOCKED),
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

# A file belongs to its conversation from the commit on that keeps its message: where it does not, a former release kept that.
_FILES_BEHIND = """
    SELECT DISTINCT m.id, i.heard::text, c.id
    FROM uploads u
    JOIN channels h ON h.workspace_id = $1
    JOIN conversations c ON c.workspace_id = $1 AND c.channel_id = h.id AND c.external_id = substr(u.uploaded_by, 9)
    JOIN inbound i ON i.workspace_id = $1 AND i.conversation_id = c.id AND i.status <> 'waiting'
                  AND i.heard -> 'files' @> jsonb_build_array(jsonb_build_object('file_id', u.id))
    JOIN messages m ON m.workspace_id = $1 AND m.conversation_id = c.id AND m.author = 'contact'
                   AND m.seq BETWEEN i.first_seq AND i.last_seq
    WHERE u.workspace_id = $1 AND u.conversation_id IS NULL AND u.created_at > $2 AND u.uploaded_by LIKE 'visitor:%'
    LIMIT $3"""
_WITH_FILES = "UPDATE messages SET parts = $3::jsonb WHERE workspace_id = $1 AND id = $2"
_BELONG = """
    UPDATE uploads SET conversation_id = $2
    WHERE workspace_id = $1 AND id = ANY ($3) AND conversation_id IS NULL"""

_heard = msgspec.json.Decoder(Heard)


async def give_files(workspace: WorkspaceId, store: Store, *, since: datetime) -> int:
    """Give messages of visitors the files that were handed in after `since` and left out; how many there were."""
    given = 0
    async with store.turn_work(workspace) as connection, connection.transaction():
        for message, heard, conversation in await connection.fetch(_FILES_BEHIND, workspace, since, BATCH):
            said = _heard.decode(heard)
            if isinstance(said, Said):
                await connection.execute(_WITH_FILES, workspace, message, json_text(said.parts))
                await connection.execute(_BELONG, workspace, conversation, list(file_ids(said.parts)))
                given += 1
    return given


async def catch_up(workspace: WorkspaceId, store: Store, *, since: datetime) -> int:
    """Bring those that were written after `since` up to date; how many there were. Small batches hold up no turn."""
    caught = 0
    async with store.turn_work(workspace) as connection:
        while True:
            done = int((await connection.execute(_CATCH_UP, workspace, since, BATCH)).rpartition(" ")[2])
            caught += done
            if done < BATCH:
                return caught
