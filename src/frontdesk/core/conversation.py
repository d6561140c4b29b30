"""Who owns a conversation: `bot -> queued -> human -> (bot | closed)`; a customer's next message reopens it.

What was noticed of one stands here too: once noticed, it stays.
"""

from typing import Literal

Owner = Literal["bot", "queued", "human", "closed"]

MOVES: dict[Owner, frozenset[Owner]] = {
    "bot": frozenset({"queued", "human", "closed"}),
    "queued": frozenset({"human", "bot", "closed"}),
    "human": frozenset({"bot", "closed"}),
    "closed": frozenset({"bot", "queued"}),
}
"""Where ownership may go from each state."""

Mark = Literal["get_contact", "interest", "success", "is_bot"]
"""A contact was given, interest was shown, the goal was reached, the other side is a program."""
