"""Visitors of pages: what opens a conversation to the browser that began it, and the conversation as that shows it.

A token is random and opens one visitor's conversation with one assistant; the database keeps its SHA-256 alone. It is
exchanged in two steps (decision 0020): present --handed the next--> both count --the next is shown--> the next is present,
and the one before counts for ten minutes more. Called by `web/widget`.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Literal

import asyncpg

from frontdesk.core.conversation import Owner
from frontdesk.core.ids import AssistantId, ChannelId, ConversationId, WorkspaceId
from frontdesk.core.message import Author
from frontdesk.core.redacted import Redacted
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.messages import MESSAGE, Message, message_of
from frontdesk.store.ratings import MAY_COMMENT

RENEWED_AFTER = timedelta(days=1)
"""The next session after so long gets another token."""
GOOD_BESIDE = timedelta(minutes=10)
"""How long the one before is good yet: other tabs have it."""
TOKEN_BYTES = 32

_MAKE = """
    INSERT INTO visitor_sessions (workspace_id, id, channel_id, assistant_id, external_id, token_hash)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
# Three questions, each answered by an index of its own.
_ONE = "FROM visitor_sessions s WHERE s.workspace_id = $1 AND s.channel_id = $2 AND s.assistant_id = $3"
_FIND = f"""
    SELECT s.id, s.external_id, CASE WHEN s.made_at < now() - $5::interval THEN 'old' ELSE 'present' END
    {_ONE} AND s.token_hash = $4
    UNION ALL SELECT s.id, s.external_id, 'next' {_ONE} AND s.next_hash = $4
    UNION ALL SELECT s.id, s.external_id, 'before' {_ONE} AND s.before_hash = $4 AND s.before_until > now()
    LIMIT 1
"""
_HAND = "UPDATE visitor_sessions SET next_hash = $4 WHERE workspace_id = $1 AND id = $2 AND token_hash = $3"
_SHOWN = """
    UPDATE visitor_sessions SET before_hash = token_hash, before_until = now() + $4::interval, token_hash = next_hash,
        next_hash = NULL, made_at = now()
    WHERE workspace_id = $1 AND id = $2 AND next_hash = $3
"""
_SEEN = "UPDATE visitor_sessions SET seen_at = now() WHERE workspace_id = $1 AND id = $2"
_NAME = "SELECT name FROM assistants WHERE workspace_id = $1 AND id = $2"
_STANDING = f"""
    SELECT c.owner, c.last_seq, c.queue_told, a.name AS person, c.rating_ask IS NOT NULL AND c.rating IS NULL AS asks_rating,
           {MAY_COMMENT} AS asks_comment,
           EXISTS (SELECT FROM mail_settings m WHERE m.workspace_id = c.workspace_id) AS mails
    FROM conversations c
    LEFT JOIN accounts a ON a.workspace_id = c.workspace_id AND a.id = c.assignee_id
    WHERE c.workspace_id = $1 AND c.id = $2
"""
_BEFORE = f"""
    SELECT {MESSAGE} FROM messages m
    WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.seq < $3
      AND m.author = ANY ($4) AND m.parts <> '[]'::jsonb
    ORDER BY m.seq DESC LIMIT $5
"""
_AFTER = f"""
    SELECT {MESSAGE} FROM messages m
    WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.seq > $3
      AND m.author = ANY ($4) AND m.parts <> '[]'::jsonb
    ORDER BY m.seq LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`external_id`: what the channel calls the visitor. `shown`: which of its tokens they came with."""

    session_id: str
    external_id: str
    shown: Literal["present", "old", "next", "before"] = "present"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands, as far as its visitor is told.

    `person`: who of our people has it, empty for nobody. `told`: the place in the queue; negative: that nobody is there.
    `asks_comment`: something may be said of the rating. `mails`: the workspace can send mail.
    """

    owner: Owner
    last_seq: int
    person: str
    told: int
    asks_rating: bool
    asks_comment: bool
    mails: bool


def hash_of(token: str) -> bytes:
    return sha256(token.encode()).digest()


async def make(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, assistant_id: AssistantId
) -> tuple[Visitor, Redacted]:
    """A new visitor, and the token that opens their conversation."""
    token, made = secrets.token_urlsafe(TOKEN_BYTES), Visitor(mint("visit"), mint("vis"))
    async with store.turn_work(workspace) as connection:
        await connection.execute(
            _MAKE, workspace, made.session_id, channel_id, assistant_id, made.external_id, hash_of(token)
        )
    return made, Redacted(token)


async def find(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, assistant_id: AssistantId, token: str
) -> Visitor | None:
    digest = hash_of(token)
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_FIND, workspace, channel_id, assistant_id, digest, RENEWED_AFTER)
        if row is None:
            return None
        found = Visitor(*row)
        if found.shown == "next":
            await connection.execute(_SHOWN, workspace, found.session_id, digest, GOOD_BESIDE)
    return found


async def next_token(
    workspace: WorkspaceId, store: Store, visitor: Visitor, token: str, key: bytes
) -> Redacted:
    """What the browser has to show from now on: the same however often it is asked, so that a lost answer costs nothing.

    `key`: known to the processes of this installation alone.
    """
    if visitor.shown in {"present", "next"}:
        return Redacted(token)
    fresh = urlsafe_b64encode(hmac.digest(key, token.encode(), "sha256")).decode().rstrip("=")
    if visitor.shown == "old":
        async with store.turn_work(workspace) as connection:
            await connection.execute(_HAND, workspace, visitor.session_id, hash_of(token), hash_of(fresh))
    return Redacted(fresh)


async def note_seen(workspace: WorkspaceId, store: Store, visitor: Visitor) -> None:
    async with store.turn_work(workspace) as connection:
        await connection.execute(_SEEN, workspace, visitor.session_id)


async def name_of(workspace: WorkspaceId, store: Store, assistant_id: AssistantId) -> str:
    async with store.turn_work(workspace) as connection:
        found: str | None = await connection.fetchval(_NAME, workspace, assistant_id)
    return found or ""


async def standing(workspace: WorkspaceId, store: Store, conversation_id: ConversationId) -> Standing | None:
    async with store.turn_work(workspace) as connection:
        return _standing(await connection.fetchrow(_STANDING, workspace, conversation_id))


def _standing(row: asyncpg.Record | None) -> Standing | None:
    if row is None:
        return None
    return Standing(
        row["owner"],
        row["last_seq"],
        row["person"] or "",
        row["queue_told"],
        asks_rating=row["asks_rating"],
        asks_comment=row["asks_comment"],
        mails=row["mails"],
    )


async def before(
    workspace: WorkspaceId,
    store: Store,
    conversation_id: ConversationId,
    seq: int,
    *,
    authors: frozenset[Author],
    most: int,
) -> list[Message]:
    """The last ones below a number, in order."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_BEFORE, workspace, conversation_id, seq, list(authors), most)
    return [message_of(row) for row in reversed(rows)]


async def news(
    workspace: WorkspaceId,
    store: Store,
    conversation_id: ConversationId,
    seq: int,
    *,
    authors: frozenset[Author],
    most: int,
) -> tuple[list[Message], Standing | None]:
    """The first ones above a number, in order, and how it stands."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_AFTER, workspace, conversation_id, seq, list(authors), most)
        standing = _standing(await connection.fetchrow(_STANDING, workspace, conversation_id))
    return [message_of(row) for row in rows], standing
