"""Turns host names into addresses on threads of its own, so that a dead name server slows names only.

Requests for the same name that arrive while it is being looked up share the one lookup.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

Lookup = Callable[[str], Awaitable[tuple[str, ...]]]
"""Host name -> every address it has; raises OSError when it has none."""

_THREADS = 16


def _addresses(host: str) -> tuple[str, ...]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return tuple(dict.fromkeys(str(info[4][0]) for info in found))


class SystemLookup:
    """Asks the operating system's resolver, afresh for each connection."""

    def __init__(self, resolve: Callable[[str], tuple[str, ...]] = _addresses) -> None:
        self._resolve = resolve
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="egress-lookup")
        self._pending: dict[str, asyncio.Future[tuple[str, ...]]] = {}

    async def __call__(self, host: str) -> tuple[str, ...]:
        pending = self._pending.get(host)
        if pending is None:
            pending = asyncio.get_running_loop().run_in_executor(self._threads, self._resolve, host)
            self._pending[host] = pending
            pending.add_done_callback(lambda done: self._finished(host, done))
        # Shielded: whoever gives up waiting must not take the answer away from the others.
        return await asyncio.shield(pending)

    def _finished(self, host: str, done: asyncio.Future[tuple[str, ...]]) -> None:
        del self._pending[host]
        if not done.cancelled():
            done.exception()  # marks a failure that nobody waits for any more as seen

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
