"""The one permission table: what a route may ask for, and which scopes of a key grant it.

A route names one of `PERMISSIONS` or says `PUBLIC`; nothing is open by being forgotten.
"""

from dataclasses import dataclass
from typing import Final

PUBLIC: Final = "public"
"""The explicit permission of a route that anybody may call."""

SCOPES: dict[str, str] = {
    "admin": "Everything that a key can do.",
    "read:assistants": "See assistants.",
    "write:assistants": "Change assistants: their names, and the host names at which they answer.",
    "read:bots": "See the versions of assistants' bots with their files, and what differs between them.",
    "write:bots": "Publish bots, and go back to former versions.",
    "read:conversations": "See conversations, and why the bot said what it said.",
    "read:channels": "See channels and their settings, secrets left out.",
    "write:channels": "Create, change and remove channels.",
}
"""What a key of kind `api` can be given, and what it means."""

KIND_SCOPES: dict[str, frozenset[str]] = {
    "api": frozenset(),
    "rasa": frozenset({"rasa"}),
    "setup": frozenset({"setup"}),
}
"""Every kind of key and the scopes that it has by being of that kind; only `api` keys take chosen ones."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One row of the table.

    Attributes:
        meaning: What it allows, for people.
        scopes: Any one of these grants it.
    """

    meaning: str
    scopes: frozenset[str]


def _granted_by(meaning: str, *scopes: str) -> Permission:
    return Permission(meaning, frozenset(scopes))


PERMISSIONS: dict[str, Permission] = {
    "assistants.read": _granted_by(
        "List and read assistants.", "read:assistants", "write:assistants", "admin"
    ),
    "assistants.write": _granted_by("Change assistants.", "write:assistants", "admin"),
    "bots.read": _granted_by("See versions of bots, with their files.", "read:bots", "write:bots", "admin"),
    "bots.publish": _granted_by("Publish bots and go back to former versions.", "write:bots", "admin"),
    "conversations.read": _granted_by(
        "See conversations and the traces of their turns.", "read:conversations", "admin"
    ),
    "channels.read": _granted_by("List and read channels.", "read:channels", "write:channels", "admin"),
    "channels.write": _granted_by("Create, change and remove channels.", "write:channels", "admin"),
    "conversations.rasa": _granted_by("Use the Rasa conversation API.", "rasa"),
    "setup": _granted_by("Set up a workspace, once.", "setup"),
}
"""Permission name -> who has it."""
