"""Under which heading each operation of the document stands; called by `openapi`.

The longest of the addresses below that an operation's path begins with decides. The order is that of the page.
"""

from dataclasses import dataclass
from typing import Any

_TALK = "/api/v1/conversations"
_ONE_TALK = f"{_TALK}/{{conversation_id}}"
_ONE_ASSISTANT = "/api/v1/assistants/{assistant_id}"


@dataclass(frozen=True, slots=True)
class Tag:
    """One heading. `below`: the addresses that it is about."""

    name: str
    description: str
    below: tuple[str, ...] = ()


OTHER = Tag("Other", "What other parts of this installation answer.")
TAGS = (
    Tag("Conversations", "Begin, find, assign and close conversations.", (_TALK, "/api/v1/search")),
    Tag("Messages", "Read what was said, and write.", (f"{_ONE_TALK}/messages",)),
    Tag("Files", "Hand in files, and fetch those of conversations.", ("/api/v1/files", "/files")),
    Tag(
        "Traces",
        "Why the bot said what it said.",
        (f"{_ONE_TALK}/traces", f"{_ONE_TALK}/messages/{{message_id}}/why"),
    ),
    Tag("Feed", "Follow what happens, as it happens.", ("/api/v1/feed",)),
    Tag("Contacts", "The people who write, and what is known of them.", ("/api/v1/contacts",)),
    Tag(
        "Knowledge base",
        "Articles that answers come from, and questions that none answers.",
        ("/api/v1/articles", "/api/v1/knowledge", "/api/v1/knowledge-base", "/api/v1/gaps"),
    ),
    Tag("Analytics", "Figures about conversations and the knowledge base.", ("/api/v1/analytics",)),
    Tag("Webhooks", "Tell programs of yours what happens.", ("/api/v1/webhooks",)),
    Tag("Assistants", "Who answers.", ("/api/v1/assistants",)),
    Tag(
        "Drafts and versions",
        "An assistant's files: written, checked, tested and published.",
        (f"{_ONE_ASSISTANT}/draft", f"{_ONE_ASSISTANT}/versions", f"{_ONE_ASSISTANT}/understanding"),
    ),
    Tag("Channels", "Where customers write.", ("/api/v1/channels",)),
    Tag("Tasks", "Which assistant answers on which channel.", ("/api/v1/tasks",)),
    Tag("Integrations", "Systems that conversations are sent to.", ("/api/v1/integrations",)),
    Tag("People and teams", "Who works here.", ("/api/v1/people", "/api/v1/invitations", "/api/v1/teams")),
    Tag(
        "Workspace",
        "Labels, saved replies, mail, the desk and how long things are kept.",
        (
            "/api/v1/workspace",
            "/api/v1/labels",
            "/api/v1/saved-replies",
            "/api/v1/settings",
            "/api/v1/desk",
            "/api/v1/retention",
        ),
    ),
    Tag(
        "Plans",
        "What the workspace may use, and what an installation's owner gives to others.",
        ("/api/v1/plan", "/api/v1/plans", "/api/v1/workspaces"),
    ),
    Tag("Keys", "Make, change and revoke keys of this API.", ("/api/v1/keys",)),
    Tag(
        "Activity and alerts",
        "Who changed what, and what looks wrong.",
        ("/api/v1/activity", "/api/v1/alerts", "/api/v1/alert-settings"),
    ),
    Tag("Own account", "For people who are signed in; no key can.", ("/api/v1/me", "/api/v1/session")),
    Tag("REST channel", "Customers' messages in, the bot's answers out.", ("/webhooks", "/a/{assistant}")),
    Tag(
        "Rasa API",
        "The addresses of Rasa's HTTP API, for keys of the kind `rasa`.",
        ("/", "/version", "/status", "/domain", "/model", "/conversations"),
    ),
    Tag("External messenger", "Hand in what customers wrote in another messenger.", ("/api/1.1",)),
)
_BELOW = sorted(
    ((address.rstrip("/"), tag) for tag in TAGS for address in tag.below), key=lambda one: -len(one[0])
)


def tag_of(path: str) -> Tag:
    """The heading of an operation's address, as the document writes it."""
    exact = path.rstrip("/")
    found = (tag for below, tag in _BELOW if exact == below or (below and exact.startswith(f"{below}/")))
    return next(found, OTHER)


def put_tags(document: dict[str, Any]) -> None:
    """Give each operation its heading, and list those that there are."""
    used: set[Tag] = set()
    for path, by_method in document["paths"].items():
        tag = tag_of(path)
        used.add(tag)
        for operation in by_method.values():
            operation["tags"] = [tag.name]
    document["tags"] = [
        {"name": tag.name, "description": tag.description} for tag in (*TAGS, OTHER) if tag in used
    ]
