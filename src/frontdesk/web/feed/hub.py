"""The one reader of news of each workspace in this process, and the streams it tells.

Woken by hints of any process, and every few seconds by itself: a lost hint costs a delay and nothing else. However
many streams are open, a wake costs the same queries; a stream that does not keep up is told to load again, and
what it did not take is let go of.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import structlog

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.news import Moment, moment, news_since
from frontdesk.web.feed.frames import RESYNC, Batch, Event
from frontdesk.web.feed.stream import Stream
from frontdesk.web.feed.telling import told

POLL_S = 3.0
GAP_S = 0.03
"""Between two readings: what is written meanwhile is read together."""
MOST_NEWS = 500
"""Messages, and conversations, that one reading tells; who missed more loads again."""
MOST_STREAMS = 2_000
MOST_STREAMS_OF_ONE = 40
AWAY_S = 1.0

log = structlog.get_logger("frontdesk.web")


class WorkspaceFeed:
    """The reader of one workspace: at work while somebody listens."""

    def __init__(self, workspace: WorkspaceId, store: Store) -> None:
        self.workspace = workspace
        self.streams: set[Stream] = set()
        self.at_work = False
        self._store = store
        self._woken = asyncio.Event()
        self._reading = asyncio.Lock()
        self._upto: Moment | None = None

    def wake(self) -> None:
        self._woken.set()

    async def join(self, stream: Stream, after: Moment | None) -> None:
        """From here on `stream` is told everything that came after `after`, or that comes from now on."""
        async with self._reading:
            if not self.streams:
                self._upto = None
            upto = await self._read()
            events = () if after is None else await self._missed(after, upto)
            stream.put(Batch(tuple(filter(stream.sees, events)), upto))
            self.streams.add(stream)

    async def run(self) -> None:
        """Read and tell until nobody listens."""
        is_away = False
        while self.streams:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._woken.wait()
            self._woken.clear()
            away, is_away = is_away, not await self._try_to_read()
            if is_away and not away:
                log.warning("feed.away", workspace=self.workspace)
            await asyncio.sleep(AWAY_S if is_away else GAP_S)
        self.at_work = False

    async def _try_to_read(self) -> bool:
        try:
            async with self._reading:
                await self._read()
        except Unavailable:
            return False
        except Exception:
            # Something here cannot be told: it is left out, and who listens loads it in the ordinary way.
            log.exception("feed.broke", workspace=self.workspace)
            self._upto = None
            return False
        return True

    async def _read(self) -> Moment:
        """Tell every stream what is new, and give back how far that reaches."""
        if self._upto is None:
            upto = await moment(self.workspace, self._store)
            self._tell((RESYNC,), upto)
        else:
            news = await news_since(self.workspace, self._store, self._upto, most=MOST_NEWS)
            events = (RESYNC,) if news.lost else await told(self.workspace, self._store, news)
            upto = news.upto
            self._tell(events, upto)
        self._upto = upto
        return upto

    async def _missed(self, after: Moment, upto: Moment) -> Sequence[Event]:
        news = await news_since(self.workspace, self._store, after, upto=upto, most=MOST_NEWS)
        return (RESYNC,) if news.lost else await told(self.workspace, self._store, news)

    def _tell(self, events: Sequence[Event], upto: Moment | None) -> None:
        within_reach: dict[frozenset[str], Batch] = {}
        for stream in self.streams:
            reach = stream.actor.assistant_ids
            if reach not in within_reach:
                within_reach[reach] = Batch(tuple(filter(stream.sees, events)), upto)
            stream.put(within_reach[reach])


class Feeds:
    """Every workspace's reader. One per process; `running` is entered with the server."""

    def __init__(self, store: Store) -> None:
        self._store = store
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
        """A hint of any process: the id of a workspace says that it has news."""
        feed = self._feeds.get(WorkspaceId(word))
        if feed is not None:
            feed.wake()

    @asynccontextmanager
    async def listening(self, actor: Actor, after: Moment | None) -> AsyncIterator[Stream]:
        """A stream of what `actor` may see, beginning after `after`, or now.

        Raises:
            Unavailable: The program stops, or there are too many streams.
        """
        group = self._group
        if group is None:
            raise Unavailable("The program is stopping.")
        self._refuse_too_many(actor)
        feed = self._feeds.setdefault(actor.workspace, WorkspaceFeed(actor.workspace, self._store))
        stream = Stream(actor)
        try:
            await feed.join(stream, after)
            if self._group is None:
                stream.end()
            elif not feed.at_work:
                feed.at_work = True
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

    def _refuse_too_many(self, actor: Actor) -> None:
        streams = [stream for feed in self._feeds.values() for stream in feed.streams]
        own = sum(stream.actor.name == actor.name for stream in streams)
        if len(streams) >= MOST_STREAMS or own >= MOST_STREAMS_OF_ONE:
            raise Unavailable("Too many live streams are open: close some of them.", retry_after_s=10)
