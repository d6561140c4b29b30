"""What one reader of the feed has not taken yet: bounded, and no more than a `resync` when it grew too much."""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from frontdesk.core.actor import Actor
from frontdesk.web.feed.frames import RESYNC, Batch, Event

if TYPE_CHECKING:
    from frontdesk.store.news import Moment

MOST_WAITING_BYTES = 512_000


class Stream:
    """`taken` is how far its reader is with everything that was taken so far."""

    def __init__(self, actor: Actor, admitted_by: str) -> None:
        self.actor = actor
        self.admitted_by = admitted_by
        self.taken: Moment | None = None
        self._upto: Moment | None = None
        self.ended = False
        self._waiting: list[Batch] = []
        self._size = 0
        self._fresh = asyncio.Event()

    @property
    def account_id(self) -> str:
        """Empty where no person listens."""
        return self.actor.id if self.actor.kind == "session" else ""

    @property
    def reader(self) -> str:
        """Who reads, a person or a key; all streams of one reader are told the same."""
        return self.actor.id

    def seen(self, events: Iterable[Event], upto: "Moment | None") -> Batch:
        """What the reader of this stream may see of `events`, as it gets them."""
        return Batch(tuple(event.read_by(self.reader) for event in events if self._sees(event)), upto)

    def _sees(self, event: Event) -> bool:
        if event.only_for and event.only_for != self.reader:
            return False
        return not event.assistant_id or self.actor.may_use(event.assistant_id)

    def put(self, batch: Batch) -> None:
        """Hand events over; they must be those that this reader may see."""
        if batch.upto is not None:
            self._upto = batch.upto
        if not batch.events:
            return
        size = sum(len(event.data) for event in batch.events)
        if self._size + size > MOST_WAITING_BYTES:
            self._waiting, self._size = [Batch((RESYNC,), self._upto)], 0
        else:
            self._waiting.append(batch)
            self._size += size
        self._fresh.set()

    def end(self) -> None:
        self.ended = True
        self._fresh.set()

    async def take(self, within_s: float) -> Sequence[Batch]:
        """All that waits, as soon as there is something; nothing when the time is over or the stream has ended."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._fresh.wait()
        if not self.ended:
            self._fresh.clear()
        waiting, self._waiting, self._size = self._waiting, [], 0
        self.taken = self._upto
        return waiting
