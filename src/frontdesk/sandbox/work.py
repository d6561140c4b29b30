"""Runs a function of ours in a child process of its own that can be killed: training, and reading files of strangers.

The child has no network, an empty environment, and bounded memory and time; whatever becomes of it, the program
goes on. One child a job, gone when `run` returns.
"""

import asyncio
import contextlib
import functools
import re
import signal
import struct
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog

from frontdesk.core.errors import Bug
from frontdesk.sandbox.work_child import BROKE, DONE, HEAD, MEMORY, READY, REFUSED

Outcome = Literal["time", "memory", "crash", "refused"]

END_S = 5.0
_BOOT = (
    "import sys; sys.path[:0] = sys.argv[1:3]; "
    "from frontdesk.sandbox.work_child import main; main(*sys.argv[3:])"
)
_JOB = re.compile(r"\w+(\.\w+)+:\w+", re.ASCII)
_OURS = Path(__file__).parents[2]
# One thread: threads of a numeric library take memory by the core, and the machine serves customers beside it.
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JOBLIB_MULTIPROCESSING": "0",
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may use: `memory_bytes` is address space, which the libraries it loads count towards.

    `cpu_s` is what ends a job that computes; `wall_s` includes the child's start and is wider, for one that waits and for a
    machine with much else to do. `answer_bytes` is the most it may give back.
    """

    wall_s: float = 180.0
    cpu_s: int = 60
    memory_bytes: int = 1 << 30
    answer_bytes: int = 64 << 20


class ChildFailed(Exception):
    """A job came to nothing.

    `outcome`: `time` and `memory` are its limits; `refused` when the job raised `Refused`, and `reason` is then
    that sentence, for the one who gave the bytes; `crash` is anything else.
    """

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome: Outcome = outcome
        self.reason = reason


async def run(
    job: str,
    payload: bytes | Callable[[], Awaitable[bytes]],
    *,
    limits: Limits | None = None,
    home: Path = _OURS,
) -> bytes:
    """Have `job` (`module:function`, a constant of the caller's, bytes to bytes) work on `payload` in a child.

    One still to come is asked for once the child is there, and counts towards `wall_s`. `home` is the folder that the job's package is in. The child is killed when the caller is cancelled.
    Raises `ChildFailed`.
    """
    if not _JOB.fullmatch(job):
        raise Bug(f"{job!r} names no function")
    limits = limits if limits is not None else Limits()
    try:
        async with asyncio.timeout(limits.wall_s):
            process = await _spawn(job, home, limits)
            try:
                return await _outcome(process, payload, limits)
            finally:
                await _end(process)
    except TimeoutError:
        raise ChildFailed("time", f"stopped after {limits.wall_s:g} s") from None


async def _spawn(job: str, home: Path, limits: Limits) -> asyncio.subprocess.Process:
    numbers = (str(limits.memory_bytes), str(limits.cpu_s))
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-B", "-c", _BOOT, str(_OURS), str(home), job, *numbers),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise ChildFailed("crash", error.strerror or "no process could be started") from None


async def _outcome(
    process: asyncio.subprocess.Process, payload: bytes | Callable[[], Awaitable[bytes]], limits: Limits
) -> bytes:
    try:
        kind, body = await _answer(process, limits)
        if kind == READY:
            if body:
                _tell(body.decode())
            given = payload if isinstance(payload, bytes) else await payload()
            await _give(process, given)
            kind, body = await _answer(process, limits)
    except (asyncio.IncompleteReadError, OSError):
        raise _ended(await process.wait()) from None
    if kind == DONE:
        return body
    match kind:
        case _ if kind == REFUSED:
            raise ChildFailed("refused", body.decode(errors="replace"))
        case _ if kind == MEMORY:
            raise ChildFailed("memory", f"needs more than {limits.memory_bytes >> 20} MB of memory")
        case _ if kind == BROKE:
            raise ChildFailed("crash", body.decode(errors="replace"))
    raise ChildFailed("crash", "it sent what no child of ours sends")


@functools.cache
def _tell(missing: str) -> None:
    """Once: it is the same for every child of this machine."""
    log.warning("sandbox.work_not_confined", missing=missing.split(","))


async def _give(process: asyncio.subprocess.Process, payload: bytes) -> None:
    if process.stdin is None:
        raise Bug("a child without an input")
    process.stdin.write(struct.pack(">Q", len(payload)))
    process.stdin.write(payload)
    await process.stdin.drain()


async def _answer(process: asyncio.subprocess.Process, limits: Limits) -> tuple[bytes, bytes]:
    if process.stdout is None:
        raise Bug("a child without an output")
    kind, size = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
    if size > limits.answer_bytes:
        raise ChildFailed("memory", f"gives back more than {limits.answer_bytes >> 20} MB")
    return kind, await process.stdout.readexactly(size)


def _ended(code: int) -> ChildFailed:
    if code == -signal.SIGXCPU:
        return ChildFailed("time", "used up its processor time")
    if code == -signal.SIGKILL:
        # Not by us: the system ends processes when memory is short, and those over a hard limit.
        return ChildFailed("memory", "ended by the system, which was short of memory")
    how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return ChildFailed("crash", f"its process ended ({how})")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(asyncio.shield(_gone(process)), END_S)
    except TimeoutError:
        log.error("sandbox.cannot_end", pid=process.pid)  # noqa: TRY400 - the line is all there is to say


async def _gone(process: asyncio.subprocess.Process) -> None:
    if process.stdout is not None:
        with contextlib.suppress(OSError):
            # What was still on its way holds the pipe open until it is read.
            while await process.stdout.read(1 << 20):
                pass
    await process.wait()
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            await process.stdin.wait_closed()
