"""The same transport for programs that await: a request is sent on a thread of the client's own. Written by hand.

So tries, problems and pages are those of `transport`, and nothing blocks the loop. An event is waited for on a thread
that no call needs and that the program does not wait for when it ends.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from frontdesk_client.transport import Event, Hold, Transport

_END = object()
_Got = TypeVar("_Got")


class AsyncTransport:
    """Sends up to `at_once` requests at a time; further ones wait. Open streams of events are not counted.

    The other limits are those of `Transport`. Belongs to one event loop; `async with` closes it.
    """

    def __init__(self, base_url: str, key: str, *, at_once: int = 32, **limits: float) -> None:
        """`limits`: `timeout_s`, `tries` and `longest_pause_s`, as `Client` takes them."""
        self._blocking = Transport(base_url, key, **limits)  # type: ignore[arg-type]  # each is checked by name
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="frontdesk-client")
        self._streams: set[Hold] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def call(self, method: str, path: str, **asked: Any) -> Any:  # noqa: ANN401  # any JSON
        """See `Transport.call`."""
        return await self._on_a_thread(partial(self._blocking.call, method, path, **asked))

    async def read(self, method: str, path: str, *, query: Mapping[str, Any] | None = None) -> bytes:
        """The answer's bytes, as they are."""
        return await self._on_a_thread(partial(self._blocking.read, method, path, query=query))

    def pages(self, path: str, query: Mapping[str, Any]) -> AsyncIterator[Any]:
        """Every entry of a list."""
        return self._each(self._blocking.pages(path, query))

    def events(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None
    ) -> AsyncIterator[Event]:
        """See `Transport.events`. A stream that is left or cancelled is closed at once."""
        hold = Hold()
        return self._followed(self._blocking.events(method, path, query=query, hold=hold), hold)

    async def _followed(self, events: Iterator[Event], hold: Hold) -> AsyncIterator[Event]:
        if self._closed:
            raise RuntimeError("the client is closed")
        self._streams.add(hold)
        try:
            while (event := await _beside(partial(next, events, None))) is not None:
                yield event
        finally:
            self._streams.discard(hold)
            hold.leave()
            _close(events)

    async def _each(self, entries: Iterator[_Got]) -> AsyncIterator[_Got]:
        try:
            while (entry := await self._on_a_thread(partial(next, entries, _END))) is not _END:
                yield entry
        finally:
            _close(entries)

    async def _on_a_thread(self, work: Callable[[], _Got]) -> _Got:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Take no more requests and end the streams; connections close as the requests under way end."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for hold in list(self._streams):
            hold.leave()


async def _beside(work: Callable[[], _Got]) -> _Got:
    """Have it done on a thread of its own, which keeps no program from ending."""
    done: Future[_Got] = Future()

    def do() -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            got = work()
        except BaseException as error:  # noqa: BLE001  # for whoever waits
            done.set_exception(error)
        else:
            done.set_result(got)

    threading.Thread(target=do, name="frontdesk-client-stream", daemon=True).start()
    return await asyncio.wrap_future(done)


def _close(entries: Iterator[Any]) -> None:
    # One that is still read on its thread cannot be closed here: it ends there.
    with suppress(ValueError):
        if isinstance(entries, Generator):
            entries.close()
