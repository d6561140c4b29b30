"""Runs authors' scripts in warm child processes, and outlives whatever they do.

idle --taken--> busy --answered--> idle
                  |--no answer in time or none to be used, died, caller left--> killed; the next caller starts another
                  `--worn--> killed

No child runs before the first script. `size` of them stay warm; while some hang, up to `most` serve the others. One
workspace never has all of them, and code that has hung several times is left alone for a while.
Called by the turn and by the bot linter.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import msgspec
import structlog

from frontdesk.core.errors import Unavailable
from frontdesk.core.script import Ran, Script, Source
from frontdesk.sandbox import answer
from frontdesk.sandbox.process import Broken, CannotStart, Child
from frontdesk.sandbox.spent import within
from frontdesk.sandbox.task import Task, TooLarge, syntax_task, task

GRACE_S = 0.75
"""Of processor time, past its limit, for what the engine cannot stop: a regular expression, a native loop."""
PATIENCE_S = 0.05
"""Scripts take a fraction of a millisecond; who waits this long waits for one that hangs."""
SLOW_S = 0.25
"""A script that has run this long counts as one that hangs: another child is kept warm in place of its own."""
SPARE = 2
"""Children that one workspace leaves to the others."""
HANGS = 3
REST_S = 30.0
"""How long code is left alone that has hung `HANGS` times without a good end between."""
MOST_REMEMBERED = 1_000
WORN_S = 30.0
WORN_RUNS = 50_000

log = structlog.get_logger(__name__)


class SyntaxFault(msgspec.Struct, frozen=True):
    """Why code cannot be run at all, and in which of its lines (0: unknown)."""

    error: str
    line: int


@dataclass(slots=True)
class _Share:
    """The children that one workspace may have at once; `users` have one or wait for one."""

    places: asyncio.Semaphore
    users: int = 0


@dataclass(frozen=True, slots=True)
class _Hung:
    count: int = 0
    until: float = 0.0


class _NoneFree(Exception):
    """No child could take the script; the message says why."""


class ScriptPool:
    """Children that run scripts; one pool a process.

    Args:
        size: Children that stay warm.
        most: Children that may run at once while some of them hang.
        queue: Scripts that may wait for a child.
        wait_s: Longest that one waits.
        wall_s: Longest that one runs on a machine that is too busy to give it the processor time it may use.
    """

    def __init__(
        self, *, size: int = 2, most: int = 6, queue: int = 64, wait_s: float = 5.0, wall_s: float = 15.0
    ) -> None:
        self._size, self._most, self._queue = size, most, queue
        self._wait_s, self._wall_s = wait_s, wall_s
        # Where there are too few to leave any, the first to come has them.
        self._places = most - SPARE if most > SPARE else most + queue
        self._idle: deque[Child] = deque()
        self._children: set[Child] = set()
        self._starting = 0
        self._waiting: deque[asyncio.Future[Child]] = deque()
        self._ending: set[asyncio.Task[None]] = set()
        self._shares: dict[str, _Share] = {}
        self._hung: dict[tuple[str, Source], _Hung] = {}
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
        owner = script.context.workspace_id
        if (rests := self._rests(owner, script.source)) is not None:
            return answer.failed(script.key, built, rests, "timeout")
        try:
            async with self._share(owner):
                ran = await self._run(script.key, built)
        except _NoneFree as error:
            return answer.failed(script.key, built, str(error), "unavailable")
        self._remember(owner, script.source, hung=ran.outcome == "timeout")
        return ran

    def _rests(self, owner: str, source: Source) -> str | None:
        """Why this code is not run now, if it is not."""
        hung = self._hung.get((owner, source)) if self._hung else None
        if hung is None or hung.count < HANGS or time.monotonic() > hung.until:
            return None
        return f"not run: it had to be stopped {hung.count} times; it is tried again after {REST_S:.0f} s"

    def _remember(self, owner: str, source: Source, *, hung: bool) -> None:
        if not hung:
            if self._hung:
                self._hung.pop((owner, source), None)
            return
        known = self._hung.pop((owner, source), _Hung())
        while len(self._hung) >= MOST_REMEMBERED:
            del self._hung[next(iter(self._hung))]
        self._hung[owner, source] = _Hung(known.count + 1, time.monotonic() + REST_S)

    @asynccontextmanager
    async def _share(self, owner: str) -> AsyncIterator[None]:
        """A place among the children that this workspace may have at once.

        Raises:
            _NoneFree: Its scripts have them all.
        """
        share = self._shares.setdefault(owner, _Share(asyncio.Semaphore(self._places)))
        if share.users >= self._most + self._queue:
            raise _NoneFree("too many scripts are waiting")
        share.users += 1
        try:
            try:
                await asyncio.wait_for(share.places.acquire(), self._wait_s)
            except TimeoutError:
                raise _NoneFree("the scripts of this workspace are all busy") from None
            try:
                yield
            finally:
                share.places.release()
        finally:
            share.users -= 1
            if not share.users:
                self._shares.pop(owner, None)

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
        began = child.began = time.monotonic()
        try:
            async with within(child.pid, cpu_s=built.limit_ms / 1000 + GRACE_S, wall_s=self._wall_s):
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
            child.began = None
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
    def _slow(self) -> int:
        late = time.monotonic() - SLOW_S
        return sum(child.began is not None and child.began < late for child in self._children)

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
        if self._count - self._slow > self._size:
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
