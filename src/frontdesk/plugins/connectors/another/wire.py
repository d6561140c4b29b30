"""The webhook of an external messenger, field for field (source documents 002 and 003): strings alone, yes and no."""

import json
from typing import Literal

from frontdesk.core.contact import called, reached_at
from frontdesk.core.message import written_out
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
        "message_text": written_out(told.parts),
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


def _yes(true: object) -> str:
    return "yes" if true else "no"
