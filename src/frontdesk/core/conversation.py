"""Who owns a conversation: `bot -> queued -> human -> (bot | closed)`; a customer's next message reopens it."""

from typing import Literal

Owner = Literal["bot", "queued", "human", "closed"]

MOVES: dict[Owner, frozenset[Owner]] = {
    "bot": frozenset({"queued", "human", "closed"}),
    "queued": frozenset({"human", "bot", "closed"}),
    "human": frozenset({"bot", "closed"}),
    "closed": frozenset({"bot"}),
}
"""Where ownership may go from each state."""
