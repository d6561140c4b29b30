"""The one reader of a workspace's news in this process, and the streams that it tells.

However many streams are open, a wake costs the same queries. Woken by hints of any process, and every few seconds by
itself: a lost hint costs a delay and nothing else.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

import structlog

from frontdesk.access.sessions import IDLE
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.meter import FEED_SECONDS
from frontdesk.ports.clock import Clock
from frontdesk.store import words
from frontdesk.store.admitted import still_admitted
from frontdesk.store.connect import Store
from frontdesk.store.news import Changed, Moment, News, moment, news_since
from frontdesk.web.feed import sending
from frontdesk.web.feed.at_work import AtWork
from frontdesk.web.feed.counting import Counting
from frontdesk.web.feed.frames import RESYNC, Batch, Event
from frontdesk.web.feed.sending import Sending
from frontdesk.web.feed.stream import Stream
from frontdesk.web.feed.telling import Linking, told

POLL_S = 3.0
GAP_S = 0.05
"""Between two readings: what is written meanwhile is read together."""
MOST_NEWS = 500
"""Messages, and conversations, that one reading tells; who missed more loads again."""
CHECK_S = 3.0
"""How long a stream may outlive its key or session, and a reading."""
AWAY_S = 1.0

log = structlog.get_logger("frontdesk.web")


class WorkspaceFeed:
    """At work while somebody listens."""

    def __init__(
        self,
        workspace: WorkspaceId,
        store: Store,
        clock: Clock,
        *,
        tell: Callable[[str], None],
        linking: Linking,
    ) -> None:
        self.workspace = workspace
        self.streams: set[Stream] = set()
        self.is_running = False
        self._store = store
        self._clock = clock
        self._linking = linking
        self._at_work = AtWork(workspace, store, clock, tell)
        self._counting = Counting(workspace, store)
        self._sending = Sending(workspace, store)
        self._woken = asyncio.Event()
        self._reading = asyncio.Lock()
        self._upto: Moment | None = None
        self._checked_at = time.monotonic()
        self._told_at: float | None = None
        """When the first word came that no reading has followed yet."""

    def wake(self) -> None:
        self._counting.due()
        self._wake()

    def heard(self, word: words.At | words.Changed | words.Writes) -> None:
        self._at_work.heard(word)
        self._wake()

    def _wake(self) -> None:
        if self._told_at is None:
            self._told_at = time.monotonic()
        self._woken.set()

    async def join(self, stream: Stream, after: Moment | None) -> None:
        """From here on `stream` is told everything that came after `after`, or that comes from now on."""
        async with self._reading:
            if not self.streams:
                self._upto = None
            upto = await self._read()
            missed = () if after is None else await self._missed(after, upto, stream.reader)
            stream.put(stream.seen((*missed, *await self._at_work.everything()), upto))
            self.streams.add(stream)
        self.wake()

    async def run(self) -> None:
        """Read and tell until nobody listens."""
        is_away = False
        while self.streams:
            with suppress(TimeoutError):
                async with asyncio.timeout(sending.EVERY_S if self._sending else POLL_S):
                    await self._woken.wait()
            self._woken.clear()
            told_at, self._told_at = self._told_at, None
            away, is_away = is_away, not await self._round()
            if told_at is not None and not is_away:
                FEED_SECONDS.took(seconds=time.monotonic() - told_at)
            if is_away and not away:
                log.warning("feed.away", workspace=self.workspace)
            await asyncio.sleep(AWAY_S if is_away else GAP_S)
        self.is_running = False

    async def _round(self) -> bool:
        """Whether everything could be read."""
        try:
            async with self._reading:
                await self._read()
                await self._at_work.note({stream.account_id for stream in self.streams} - {""})
                readers = {stream.reader for stream in self.streams}
                self._tell(await self._shown(await self._sending.over(), readers), None)
                self._tell(await self._at_work.news(), None)
                counted = {stream.reader for stream in self.streams if not stream.actor.assistant_ids}
                self._tell(await self._counting.news(counted), None)
                if time.monotonic() - self._checked_at >= CHECK_S:
                    await self._check()
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
            readers = {stream.reader for stream in self.streams}
            events = await self._told(news, readers)
            upto = news.upto
            self._tell(events, upto)
        self._upto = upto
        return upto

    async def _missed(self, after: Moment, upto: Moment, reader: str) -> Sequence[Event]:
        news = await news_since(self.workspace, self._store, after, upto=upto, most=MOST_NEWS)
        return await self._told(news, {reader})

    async def _told(self, news: News, readers: Collection[str]) -> Sequence[Event]:
        if news.lost:
            return (RESYNC,)
        return await self._shown(news.changed, readers)

    async def _shown(self, changes: Sequence[Changed], readers: Collection[str]) -> Sequence[Event]:
        return await told(
            self.workspace, self._store, changes, readers, linking=self._linking, sending=self._sending
        )

    async def _check(self) -> None:
        """End the streams whose key or session opens something else by now, or nothing."""
        now, ids = self._clock.now(), {stream.admitted_by for stream in self.streams}
        found = await still_admitted(self.workspace, self._store, ids, now=now, seen_since=now - IDLE)
        for stream in self.streams:
            if found.get(stream.admitted_by) != stream.actor:
                stream.end()
        self._checked_at = time.monotonic()

    def _tell(self, events: Sequence[Event], upto: Moment | None) -> None:
        of_reader: dict[str, Batch] = {}
        for stream in self.streams:
            if stream.reader not in of_reader:
                of_reader[stream.reader] = stream.seen(events, upto)
            stream.put(of_reader[stream.reader])
