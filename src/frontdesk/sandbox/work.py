"""Runs a function of ours in a child process of its own that can be killed: reading files of strangers.

The child has an empty environment, and bounded memory and time; whatever becomes of it, the program goes on. One
child a job, gone when `run` returns.
"""

import asyncio
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Outcome = Literal["time", "memory", "crash", "refused"]

_OURS = Path(__file__).parents[2]
_BOOT = "import sys; sys.path[:0] = [sys.argv[1]]; from frontdesk.sandbox.work_child import main; main(*sys.argv[2:])"
_KINDS: dict[bytes, Outcome] = {b"r": "refused", b"m": "memory"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may use: `memory_bytes` is address space, which the libraries it loads count towards.

    `wall_s` includes the child's start; `answer_bytes` is the most it may give back.
    """

    wall_s: float = 60.0
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


async def run(job: str, payload: bytes, *, limits: Limits) -> bytes:
    """Have `job` (`module:function`, a constant of the caller's, bytes to bytes) work on `payload` in a child.

    The child is killed when the caller is cancelled. Raises `ChildFailed`.
    """
    numbers = (str(limits.memory_bytes), str(limits.cpu_s))
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-B", "-c", _BOOT, str(_OURS), job, *numbers),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(limits.wall_s):
            said, _ = await child.communicate(payload)
    except TimeoutError:
        raise ChildFailed("time", f"stopped after {limits.wall_s:g} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await asyncio.shield(child.wait())
    if child.returncode == -signal.SIGXCPU:
        raise ChildFailed("time", "used up its processor time")
    if len(said) > limits.answer_bytes:
        raise ChildFailed("memory", f"gives back more than {limits.answer_bytes >> 20} MB")
    if said[:1] == b"d":
        return said[1:]
    raise ChildFailed(_KINDS.get(said[:1], "crash"), said[1:].decode(errors="replace") or "its process ended")
