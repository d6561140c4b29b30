"""What processes tell each other besides ids: who looks at what, who types, whose presence changed, which key did.

One word each, sent with the hints and kept nowhere. A word may be lost or come late; the newest one of a person counts.
"""

import time
from dataclasses import dataclass

from frontdesk.core.ids import WorkspaceId

_AT, _PERSON, _KEY, _WRITES = "at", "person", "apikey", "writes"
_AT_PARTS, _PERSON_PARTS, _WRITES_PARTS = 6, 3, 5
VIEWING_S = 30.0
"""For how long somebody counts as looking; inboxes say it again every fifteen seconds."""


@dataclass(frozen=True, slots=True)
class At:
    """Somebody looks at a conversation, types there, or left it; `stamp` orders what they do."""

    workspace: WorkspaceId
    conversation_id: str
    account_id: str
    viewing: bool
    typing: bool
    stamp: int

    @property
    def word(self) -> str:
        doing = f"{int(self.viewing)}{int(self.typing)}"
        return f"{_AT}:{self.workspace}:{self.conversation_id}:{self.account_id}:{doing}:{self.stamp}"


@dataclass(frozen=True, slots=True)
class Changed:
    """Colleagues see this person in another way now."""

    workspace: WorkspaceId
    account_id: str

    @property
    def word(self) -> str:
        return f"{_PERSON}:{self.workspace}:{self.account_id}"


@dataclass(frozen=True, slots=True)
class Writes:
    """The customer of a conversation writes there just now; what they write is told when they send it."""

    workspace: WorkspaceId
    conversation_id: str
    visitor_id: str
    stamp: int

    @property
    def word(self) -> str:
        return f"{_WRITES}:{self.workspace}:{self.conversation_id}:{self.visitor_id}:{self.stamp}"


def of_key(key_id: str) -> str:
    """That this key is no longer what it was: whoever remembers it reads it again."""
    return f"{_KEY}:{key_id}"


def key_in(word: str) -> str:
    """The key that a word is about; empty for any other word."""
    kind, _, key_id = word.partition(":")
    return key_id if kind == _KEY else ""


def stamp() -> int:
    """Milliseconds: all processes of an installation share a clock that is good enough for this."""
    return time.time_ns() // 1_000_000


def read(word: str) -> At | Changed | Writes | None:
    """None for what is no word of ours."""
    kind, *parts = word.split(":")
    if kind == _PERSON and len(parts) == _PERSON_PARTS - 1:
        return Changed(WorkspaceId(parts[0]), parts[1])
    if kind == _WRITES and len(parts) == _WRITES_PARTS - 1 and parts[3].isdecimal():
        return Writes(WorkspaceId(parts[0]), parts[1], parts[2], int(parts[3]))
    if kind == _AT and len(parts) == _AT_PARTS - 1 and parts[4].isdecimal():
        workspace, conversation, account, doing, at = parts
        return At(WorkspaceId(workspace), conversation, account, doing[:1] == "1", doing[1:] == "1", int(at))
    return None
