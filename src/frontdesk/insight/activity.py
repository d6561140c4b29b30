"""What an entry of the audit log says: who it was, which kind of thing it is about, and which fields changed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "account",
    "activity",
    "alert",
    "ai_limits",
    "ai_service",
    "article",
    "assistant",
    "bot",
    "channel",
    "contact",
    "conversation",
    "desk",
    "integration",
    "key",
    "label",
    "mail",
    "plan",
    "retention",
    "saved_reply",
    "secret",
    "task",
    "team",
    "webhook",
    "workspace",
]
"""The first word of every action."""
Who = Literal["person", "key", "shell", "program"]
_WHO: dict[str, Who] = {"session": "person", "key": "key", "shell": "shell", "cli": "shell"}


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs, by its path: `settings.language`. None: it was, or is, not there."""

    field: str
    before: object
    after: object


def who(actor: str) -> tuple[Who, str]:
    """Of an `Actor.name` who it was, and the id of the account or key, where there is one."""
    kind, _, own = actor.partition(":")
    return _WHO.get(kind, "program"), own


def changes(before: Mapping[str, object] | None, after: Mapping[str, object] | None) -> list[Change]:
    """What differs between the two; of something new or gone every field that holds something."""
    was, now = _flat(before or {}), _flat(after or {})
    return [
        Change(name, was.get(name), now.get(name))
        for name in dict.fromkeys((*was, *now))
        if was.get(name) != now.get(name)
    ]


def _flat(held: Mapping[str, object], above: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in held.items():
        if isinstance(value, Mapping) and value:
            found |= _flat(value, f"{above}{name}.")
        elif value not in ("", [], {}):
            found[f"{above}{name}"] = value
    return found
