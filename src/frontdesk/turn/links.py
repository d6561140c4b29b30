"""Addresses of a conversation: the panel's, for colleagues, and shared ones, for whoever holds them.

What makes a shared address work is 256 bits made from the link's random id under a key that only this installation
has: nobody can guess it, the database keeps its hash alone, and it can be shown again (decisions/0021).
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field

PANEL = "/panel"
SHARE = "/share"
_SHARED = re.compile(re.escape(f"{SHARE}?thread=") + "[a-z2-7]+")


@dataclass(frozen=True, slots=True)
class Links:
    """`public_url` has no slash at its end; `key` is this installation's for this purpose."""

    public_url: str
    key: bytes = field(repr=False)

    def panel(self, conversation_id: str) -> str:
        return f"{self.public_url}{PANEL}?menu=chats&thread={conversation_id}"

    def share(self, share_id: str) -> str:
        return f"{self.public_url}{SHARE}?thread={self.capability(share_id)}"

    def capability(self, share_id: str) -> str:
        """What has to be known to read along."""
        made = hmac.digest(self.key, share_id.encode(), "sha256")
        return base64.b32encode(made).decode().rstrip("=").lower()


def hash_of(capability: str) -> bytes:
    """What is stored of it; with that much randomness a slow hash adds nothing."""
    return hashlib.sha256(capability.encode()).digest()


def without_shares(text: str) -> str:
    """A text to be looked at, in which no shared address works any more."""
    return _SHARED.sub(f"{SHARE}?thread=hidden", text)
