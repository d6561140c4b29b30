"""How long a child may take, by its own processor time: a machine with much else to do ends no child that does little.

`process` and `pool` hold children to it. Real time is bounded as well, widely, for a child that does nothing at all.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_SHORTEST_S = 0.01
_CPUCLOCK_SCHED = 2


@asynccontextmanager
async def within(pid: int, *, cpu_s: float, wall_s: float) -> AsyncIterator[None]:
    """Raises `TimeoutError` in the block as soon as the process has used `cpu_s` since its begin, or `wall_s` have passed.

    Where a system does not tell the processor time of another process (it is Linux that does), `cpu_s` counts as real time.
    """
    began_s = spent_s(pid)
    if began_s is None:
        async with asyncio.timeout(cpu_s):
            yield
        return
    loop = asyncio.get_running_loop()
    limit = asyncio.timeout(wall_s)
    looks: list[asyncio.TimerHandle] = []

    def look() -> None:
        now_s = spent_s(pid)
        left_s = cpu_s if now_s is None else cpu_s - (now_s - began_s)
        if left_s <= 0:
            limit.reschedule(loop.time())
        else:
            looks[0] = loop.call_later(max(left_s, _SHORTEST_S), look)

    # It cannot have used more than has passed, so there is nothing to see before.
    looks.append(loop.call_later(cpu_s, look))
    try:
        async with limit:
            yield
    finally:
        looks[0].cancel()


def spent_s(pid: int) -> float | None:
    """Processor time of all threads of a process; None when it is gone, or the system does not tell.

    What `clock_getcpuclockid` of POSIX gives on Linux, which Python has for threads alone.
    """
    if not sys.platform.startswith("linux"):
        return None
    try:
        return time.clock_gettime(~pid << 3 | _CPUCLOCK_SCHED)
    except OSError:
        return None
