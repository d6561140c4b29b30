"""The one permission table: what a route may ask for, and which scopes of a key grant it.

A route names one of `PERMISSIONS` or says `PUBLIC`; nothing is open by being forgotten.
"""

from dataclasses import dataclass
from typing import Final, Literal

PUBLIC: Final = "public"
"""The explicit permission of a route that anybody may call."""

SCOPES: dict[str, str] = {
    "admin": "Everything that a key can do.",
    "read:assistants": "See assistants.",
    "write:assistants": "Change assistants: their names, and the host names at which they answer.",
    "read:bots": "See the versions of assistants' bots with their files, and what differs between them.",
    "write:bots": "Write bots, publish them, and go back to former versions.",
    "read:conversations": "See conversations, and why the bot said what it said.",
    "write:conversations": "Answer, assign and close conversations, and write notes.",
    "send:messages": "Hand in messages of customers, through the external messenger.",
    "read:contacts": "See contacts and what is known of them.",
    "write:contacts": "Change and merge contacts.",
    "erase:contacts": "Erase a contact with all that was ever said, for good.",
    "read:channels": "See channels and their settings, secrets left out.",
    "write:channels": "Create, change and remove channels.",
    "read:tasks": "See tasks.",
    "write:tasks": "Create, change and remove tasks.",
    "read:integrations": "See integrations and what was sent to them, secrets left out.",
    "write:integrations": "Create, change and remove integrations.",
    "read:webhooks": "See webhooks and what was sent to them, secrets left out.",
    "write:webhooks": "Create, change and remove webhooks, replace their secrets, send again what failed.",
    "read:articles": "See the knowledge base, and what it could not answer.",
    "write:articles": "Write, upload and remove articles.",
    "read:analytics": "See figures about conversations.",
    "read:people": "See accounts, their roles and teams.",
    "write:people": "Change teams; invite, change and sign out people who can do no more than the key.",
    "read:workspace": "See the settings of the workspace.",
    "write:workspace": "Change the settings of the workspace: AI services, hours, saved replies, labels.",
    "read:activity": "Read, export and verify the audit log.",
    "read:keys": "See keys: their names, what they may do, and when they were used.",
    "write:keys": "Make keys that can do no more than this one, and change, rotate and revoke such keys.",
}
"""What a key of kind `api` can be given, and what it means."""

KIND_SCOPES: dict[str, frozenset[str]] = {
    "api": frozenset(),
    "rasa": frozenset({"rasa"}),
    "setup": frozenset({"setup"}),
}
"""Every kind of key and the scopes that it has by being of that kind; only `api` keys take chosen ones."""

Role = Literal["owner", "admin", "manager", "operator", "author", "viewer"]

ROLES: dict[Role, str] = {
    "owner": "Everything, and the only one who can hand the workspace on.",
    "admin": "Everything but the owner's account.",
    "manager": "Runs the desk: conversations, contacts, tasks, teams, figures.",
    "operator": "Answers customers.",
    "author": "Writes assistants and articles.",
    "viewer": "Looks, and changes nothing.",
}
"""Every role of a person and what it is for, the widest first."""

_LOOKS = frozenset(
    {
        "read:assistants",
        "read:bots",
        "read:conversations",
        "read:contacts",
        "read:channels",
        "read:tasks",
        "read:integrations",
        "read:webhooks",
        "read:articles",
        "read:analytics",
        "read:people",
        "read:workspace",
        "self",
    }
)
_ANSWERS = _LOOKS | {"write:conversations", "write:contacts"}

ROLE_SCOPES: dict[Role, frozenset[str]] = {
    "owner": frozenset({"admin", "own", "self"}),
    "admin": frozenset({"admin", "self"}),
    "manager": _ANSWERS | {"write:tasks", "write:people", "write:workspace", "write:articles", "write:keys"},
    "operator": _ANSWERS,
    "author": _LOOKS | {"write:assistants", "write:bots", "write:articles"},
    "viewer": _LOOKS,
}
"""What a person can do by their role. `self` is everybody's own account; `own` is the owner's alone."""


