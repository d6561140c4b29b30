"""News as events: what a stream tells of a message or a conversation is what the lists of the API show of it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.message import Part
from frontdesk.store import news as stored
from frontdesk.store.connect import Store
from frontdesk.store.news import News
from frontdesk.web.feed.frames import Event


class _Message(msgspec.Struct):
    id: str
    seq: int
    author: str
    parts: tuple[Part, ...]
    step: str
    created_at: datetime


class _Said(msgspec.Struct):
    conversation_id: str
    message: _Message


class _Conversation(msgspec.Struct):
    id: str
    owner: str
    team: str
    version: int
    created_at: datetime
    updated_at: datetime


class _Row(msgspec.Struct):
    conversation_id: str
    conversation: _Conversation


async def told(workspace: WorkspaceId, store: Store, news: News) -> Sequence[Event]:
    """The events of `news`, each conversation's messages before what became of it."""
    if not news.changed:
        return ()
    shown = await stored.show(workspace, store, news)
    encode = msgspec.json.encode
    events: list[Event] = []
    for changed in news.changed:
        id_ = changed.conversation_id
        for message in shown.messages.get(id_, ()):
            said = _Said(id_, msgspec.convert(message, _Message, from_attributes=True))
            events.append(Event("message", encode(said), changed.assistant_id))
        row = shown.conversations.get(id_)
        if changed.row and row is not None:
            found = _Row(id_, msgspec.convert(row, _Conversation, from_attributes=True))
            events.append(Event("conversation", encode(found), changed.assistant_id))
    return events
