"""Who owns a conversation: `bot -> queued -> human -> (bot | closed)`; a customer's next message reopens it.

What was noticed of one stands here too: once noticed, it stays.
"""

from typing import Literal

import msgspec

Owner = Literal["bot", "queued", "human", "closed"]

MOVES: dict[Owner, frozenset[Owner]] = {
    "bot": frozenset({"queued", "human", "closed"}),
    "queued": frozenset({"human", "bot", "closed"}),
    "human": frozenset({"bot", "queued", "closed"}),
    "closed": frozenset({"bot", "queued", "human"}),
}
"""Where ownership may go from each state."""

Mark = Literal["get_contact", "interest", "success", "is_bot"]
"""A contact was given, interest was shown, the goal was reached, the other side is a program."""

Closing = Literal["", "solved", "not_solved", "spam"]
"""How a conversation ended; empty while it goes on, and where nobody said."""

Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")
"""By rank: the number of a priority is its place here."""

PREVIEW_CHARS = 140
"""Characters of a message that a list shows."""

StripKind = Literal[
    "handoff",
    "taken",
    "assigned",
    "handed_back",
    "closed",
    "reopened",
    "snoozed",
    "woken",
    "merged",
    "priority",
    "labels",
    "not_sent",
    "queue_position",
    "away",
    "rating_asked",
    "rated",
]
"""What can happen to a conversation besides messages."""


class Strip(msgspec.Struct, frozen=True, omit_defaults=True, rename={"before": "from", "after": "to"}):
    """Something that happened to a conversation, kept among its messages in one order with them.

    Attributes:
        kind: What happened.
        before: What it was: an owner, a priority, an account.
        after: What it is now.
        who: The account or key that did it; empty for the program itself.
        reason: Why, where there is a reason to tell.
        team: The team that was asked for or given it.
        text: Words that belong to it: what was not sent, which labels changed.
        until: When it ends, as ISO 8601; of a snooze.
        conversation_id: The other conversation; of a merge.
    """

    kind: StripKind
    before: str = ""
    after: str = ""
    who: str = ""
    reason: str = ""
    team: str = ""
    text: str = ""
    until: str = ""
    conversation_id: str = ""
