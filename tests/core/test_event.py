"""The catalogue of events and their envelope. Acceptance S004-164 to S004-176."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from frontdesk.core.errors import Bug
from frontdesk.core.event import EVENTS, NAMES, ConversationCreated, Event, FeedbackReceived, envelope, schema

AT = datetime(2023, 6, 15, 14, 22, 33, 999_999, tzinfo=UTC)

# The example of the integration guide, byte for byte but for the white space.
GUIDE = {
    "event": "conversation.created",
    "timestamp": "2023-06-15T14:22:33Z",
    "data": {
        "conversation_id": "conv_12345",
        "visitor_id": "vis_67890",
        "source_url": "https://example.com/products",
        "browser": "Chrome",
        "device": "desktop",
        "initial_message": "Do you offer international shipping?",
    },
}


def test_the_guides_six_events_and_those_of_alerts_are_there() -> None:
    assert list(EVENTS) == [
        "conversation.created",
        "conversation.updated",
        "message.created",
        "handoff.requested",
        "feedback.received",
        "knowledge_base.query_failed",
        "alert.raised",
        "alert.over",
    ]
    assert {name: kind.data for name, kind in EVENTS.items()} == {name: data for data, name in NAMES.items()}


def test_the_guides_example_is_made_to_the_byte() -> None:
    data = msgspec.convert(GUIDE["data"], ConversationCreated)
    body = envelope("conversation.created", AT, data)
    assert body == json.dumps(GUIDE, separators=(",", ":")).encode()
    stored = msgspec.Raw(msgspec.json.encode(data))
    assert envelope("conversation.created", AT, stored) == body


def test_times_are_sent_in_utc() -> None:
    east = AT.astimezone(timezone(timedelta(hours=5)))
    assert b'"2023-06-15T14:22:33Z"' in envelope("conversation.created", east, ConversationCreated("c", "v"))


def test_data_of_another_event_or_a_time_without_zone_is_a_bug() -> None:
    with pytest.raises(Bug, match="not the data"):
        envelope("conversation.created", AT, FeedbackReceived("c", "v", 1, 5))
    with pytest.raises(Bug, match="zone"):
        envelope("conversation.created", AT.replace(tzinfo=None), ConversationCreated("c", "v"))


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_has_a_schema_of_what_is_sent(name: str) -> None:
    described: dict[str, Any] = json.loads(json.dumps(schema(name)))
    assert described["properties"]["event"] == {"const": name}
    data = described["properties"]["data"]
    assert "$ref" not in json.dumps(described)
    kind: type[Event] = EVENTS[name].data
    assert list(data["properties"]) == list(kind.__struct_fields__)
    about = ["alert_id", "kind"] if name.startswith("alert.") else ["conversation_id", "visitor_id"]
    assert data["required"][:2] == about
