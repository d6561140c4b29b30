"""The work child: loads one function of ours, confines itself, is given bytes, gives bytes. `work` starts it.

What it is told comes from outside (files to parse, texts to train on), so it is treated as one that may be taken over.
"""

import importlib
import os
import struct
import sys
from collections.abc import Callable

from frontdesk.core.errors import Refused
from frontdesk.sandbox.confine_work import confine_work, limit_use

HEAD = struct.Struct(">cQ")
"""What kind of answer, and how many bytes of it follow."""
READY, DONE, REFUSED, MEMORY, BROKE = b"y", b"d", b"r", b"m", b"b"
_PIECE_BYTES = 1 << 20


def main(job: str, memory_bytes: str, cpu_s: str) -> None:
    # Libraries print; what they say must not get into the answer.
    out = os.dup(1)
    os.dup2(2, 1)
    try:
        missing = limit_use(int(memory_bytes), int(cpu_s))
        function = _load(job)
        missing += confine_work()
        _answer(out, READY, ",".join(missing).encode())
        _answer(out, DONE, function(_payload()))
    except Refused as error:
        _answer(out, REFUSED, error.message.encode())
    except MemoryError:
        _answer(out, MEMORY, b"")
    except Exception as error:  # noqa: BLE001 - the outermost of this process: whatever broke is told to the parent
        _answer(out, BROKE, f"{type(error).__name__}: {error}"[:2000].encode(errors="replace"))
    os._exit(0)


def _load(job: str) -> Callable[[bytes], bytes]:
    module, _, name = job.partition(":")
    function: Callable[[bytes], bytes] = getattr(importlib.import_module(module), name)
    return function


def _payload() -> bytes:
    (size,) = struct.unpack(">Q", _read(8))
    return _read(size)


def _read(size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(0, min(size - len(parts), _PIECE_BYTES))
        if not part:
            sys.exit(0)  # the parent has left
        parts += part
    return bytes(parts)


def _answer(out: int, kind: bytes, body: bytes) -> None:
    left = memoryview(HEAD.pack(kind, len(body)) + body)
    while left:
        left = left[os.write(out, left) :]
