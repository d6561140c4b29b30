"""The real script processes for tests that have no event loop of their own."""

import asyncio
import threading
from functools import cache

from frontdesk.core.script import Ran, Script
from frontdesk.sandbox.pool import ScriptPool


class Scripts:
    """One pool in a loop of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._pool = ScriptPool(size=1)
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def run(self, script: Script) -> Ran:
        return asyncio.run_coroutine_threadsafe(self._pool.run(script), self._loop).result(timeout=30)

    def close(self) -> None:
        """End its processes."""
        asyncio.run_coroutine_threadsafe(self._pool.close(), self._loop).result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)


@cache
def scripts() -> Scripts:
    """The pool of this test process; `conftest` closes it."""
    return Scripts()
