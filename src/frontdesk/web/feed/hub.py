"""Every workspace's feed in this process. What other processes say comes in here; streams are opened and closed here."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.ports.clock import Clock
from frontdesk.store import words
from frontdesk.store.connect import Store
from frontdesk.store.news import Moment
from frontdesk.web.feed.stream import Stream
from frontdesk.web.feed.telling import Linking
from frontdesk.web.feed.workspace_feed import WorkspaceFeed

MOST_STREAMS = 2_000
MOST_STREAMS_OF_ONE = 40


class Feeds:
    """One per process; `running` is entered with the server. `tell` hands a word to all processes."""

    def __init__(self, store: Store, clock: Clock, *, tell: Callable[[str], None], linking: Linking) -> None:
        self._store = store
        self._clock = clock
        self._tell = tell
        self._linking = linking
        self._feeds: dict[WorkspaceId, WorkspaceFeed] = {}
        self._group: asyncio.TaskGroup | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                yield
            finally:
                self.close()

    def heard(self, word: str) -> None:
        """A hint of any process: the id of a workspace says that it has news, other words say them."""
        feed = self._feeds.get(WorkspaceId(word))
        if feed is not None:
            feed.wake()
            return
        said = words.read(word)
        if said is not None and (feed := self._feeds.get(said.workspace)) is not None:
            feed.heard(said)

    @asynccontextmanager
    async def listening(self, actor: Actor, admitted_by: str, after: Moment | None) -> AsyncIterator[Stream]:
        """A stream of what `actor` may see, beginning after `after`, or now.

        `admitted_by`: the id of the key or session that they came with; the stream ends when that does.

        Raises:
            Unavailable: The program stops, or there are too many streams.
        """
        group = self._group
        if group is None:
            raise Unavailable("The program is stopping.")
        self._refuse_too_many(actor)
        workspace = actor.workspace
        feed = self._feeds.get(workspace)
        if feed is None:
            feed = self._feeds[workspace] = WorkspaceFeed(
                workspace, self._store, self._clock, tell=self._tell, linking=self._linking
            )
        stream = Stream(actor, admitted_by)
        try:
            await feed.join(stream, after)
            if self._group is None:
                stream.end()
            elif not feed.is_running:
                feed.is_running = True
                group.create_task(feed.run())
            yield stream
        finally:
            feed.streams.discard(stream)
            feed.wake()

    def close(self) -> None:
        """End every stream: the program stops, and readers come back to the next one."""
        self._group = None
        for feed in self._feeds.values():
            for stream in feed.streams:
                stream.end()
            feed.streams.clear()
            feed.wake()

    def open_streams(self) -> int:
        return sum(len(feed.streams) for feed in self._feeds.values())

    def _refuse_too_many(self, actor: Actor) -> None:
        streams = [stream for feed in self._feeds.values() for stream in feed.streams]
        own = sum(stream.actor.name == actor.name for stream in streams)
        if len(streams) >= MOST_STREAMS or own >= MOST_STREAMS_OF_ONE:
            raise Unavailable("Too many live streams are open: close some of them.", retry_after_s=10)
