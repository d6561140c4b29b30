"""Work that goes on beside a block of code: started with it, ended with it, and heard of when it fails."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine

import structlog

log = structlog.get_logger()


@contextlib.asynccontextmanager
async def beside(*works: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Run `works` until the block ends. One that fails is logged at once and raised at the end.

    Unlike a task group this leaves the block's own errors as they are.
    """
    tasks = [asyncio.create_task(work) for work in works]
    for task in tasks:
        task.add_done_callback(_tell)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error


def _tell(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background.failed", work=task.get_name(), exc_info=error)
