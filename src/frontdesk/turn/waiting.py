"""Callers that wait for a message which somebody else is handling, here or in another process.

Woken by this process's own commits and by hints from others; each waiter looks into the database itself, so a
lost hint costs one poll and nothing else.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

POLL_S = 2.0


class Waiting:
    def __init__(self) -> None:
        self._waiters: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.closed = False

    def close(self) -> None:
        """Nobody waits any longer: the program stops, and what is not done yet is done after its next start."""
        self.closed = True
        for events in self._waiters.values():
            for event in events:
                event.set()

    def wake(self, conversation_id: str) -> None:
        """There may be news in this conversation."""
        for event in self._waiters.get(conversation_id, ()):
            event.set()

    @contextmanager
    def on(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever `conversation_id` has news; enter before looking, so none is missed."""
        event = asyncio.Event()
        self._waiters[conversation_id].add(event)
        try:
            yield event
        finally:
            waiters = self._waiters[conversation_id]
            waiters.discard(event)
            if not waiters:
                del self._waiters[conversation_id]
