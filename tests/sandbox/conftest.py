"""One pool of real child processes for the tests of what scripts may do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Protocol

import pytest

from frontdesk.core.script import Ran, Script, ScriptContext, Source
from frontdesk.sandbox.pool import ScriptPool


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


def script(code: str, shared: tuple[Source, ...] = (), **context: object) -> Script:
    return Script(
        "key",
        Source("scripts/test.js", code),
        ScriptContext(**context),  # type: ignore[arg-type]  # the tests' keywords are the fields
        shared=shared,
    )


async def until(true: Callable[[], bool], *, within_s: float = 10) -> None:
    """Comes back as soon as `true` is; no event tells what a process does."""
    async with asyncio.timeout(within_s):
        while not true():
            await asyncio.sleep(0.01)  # noqa: ASYNC110 - see above