ANSWERING: frozenset[Role] = frozenset(
    role for role, scopes in ROLE_SCOPES.items() if scopes & {"write:conversations", "admin"}
)
"""The roles whose people can be given conversations."""


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
    "bots.write": _granted_by("Change drafts of bots, test them and talk to them.", "write:bots", "admin"),
    "bots.publish": _granted_by("Publish bots and go back to former versions.", "write:bots", "admin"),
    "conversations.read": _granted_by(
        "See conversations and the traces of their turns.",
        "read:conversations",
        "write:conversations",
        "admin",
    ),
    "conversations.write": _granted_by(
        "Answer, assign and close conversations, and write notes.", "write:conversations", "admin"
    ),
    "messages.send": _granted_by("Hand in messages of customers.", "send:messages", "admin"),
    "contacts.read": _granted_by("List and read contacts.", "read:contacts", "write:contacts", "admin"),
    "contacts.write": _granted_by("Change and merge contacts.", "write:contacts", "admin"),
    "contacts.erase": _granted_by("Erase contacts for good.", "erase:contacts", "admin"),
    "channels.read": _granted_by("List and read channels.", "read:channels", "write:channels", "admin"),
    "channels.write": _granted_by("Create, change and remove channels.", "write:channels", "admin"),
    "tasks.read": _granted_by("List and read tasks.", "read:tasks", "write:tasks", "admin"),
    "tasks.write": _granted_by("Create, change and remove tasks.", "write:tasks", "admin"),
    "integrations.read": _granted_by(
        "List and read integrations.", "read:integrations", "write:integrations", "admin"
    ),
    "integrations.write": _granted_by(
        "Create, change and remove integrations.", "write:integrations", "admin"
    ),
    "webhooks.read": _granted_by("List and read webhooks.", "read:webhooks", "write:webhooks", "admin"),
    "webhooks.write": _granted_by("Create, change and remove webhooks.", "write:webhooks", "admin"),
    "articles.read": _granted_by("See articles and gaps.", "read:articles", "write:articles", "admin"),
    "articles.write": _granted_by("Write and remove articles.", "write:articles", "admin"),
    "analytics.read": _granted_by("See figures about conversations.", "read:analytics", "admin"),
    "people.read": _granted_by("See accounts and teams.", "read:people", "write:people", "admin"),
    "people.write": _granted_by(
        "Invite people, change their roles and teams, end their sessions.", "write:people", "admin"
    ),
    "workspace.read": _granted_by(
        "See the settings of the workspace.", "read:workspace", "write:workspace", "admin"
    ),
    "workspace.write": _granted_by("Change the settings of the workspace.", "write:workspace", "admin"),
    "keys.read": _granted_by("See keys of the API.", "read:keys", "write:keys", "admin"),
    "keys.write": _granted_by("Make, change, rotate and revoke keys of the API.", "write:keys", "admin"),
    # Links to another password go by mail: whoever says where mail goes could take any account.
    "mail.write": _granted_by("Set how mail is sent.", "admin"),
    "activity.read": _granted_by("Read, export and verify the audit log.", "read:activity", "admin"),
    "alerts.write": _granted_by("Acknowledge alerts, and set when they are raised.", "admin"),
    # It deletes what nobody brings back, as erasing contacts does.
    "retention.write": _granted_by("Say how long closed conversations are kept.", "admin"),
    "workspace.own": _granted_by("Hand the workspace on.", "own"),
    "account.self": _granted_by("Use and change one's own account.", "self"),
    "conversations.rasa": _granted_by("Use the Rasa conversation API.", "rasa"),
    "setup": _granted_by("Set up a workspace, once.", "setup"),
}
"""Permission name -> who has it."""


def scope_for(permission: str) -> str:
    """Say what a key lacks that may not do something.

    Args:
        permission: One of `PERMISSIONS`.

    Returns:
        The scope that grants the least with it; empty where no key of kind `api` can have it.
    """
    by_scopes = [scope for scope in SCOPES if scope in PERMISSIONS[permission].scopes]
    return next((scope for scope in by_scopes if scope != "admin"), by_scopes[0] if by_scopes else "")


def granted(scopes: frozenset[str]) -> frozenset[str]:
    """What somebody with these scopes may do to others' things.

    Args:
        scopes: A key's, or those of a role.

    Returns:
        Names of permissions; one's own account, which everybody has who signs in, is none of them.
    """
    return frozenset(name for name, each in PERMISSIONS.items() if scopes & each.scopes) - {"account.self"}
