"""One pool of real child processes for the tests of what scripts may do."""

import asyncio
import resource
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

import pytest

from frontdesk.core.script import Private, Ran, Script, ScriptContext, Source
from frontdesk.sandbox.pool import ScriptPool
from frontdesk.sandbox.spent import spent_s


class Runs(Protocol):
    """Runs code as a script named `scripts/test.js`; keywords are fields of its context."""

    async def __call__(self, code: str, shared: tuple[Source, ...] = (), **context: object) -> Ran: ...


@pytest.fixture(scope="session")
async def pool() -> AsyncIterator[ScriptPool]:
    async with ScriptPool() as pool:
        yield pool


@pytest.fixture
def runs(pool: ScriptPool) -> Runs:
    async def run(code: str, shared: tuple[Source, ...] = (), **context: object) -> Ran:
        return await pool.run(script(code, shared, **context))

    return run


def script(code: str, shared: tuple[Source, ...] = (), **context: Any) -> Script:
    return Script(
        "key",
        Source("scripts/test.js", code),
        ScriptContext(**context),
        shared=shared,
    )


def used_s(pool: ScriptPool) -> float:
    """Processor time of the pool's children, of those that are gone as well; how busy the machine is does not count."""
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    return gone.ru_utime + gone.ru_stime + sum(spent_s(pid) or 0.0 for pid in pool.pids)


async def until(true: Callable[[], bool], *, within_s: float = 10) -> None:
    """Comes back as soon as `true` is; no event tells what a process does."""
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)


async def told(runs: Runs, expression: str, **context: object) -> str:
    """What an expression is inside a script, as JSON."""
    ran = await runs(f"botContext.sendPrivateMessage(JSON.stringify({expression}))", (), **context)
    assert ran.outcome == "ok", ran.error
    (effect,) = ran.effects
    assert isinstance(effect, Private)
    return effect.text
