"""A conversation as Rasa's tracker object: what was said as events, and the slots as they are. Pure.

Made from our messages, so it has the events that clients act on: session_started, user, bot, restart, slot. Called
by `web/rasa_api.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from frontdesk.core.message import plain
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.slots import read_slot
from frontdesk.dialog.state import State
from frontdesk.kit.rasa_bubbles import bubbles
from frontdesk.store.conversations import Conversation
from frontdesk.store.messages import RESTART, Message

Include = Literal["NONE", "APPLIED", "AFTER_RESTART", "ALL"]
Json = dict[str, object]

_PARTS_OF_A_BUBBLE = ("elements", "quick_replies", "buttons", "attachment", "image", "custom")


@dataclass(frozen=True, slots=True)
class Shown:
    """A conversation with all that its tracker is made of; `messages` are the last ones, in order.

    `asked_for` names the customer: of a conversation that was merged into `found` it is another than `found` has.
    """

    asked_for: str
    found: Conversation
    bot: Bot
    state: State
    messages: Sequence[Message]
    channel_type: str


def tracker(shown: Shown, include: Include, until: float | None) -> Json:
    """The object; with `until`, events after that time are left out, while slots stay as they are now."""
    events = [event for event in _events(shown) if until is None or _time(event) <= until]
    users = [event for event in events if event["event"] == "user"]
    return {
        "sender_id": shown.asked_for,
        "slots": _slots(shown),
        "latest_message": users[-1]["parse_data"] if users else _parse_data(None, "", None),
        "latest_event_time": _time(events[-1]) if events else None,
        "followup_action": None,
        "paused": shown.found.owner in {"queued", "human"},
        "events": _included(events, include),
        "latest_input_channel": shown.channel_type if users else None,
        "active_loop": {},
        "latest_action": {"action_name": "action_listen"},
        "latest_action_name": "action_listen",
    }


def _slots(shown: Shown) -> Json:
    slots: Json = {name: read_slot(shown.state, slot) for name, slot in shown.bot.slots.items()}
    return slots | {"session_started_metadata": None}


def _included(events: list[Json], include: Include) -> list[Json] | None:
    if include == "NONE":
        return None
    if include == "ALL":
        return events
    starts = [at for at, event in enumerate(events) if event["event"] == "restart"]
    return events[starts[-1] + 1 :] if starts else events


def _events(shown: Shown) -> list[Json]:
    events = [_event("session_started", shown.found.created_at)]
    last_heard = max((m.seq for m in shown.messages if m.author == "contact"), default=0)
    for message in shown.messages:
        if message.author == "contact":
            intent = shown.state.intent if message.seq == last_heard else ""
            events.append(_user(message, intent, shown.channel_type))
        elif message.author == "note":
            events += [_event("restart", message.created_at)] if message.step == RESTART else []
        elif message.parts:
            events += _bot(message, shown.asked_for)
    for name, value in _slots(shown).items():
        if value is not None:
            events.append(_event("slot", shown.found.updated_at, name=name, value=value))
    return events


def _event(kind: str, at: datetime, **fields: object) -> Json:
    return {"event": kind, "timestamp": at.timestamp(), "metadata": {}, **fields}


def _time(event: Json) -> float:
    at = event["timestamp"]
    return at if isinstance(at, float) else 0.0


def _user(message: Message, intent: str, channel_type: str) -> Json:
    text = plain(message.parts)
    return _event(
        "user",
        message.created_at,
        text=text,
        parse_data=_parse_data(text, intent, message.id),
        input_channel=channel_type,
        message_id=message.id,
    )


def _parse_data(text: str | None, intent: str, message_id: str | None) -> Json:
    return {
        "intent": {"name": intent or None, "confidence": 1.0 if intent else 0.0},
        "entities": [],
        "text": text,
        "message_id": message_id,
        "metadata": {},
    }


def _bot(message: Message, recipient: str) -> list[Json]:
    """One event a bubble, as the REST wire sends them."""
    found: list[Json] = []
    for bubble in bubbles(recipient, message.parts):
        data = {name: bubble.get(name) for name in _PARTS_OF_A_BUBBLE}
        event = _event("bot", message.created_at, text=bubble.get("text"), data=data)
        found.append(event | {"metadata": {"author": message.author}})
    return found
