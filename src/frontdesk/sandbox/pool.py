"""Runs authors' scripts in warm child processes, and outlives whatever they do.

idle --taken--> busy --answered--> idle
                  |--no answer in time or none to be used, died, caller left--> killed; the next caller starts another
                  `--worn--> killed

No child runs before the first script. `size` of them stay warm; while some hang, up to `most` serve the others.
Called by the turn and by the bot linter.
"""

import asyncio
import time
from collections import deque
from types import TracebackType
from typing import Self

import msgspec
import structlog

from frontdesk.core.errors import Unavailable
from frontdesk.core.script import Ran, Script, Source
from frontdesk.sandbox import answer
from frontdesk.sandbox.process import Broken, CannotStart, Child
from frontdesk.sandbox.task import Task, TooLarge, syntax_task, task

GRACE_S = 0.75
"""Past its limit, for what the engine cannot stop: a regular expression, a native loop."""
PATIENCE_S = 0.05
"""Scripts take a fraction of a millisecond; who waits this long waits for one that hangs."""
WORN_S = 30.0
WORN_RUNS = 50_000

log = structlog.get_logger(__name__)


class SyntaxFault(msgspec.Struct, frozen=True):
    """Why code cannot be run at all, and in which of its lines (0: unknown)."""

    error: str
    line: int


class _NoneFree(Exception):
    """No child could take the script; the message says why."""


class ScriptPool:
    """Children that run scripts; one pool a process.

    Args:
        size: Children that stay warm.
        most: Children that may run at once while some of them hang.
        queue: Scripts that may wait for a child.
        wait_s: Longest that one waits.
    """

    def __init__(self, *, size: int = 2, most: int = 6, queue: int = 64, wait_s: float = 2.0) -> None:
        self._size, self._most, self._queue, self._wait_s = size, most, queue, wait_s
        self._idle: deque[Child] = deque()
        self._children: set[Child] = set()
        self._starting = 0
        self._waiting: deque[asyncio.Future[Child]] = deque()
        self._ending: set[asyncio.Task[None]] = set()
        self._told_missing = False
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that run now, for whoever looks at them from outside."""
        return tuple(child.pid for child in self._children)

    @property
    def rests(self) -> bool:
        """Whether a child waits for a script."""
        return bool(self._idle)

    async def start(self) -> tuple[str, ...]:
        """Start a child now, for who would rather wait now than at the first script.

        Returns:
            What of a child's confinement is not possible on this machine.

        Raises:
            Unavailable: No child can be started.
        """
        try:
            child = await self._take()
        except _NoneFree as error:
            raise Unavailable(f"scripts: {error}") from None
        self._release(child)
        return child.missing

    async def close(self) -> None:
        """End all children; a script that still runs ends as an error, one that comes later as unavailable."""
        self._closed = True
        for child in tuple(self._children):
            self._drop(child)
        for waiter in self._waiting:
            waiter.cancel()
        await asyncio.gather(*self._ending)

    async def run(self, script: Script) -> Ran:
        """Run a script in a fresh context; whatever it does is an outcome, never an exception."""
        try:
            built = task(script)
        except TooLarge as error:
            return Ran(script.key, outcome="error", error=str(error), source=script.source.name)
        return await self._run(script.key, built)

    async def check_syntax(self, source: Source, *, shared: bool = False) -> SyntaxFault | None:
        """Read code without running it.

        Args:
            source: The code.
            shared: It holds functions for other scripts, so it may not `return`.

        Returns:
            What is wrong with it, if anything.

        Raises:
            Unavailable: No process could read it.
        """
        try:
            outcome = await self._run("", syntax_task(source, shared=shared))
        except TooLarge as error:
            return SyntaxFault(str(error), 0)
        match outcome.outcome:
            case "ok":
                return None
            case "unavailable":
                raise Unavailable(f"scripts: {outcome.error}")
            case "error" | "timeout":
                return SyntaxFault(outcome.error, outcome.line)

    async def _run(self, key: str, built: Task) -> Ran:
        try:
            child = await self._take()
        except _NoneFree as error:
            return answer.failed(key, built, str(error), "unavailable")
        name = built.sources[-1].name
        unharmed = False
        began = time.monotonic()
        try:
            async with asyncio.timeout(built.limit_ms / 1000 + GRACE_S):
                body = await child.ask(built.frame)
            ran = answer.ran(key, built, body)
            unharmed = True
        except TimeoutError:
            log.warning("sandbox.hang", source=name, pid=child.pid)
            return answer.failed(key, built, f"stopped after {built.limit_ms} ms", "timeout")
        except Broken as error:
            log.warning("sandbox.broken", source=name, pid=child.pid, error=str(error))
            return answer.failed(key, built, f"the script did not end: {error}")
        except answer.Unusable as error:
            log.warning("sandbox.unusable", source=name, pid=child.pid, error=str(error))
            return answer.failed(key, built, f"what the script did cannot be used: {error}")
        finally:
            child.busy_s += time.monotonic() - began
            child.runs += 1
            if unharmed:
                self._release(child)
            else:
                self._drop(child)
        return ran

    async def _take(self) -> Child:
        if self._closed:
            raise _NoneFree("scripts have been shut down")
        while self._idle:
            # The one that has rested longest has its next context ready.
            child = self._idle.popleft()
            if child.alive:
                return child
            self._drop(child)
        if self._count < self._size:
            return await self._start()
        if len(self._waiting) >= self._queue:
            raise _NoneFree("too many scripts are waiting")
        return await self._wait()

    @property
    def _count(self) -> int:
        return len(self._children) + self._starting

    async def _wait(self) -> Child:
        waiter: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await asyncio.wait((waiter,), timeout=PATIENCE_S)
            if not waiter.done() and self._count < self._most:
                self._waiting.remove(waiter)
                return await self._start()
            await asyncio.wait((waiter,), timeout=self._wait_s - PATIENCE_S)
        except BaseException:
            # Handed over in the very moment the caller left.
            if waiter.done() and not waiter.cancelled():
                self._release(waiter.result())
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
        if waiter.done() and not waiter.cancelled():
            return waiter.result()
        raise _NoneFree("all script processes are busy")

    async def _start(self) -> Child:
        self._starting += 1
        try:
            child = await Child.start()
        except CannotStart as error:
            log.error("sandbox.cannot_start", error=str(error))  # noqa: TRY400 - the line is all there is to say
            raise _NoneFree(str(error)) from None
        finally:
            self._starting -= 1
        self._children.add(child)
        if self._closed:
            self._drop(child)
            raise _NoneFree("scripts have been shut down")
        if child.missing and not self._told_missing:
            self._told_missing = True
            log.warning("sandbox.not_confined", missing=child.missing)
        return child

    def _release(self, child: Child) -> None:
        worn = child.busy_s > WORN_S or child.runs > WORN_RUNS
        if worn or self._closed or not child.alive:
            self._drop(child)
            return
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(child)
                return
        if self._count > self._size:
            self._drop(child)
        else:
            self._idle.append(child)

    def _drop(self, child: Child) -> None:
        if child not in self._children:
            return
        self._children.remove(child)
        child.kill()
        ending = asyncio.create_task(child.gone())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
