"""Who looks at which conversation just now, as far as this process has heard: whoever sees a line needs no notice of it.

Inboxes say it every fifteen seconds (`store.words`); nothing of it is stored.
"""

import time
from collections.abc import Callable

from frontdesk.store import words
from frontdesk.store.words import At

MOST = 20_000
"""People in conversations, of all workspaces; beyond that, who was heard of longest ago is forgotten."""


class Looking:
    """`heard` takes the words of all processes in."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._until: dict[tuple[str, str, str], tuple[int, float]] = {}

    def heard(self, word: str) -> None:
        said = words.read(word)
        if not isinstance(said, At):
            return
        place = (said.workspace, said.conversation_id, said.account_id)
        known = self._until.get(place)
        if known is not None and known[0] >= said.stamp:
            return
        self._until.pop(place, None)
        if len(self._until) >= MOST:
            del self._until[next(iter(self._until))]
        self._until[place] = (said.stamp, self._now() + words.VIEWING_S if said.viewing else 0.0)

    def is_at(self, workspace: str, conversation_id: str, account_id: str) -> bool:
        """Whether an inbox of theirs shows the conversation."""
        known = self._until.get((workspace, conversation_id, account_id))
        return known is not None and known[1] > self._now()
