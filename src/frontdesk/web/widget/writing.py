"""Whether a person writes in a conversation just now, as far as this process has heard; nothing of it is stored."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from frontdesk.store import words

TYPING_S = 6.0
"""Inboxes say it again while somebody writes on."""


class Writing:
    """One a process. `heard` is told every word that processes tell each other; `wake` tells who looks at a conversation."""

    def __init__(self, wake: Callable[[str], None]) -> None:
        self._wake = wake
        self._followed: dict[str, int] = {}
        self._until: dict[tuple[str, str], float] = {}

    def heard(self, word: str) -> None:
        said = words.read(word)
        if not isinstance(said, words.At) or said.conversation_id not in self._followed:
            return
        who = (said.conversation_id, said.account_id)
        if said.typing:
            self._until[who] = time.monotonic() + TYPING_S
        elif self._until.pop(who, None) is None:
            return
        self._wake(said.conversation_id)

    @contextmanager
    def followed(self, conversation_id: str) -> Iterator[None]:
        """While somebody shows it; of other conversations nothing is remembered."""
        self._followed[conversation_id] = self._followed.get(conversation_id, 0) + 1
        try:
            yield
        finally:
            self._followed[conversation_id] -= 1
            if not self._followed[conversation_id]:
                del self._followed[conversation_id]
                for who in [who for who in self._until if who[0] == conversation_id]:
                    del self._until[who]

    def left_s(self, conversation_id: str) -> float:
        """For how long somebody counts as writing there, 0 for nobody."""
        until = max((at for who, at in self._until.items() if who[0] == conversation_id), default=0.0)
        return max(0.0, until - time.monotonic())
