"""The catalogue of events that the outside can subscribe to, and the envelope they travel in.

Each event is one struct, whose fields are the `data` of the envelope. Fields are added, never renamed or taken
away: receivers must ignore what they do not know.
"""

from datetime import UTC, datetime
from inspect import cleandoc
from typing import Literal

import msgspec

from frontdesk.core.alerts import AlertKind
from frontdesk.core.conversation import Owner
from frontdesk.core.errors import Bug
from frontdesk.core.visit import Device


class ConversationCreated(msgspec.Struct, frozen=True):
    """A new conversation has started.

    Attributes:
        source_url: The page it started on; empty on channels without pages.
        browser: Chrome, Edge, Firefox, Opera, Safari, Samsung Internet or Other; empty when unknown.
        device: What the visitor holds, empty when unknown.
        initial_message: The visitor's first message.
        referrer: The page of another site that led the visitor here; left out when unknown.
    """

    conversation_id: str
    visitor_id: str
    source_url: str = ""
    browser: str = ""
    device: Device = ""
    initial_message: str = ""
    referrer: str | msgspec.UnsetType = msgspec.UNSET


class ConversationUpdated(msgspec.Struct, frozen=True):
    """A conversation has changed hands, was closed or reopened, or got another assistant.

    Attributes:
        owner: Who answers now.
        previous_owner: Who answered before; the same when something else changed.
        assistant_id: The assistant of the conversation's task.
        team: The team it waits for or is with; empty for none.
        assignee_id: The account or key that has it, or had it when it was closed; empty for nobody.
    """

    conversation_id: str
    visitor_id: str
    owner: Owner
    previous_owner: Owner
    assistant_id: str
    team: str = ""
    assignee_id: str = ""


class MessageCreated(msgspec.Struct, frozen=True):
    """A new message has been added, whoever wrote it; a receiver that echoes messages looks at `author`.

    Attributes:
        seq: Position within the conversation, rising by one; receivers look for gaps.
        author: Who wrote it.
        text: The message as plain text.
    """

    conversation_id: str
    visitor_id: str
    message_id: str
    seq: int
    author: Literal["visitor", "bot", "operator"]
    text: str


class HandoffRequested(msgspec.Struct, frozen=True):
    """A human hand-off has been requested, by the visitor, the bot or a rule.

    Attributes:
        team: The team that is asked for; empty for any.
        reason: Where in the bot it was decided (`flow/step`), or who asked.
        last_message: The visitor's message that led to it.
        share: What the people who take over are to be shown.
        person: Whom it is for, by name or address; empty for anybody of the team.
        priority: How much it matters.
    """

    conversation_id: str
    visitor_id: str
    team: str = ""
    reason: str = ""
    last_message: str = ""
    share: tuple[str, ...] = ()
    person: str = ""
    priority: Literal["low", "normal", "high", "urgent"] = "normal"


class FeedbackReceived(msgspec.Struct, frozen=True):
    """A visitor has rated a conversation or one message of it.

    Attributes:
        rating: The points given, 1 is the worst.
        rating_max: The most points there were to give.
        comment: What they wrote with it.
        message_id: The rated message; empty when it is the whole conversation.
    """

    conversation_id: str
    visitor_id: str
    rating: int
    rating_max: int
    comment: str = ""
    message_id: str = ""


class KnowledgeBaseQueryFailed(msgspec.Struct, frozen=True):
    """No good match was found in the knowledge base.

    Attributes:
        query: What was asked.
        language: Of the query, as a language tag; empty when unknown.
        best_score: How well the best article matched, 0 to 1; 0 when there was none.
    """

    conversation_id: str
    visitor_id: str
    query: str
    language: str = ""
    best_score: float = 0.0


class AlertRaised(msgspec.Struct, frozen=True):
    """Something is wrong that people should look at; it is told once, however long it lasts.

    Attributes:
        alert_id: The alert; its end names it again.
        kind: What is wrong.
        figure: What was measured.
        threshold: From which figure on it is raised.
    """

    alert_id: str
    kind: AlertKind
    figure: float
    threshold: float


class AlertOver(msgspec.Struct, frozen=True):
    """What an alert was raised for is over.

    Attributes:
        alert_id: The alert that was raised.
        kind: What was wrong.
        raised_at: Since when, in UTC.
    """

    alert_id: str
    kind: AlertKind
    raised_at: str


Event = (
    ConversationCreated
    | ConversationUpdated
    | MessageCreated
    | HandoffRequested
    | FeedbackReceived
    | KnowledgeBaseQueryFailed
    | AlertRaised
    | AlertOver
)


class Kind(msgspec.Struct, frozen=True):
    """One row of the catalogue: what the event means, for people, and the type of its data."""

    meaning: str
    data: type[Event]


EVENTS: dict[str, Kind] = {
    "conversation.created": Kind("A new conversation has started.", ConversationCreated),
    "conversation.updated": Kind("A conversation has been updated.", ConversationUpdated),
    "message.created": Kind("A new message has been added.", MessageCreated),
    "handoff.requested": Kind("A human hand-off has been requested.", HandoffRequested),
    "feedback.received": Kind("A visitor has given feedback.", FeedbackReceived),
    "knowledge_base.query_failed": Kind(
        "No good match was found in the knowledge base.", KnowledgeBaseQueryFailed
    ),
    "alert.raised": Kind("Something is wrong that people should look at.", AlertRaised),
    "alert.over": Kind("What an alert was raised for is over.", AlertOver),
}
"""Every event by its name."""

NAMES: dict[type[Event], str] = {kind.data: name for name, kind in EVENTS.items()}
"""The name of each type of data."""


class _Envelope(msgspec.Struct):
    event: str
    timestamp: str
    data: Event | msgspec.Raw


def envelope(event: str, timestamp: datetime, data: Event | msgspec.Raw) -> bytes:
    """Put an event into the form in which it is sent.

    Args:
        event: A key of `EVENTS`.
        timestamp: When it happened, with a time zone.
        data: The event's struct, or its JSON as stored.

    Returns:
        `{"event": ..., "timestamp": "2023-06-15T14:22:33Z", "data": {...}}`, keys in this order.

    Raises:
        Bug: The data is of another event, or the time has no zone.

    Source: integration guide, Webhook Payload Example.
    """
    if not isinstance(data, msgspec.Raw) and type(data) is not EVENTS[event].data:
        raise Bug(f"{type(data).__name__} is not the data of {event}")
    if timestamp.tzinfo is None:
        raise Bug("a time without a zone")
    at = timestamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return msgspec.json.encode(_Envelope(event, at, data))


def schema(event: str) -> dict[str, object]:
    """Describe the envelope of one event.

    Args:
        event: A key of `EVENTS`.

    Returns:
        A JSON Schema (2020-12) of the whole body.
    """
    kind = EVENTS[event]
    data = msgspec.json.schema(kind.data)["$defs"][kind.data.__name__]
    data["description"] = cleandoc(data["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event,
        "description": kind.meaning,
        "type": "object",
        "required": ["event", "timestamp", "data"],
        "properties": {
            "event": {"const": event},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": data,
        },
    }
