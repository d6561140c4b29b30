"""Visitors of pages: what opens a conversation to the browser that began it, and the conversation as that shows it.

A token is random and opens one visitor's conversation with one assistant; the database keeps its SHA-256 alone. It is
exchanged in two steps (decision 0020): present --handed the next--> both count --the next is shown--> the next is present,
and the one before counts for ten minutes more. What a signed-in visitor shows counts
for as long as it was proved who they are. Called by `web/widget` and `web/chat_page`, and by `web/v1` where a
channel's secret goes.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Literal

import asyncpg
import msgspec
from sqlalchemy import text

from frontdesk.core.contact import CONSENT, CONSENT_AT, SIGNED_IN, UNINTRODUCED, Introduced
from frontdesk.core.conversation import Owner
from frontdesk.core.ids import AssistantId, ChannelId, ConversationId, WorkspaceId
from frontdesk.core.message import Author
from frontdesk.core.redacted import Redacted
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.messages import MESSAGE, Message, message_of
from frontdesk.store.ratings import MAY_COMMENT
from frontdesk.store.tx import Tx

RENEWED_AFTER = timedelta(days=1)
"""The next session after so long gets another token."""
GOOD_BESIDE = timedelta(minutes=10)
"""How long the one before is good yet: other tabs have it."""
TOKEN_BYTES = 32
_encode = msgspec.json.Encoder().encode

_MAKE = """
    INSERT INTO visitor_sessions (workspace_id, id, channel_id, assistant_id, external_id, token_hash, user_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
# Three questions, each answered by an index of its own.
_ONE = "FROM visitor_sessions s WHERE s.workspace_id = $1 AND s.channel_id = $2 AND s.assistant_id = $3"
_ALL = "s.id, s.external_id, s.user_id, s.proved_until > now() AS is_proved, s.about"
_FIND = f"""
    SELECT {_ALL}, CASE WHEN s.made_at < now() - $5::interval THEN 'old' ELSE 'present' END
    {_ONE} AND s.token_hash = $4
    UNION ALL SELECT {_ALL}, 'next' {_ONE} AND s.next_hash = $4
    UNION ALL SELECT {_ALL}, 'before' {_ONE} AND s.before_hash = $4 AND s.before_until > now()
    LIMIT 1
"""
_HAND = "UPDATE visitor_sessions SET next_hash = $4 WHERE workspace_id = $1 AND id = $2 AND token_hash = $3"
_SHOWN = """
    UPDATE visitor_sessions SET before_hash = token_hash, before_until = now() + $4::interval, token_hash = next_hash,
        next_hash = NULL, made_at = now()
    WHERE workspace_id = $1 AND id = $2 AND next_hash = $3
"""
_SEEN = "UPDATE visitor_sessions SET seen_at = now() WHERE workspace_id = $1 AND id = $2"
_ABOUT = "UPDATE visitor_sessions SET about = $3::jsonb WHERE workspace_id = $1 AND id = $2"
_PROVED = (
    "UPDATE visitor_sessions SET proved_until = now() + $3::interval WHERE workspace_id = $1 AND id = $2"
)
_END = "DELETE FROM visitor_sessions WHERE workspace_id = $1 AND id = $2"
_SIGN_OUT = text(
    "DELETE FROM visitor_sessions WHERE workspace_id = :w AND channel_id = :channel AND user_id <> ''"
)
# Who agrees to the same again has agreed before.
_SAID = f"($8::jsonb - CASE WHEN p.attributes ->> '{CONSENT}' = $8::jsonb ->> '{CONSENT}' THEN '{CONSENT_AT}' ELSE '' END)"
# A conversation that was merged has the contact of the one it went into.
_INTRODUCE = f"""
    UPDATE contacts p
    SET name = CASE WHEN $4 <> '' AND ($7 OR p.name = '') THEN $4 ELSE p.name END,
        email = CASE WHEN $5 <> '' AND ($7 OR p.email = '') THEN $5 ELSE p.email END,
        phone = CASE WHEN $6 <> '' AND ($7 OR p.phone = '') THEN $6 ELSE p.phone END,
        attributes = p.attributes || {_SAID}, row_version = p.row_version + 1, updated_at = now()
    FROM conversations c
    WHERE c.workspace_id = $1 AND c.channel_id = $2 AND c.external_id = $3
      AND p.workspace_id = c.workspace_id AND p.id = c.contact_id
      AND ($4 <> '' AND p.name <> $4 AND ($7 OR p.name = '') OR $5 <> '' AND p.email <> $5 AND ($7 OR p.email = '')
           OR $6 <> '' AND p.phone <> $6 AND ($7 OR p.phone = '') OR NOT p.attributes @> {_SAID})
"""
_NAME = "SELECT name FROM assistants WHERE workspace_id = $1 AND id = $2"
_STANDING = f"""
    SELECT c.owner, c.last_seq, c.queue_told, a.name AS person, c.rating_ask IS NOT NULL AND c.rating IS NULL AS asks_rating,
           {MAY_COMMENT} AS asks_comment,
           EXISTS (SELECT FROM mail_settings m WHERE m.workspace_id = c.workspace_id) AS mails
    FROM conversations c
    LEFT JOIN accounts a ON a.workspace_id = c.workspace_id AND a.id = c.assignee_id
    WHERE c.workspace_id = $1 AND c.id = $2
"""
_LINE = f"""
    SELECT {MESSAGE}, CASE WHEN m.author = 'operator' THEN
           (SELECT a.name FROM accounts a WHERE a.workspace_id = m.workspace_id AND a.id = m.sender_id) END AS person
    FROM messages m
"""
_BEFORE = f"""
    {_LINE}
    WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.seq < $3
      AND m.author = ANY ($4) AND m.parts <> '[]'::jsonb
    ORDER BY m.seq DESC LIMIT $5
"""
_AFTER = f"""
    {_LINE}
    WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.seq > $3
      AND m.author = ANY ($4) AND m.parts <> '[]'::jsonb
    ORDER BY m.seq LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`external_id`: what the channel calls the visitor. `shown`: which of its tokens they came with.

    `user_id`: who they are where they are signed in, empty for nobody known; `is_proved`: that still counts. `about`: what
    they were introduced with.
    """

    session_id: str
    external_id: str
    user_id: str = ""
    is_proved: bool = False
    about: Introduced = UNINTRODUCED
    shown: Literal["present", "old", "next", "before"] = "present"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands, as far as its visitor is told.

    `person`: who of our people has it, empty for nobody. `told`: of their wait, see `core/queue_told.py`.
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
    workspace: WorkspaceId,
    store: Store,
    channel_id: ChannelId,
    assistant_id: AssistantId,
    *,
    user_id: str = "",
) -> tuple[Visitor, Redacted]:
    """A new visitor, and the token that opens their conversation: of one who is signed in the same on each device."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    external_id = f"{SIGNED_IN}{user_id}@{assistant_id}" if user_id else mint("vis")
    made = Visitor(mint("visit"), external_id, user_id, bool(user_id))
    values = (made.session_id, channel_id, assistant_id, external_id, hash_of(token), user_id)
    async with store.turn_work(workspace) as connection:
        await connection.execute(_MAKE, workspace, *values)
    return made, Redacted(token)


async def find(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, assistant_id: AssistantId, token: str
) -> Visitor | None:
    digest = hash_of(token)
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_FIND, workspace, channel_id, assistant_id, digest, RENEWED_AFTER)
        if row is None:
            return None
        session_id, external_id, user_id, is_proved, about, shown = row
        known = msgspec.json.decode(about, type=Introduced)
        found = Visitor(session_id, external_id, user_id, bool(is_proved), known, shown)
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


async def note_proved(workspace: WorkspaceId, store: Store, visitor: Visitor, counts_for: timedelta) -> None:
    """The page has shown that the visitor is who they are said to be."""
    async with store.turn_work(workspace) as connection:
        await connection.execute(_PROVED, workspace, visitor.session_id, counts_for)


async def keep_about(workspace: WorkspaceId, store: Store, visitor: Visitor, about: Introduced) -> None:
    """What is told to the contact that comes with the first message."""
    async with store.turn_work(workspace) as connection:
        await connection.execute(_ABOUT, workspace, visitor.session_id, _encode(about).decode())


async def introduce(
    workspace: WorkspaceId,
    store: Store,
    channel_id: ChannelId,
    external_id: str,
    said: Introduced,
    *,
    is_proved: bool,
) -> None:
    """Tell what is said of a visitor to their contact, if there is one already.

    `is_proved`: somebody vouches for it, so that it takes the place of what was known; else only gaps are filled.
    """
    given = (said.name, said.email, said.phone, is_proved, _encode(said.attributes).decode())
    async with store.turn_work(workspace) as connection:
        await connection.execute(_INTRODUCE, workspace, channel_id, external_id, *given)


async def end(workspace: WorkspaceId, store: Store, visitor: Visitor) -> None:
    """What opened the conversation opens nothing any more."""
    async with store.turn_work(workspace) as connection:
        await connection.execute(_END, workspace, visitor.session_id)


async def sign_out(workspace: WorkspaceId, tx: Tx, channel_id: ChannelId) -> None:
    """Nobody is signed in on this channel any more; their next page says anew who they are."""
    await tx.execute(_SIGN_OUT, {"w": workspace, "channel": channel_id})


async def name_of(workspace: WorkspaceId, store: Store, assistant_id: AssistantId) -> str:
    async with store.turn_work(workspace) as connection:
        found: str | None = await connection.fetchval(_NAME, workspace, assistant_id)
    return found or ""


async def standing(workspace: WorkspaceId, store: Store, conversation_id: ConversationId) -> Standing | None:
    async with store.turn_work(workspace) as connection:
        return _standing(await connection.fetchrow(_STANDING, workspace, conversation_id))


def _line(row: asyncpg.Record) -> Message:
    return replace(message_of(row), person=row["person"] or "")


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
    return [_line(row) for row in reversed(rows)]


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
    return [_line(row) for row in rows], standing
