"""The webhook of an external messenger, field for field (source documents 002 and 003): strings alone, yes and no."""

import json
from typing import Literal

from frontdesk.core.contact import called, reached_at
from frontdesk.core.message import (
    Attachment,
    Audio,
    Button,
    Buttons,
    Card,
    Cards,
    Custom,
    Image,
    Input,
    Part,
    Text,
    Video,
)
from frontdesk.plugins.connectors.another.settings import WebhookType
from frontdesk.ports.listener import Occasion, Told

TYPES: dict[Occasion, WebhookType] = {
    "message": "all_messages",
    "get_contact": "contact_received",
    "interest": "interest",
    "success": "success",
}
"""Why something is told, and the type of its webhook."""
_AUTHORS: dict[str, Literal["user", "bot", "operator"]] = {
    "contact": "user",
    "bot": "bot",
    "operator": "operator",
}


def body(told: Told) -> bytes:
    """One webhook. `operator` and `close` are the conversation's as the turn left it."""
    fields = {
        "channel_id": told.channel_id,
        "close": _yes(told.owner == "closed"),
        "company_id": told.workspace_id,
        "contacts": reached_at(told.known, told.external_id),
        "external_chat_id": told.external_id,
        "get_contact": _yes("get_contact" in told.marks),
        "interest": _yes("interest" in told.marks),
        "is_bot": _yes("is_bot" in told.marks),
        "manager_id": told.manager_id,
        "message_id": told.message_id,
        "message_text": text(told.parts),
        "message_type": _AUTHORS[told.author],
        "operator": _yes(told.owner in {"queued", "human"}),
        "panel_url": told.panel_url,
        "share_url": told.share_url,
        "success": _yes("success" in told.marks),
        "task_id": told.task_id,
        "thread_id": told.conversation_id,
        "title": called(told.known, told.external_id),
        "wh_type": TYPES[told.occasion],
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def text(parts: tuple[Part, ...]) -> str:
    """A message as text: buttons numbered, media as their addresses."""
    return "\n".join(line for part in parts for line in _lines(part) if line)


def _lines(part: Part) -> list[str]:
    match part:
        case Text(said) | Input(said):
            return [said]
        case Buttons(said, buttons):
            return [said, *_numbered(buttons)]
        case Image(url, name) | Attachment(url, name) | Audio(url, name) | Video(url, name):
            return [_named(name, url)]
        case Cards(cards):
            return [line for card in cards for line in _card(card)]
        case Custom():
            return []


def _card(card: Card) -> list[str]:
    return [_named(card.title, card.subtitle), card.image, *_numbered(card.buttons)]


def _numbered(buttons: tuple[Button, ...]) -> list[str]:
    return [f"{number}. {_named(button.title, button.url)}" for number, button in enumerate(buttons, 1)]


def _named(name: str, what: str) -> str:
    return f"{name}: {what}" if name and what else name or what


def _yes(true: object) -> str:
    return "yes" if true else "no"
