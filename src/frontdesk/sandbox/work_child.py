"""The work child: loads one function of ours, limits itself, is given bytes, gives bytes. `work` starts it."""

import importlib
import os
import resource
import sys

from frontdesk.core.errors import Refused


def main(job: str, memory_bytes: str, cpu_s: str) -> None:
    # Libraries print; what they say must not get into the answer.
    out = os.dup(1)
    os.dup2(2, 1)
    for kind, most in (
        (resource.RLIMIT_AS, int(memory_bytes)),
        (resource.RLIMIT_CPU, int(cpu_s)),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    try:
        module, _, name = job.partition(":")
        answer = b"d" + getattr(importlib.import_module(module), name)(sys.stdin.buffer.read())
    except Refused as error:
        answer = b"r" + error.message.encode()
    except MemoryError:
        answer = b"m"
    with os.fdopen(out, "wb") as pipe:
        pipe.write(answer)
    os._exit(0)
