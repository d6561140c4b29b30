"""Names of things: a prefix that says what it is, then a time-ordered UUID in base32.

Ids are minted in `store`; this file only says what they are called and reads them.
"""

import re
from typing import NewType

from frontdesk.core.errors import Refused

WorkspaceId = NewType("WorkspaceId", str)
AssistantId = NewType("AssistantId", str)
BotVersionId = NewType("BotVersionId", str)
ChannelId = NewType("ChannelId", str)
TaskId = NewType("TaskId", str)
ContactId = NewType("ContactId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
InboundId = NewType("InboundId", str)
EventId = NewType("EventId", str)
DeliveryId = NewType("DeliveryId", str)
KeyId = NewType("KeyId", str)
AiServiceId = NewType("AiServiceId", str)
FileId = NewType("FileId", str)
ArticleId = NewType("ArticleId", str)
AccountId = NewType("AccountId", str)
SessionId = NewType("SessionId", str)
LinkId = NewType("LinkId", str)
IntegrationId = NewType("IntegrationId", str)
ShareId = NewType("ShareId", str)
PushId = NewType("PushId", str)
WebhookId = NewType("WebhookId", str)

PREFIXES = {
    "ws": "workspace",
    "asst": "assistant",
    "bot": "bot version",
    "chan": "channel",
    "task": "task",
    "vis": "contact",
    "conv": "conversation",
    "msg": "message",
    "in": "inbound message",
    "evt": "event",
    "dlv": "delivery",
    "key": "API key",
    "req": "request",
    "sec": "secret",
    "aud": "audit entry",
    "file": "file",
    "art": "article",
    "src": "knowledge source",
    "ais": "AI service",
    "use": "use of an AI service",
    "team": "team",
    "lbl": "label",
    "reply": "saved reply",
    "note": "note on a contact",
    "acct": "account",
    "sess": "session",
    "link": "link",
    "intg": "integration",
    "share": "share link",
    "hook": "webhook",
    "alert": "alert",
    "push": "device that is sent notices",
    "visit": "visitor session",
}
"""Every prefix in use and the noun it stands for."""

_SHAPE = re.compile(r"[a-z]{2,5}_[0-9a-hjkmnp-tv-z]{26}", re.ASCII)


def parse(prefix: str, text: str) -> str:
    """Read an id that came from outside.

    Args:
        prefix: One of `PREFIXES`, without the underscore.
        text: Anything.

    Returns:
        `text` itself when it has the shape of such an id.

    Raises:
        Refused: With code `not_found`; a malformed id names nothing, like an unknown one.
    """
    if text.startswith(prefix + "_") and _SHAPE.fullmatch(text):
        return text
    raise Refused("not_found", f"There is no such {PREFIXES[prefix]}.")
