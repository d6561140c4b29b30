"""The child process: a task in, an outcome out, a fresh context for each. `process` starts it.

It imports the engine's library alone and nothing of the program but this and two small files, confines itself
before it reads anything, and never calls into Python from a script. It ends when its input does.
"""

import importlib.machinery
import importlib.util
import os
import re
import sys
from types import ModuleType
from typing import Any

from frontdesk.sandbox.confine import confine
from frontdesk.sandbox.frames import (
    ANSWER_HEAD,
    FIRST_LINE,
    MOST_ANSWER_BYTES,
    MOST_TASK_BYTES,
    TASK_HEAD,
)

MEMORY_BYTES = 32 << 20
COLLECT_BYTES = 48 << 20
"""Room to say what a script did that used up its memory."""
STACK_BYTES = 512 << 10
COLLECT_S = 0.1

_LINE = re.compile(r":(\d+):\d+\)?$", re.MULTILINE)


def main(library: str, prelude: str) -> None:
    engine = _engine(library)
    with open(prelude, encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs a third of the start
        code = file.read()
    # Whatever the engine loads late is loaded now; later nothing can be opened.
    _fresh(engine, code)[1]("")
    missing = ",".join(f'"{name}"' for name in confine())
    _answer(f"[{missing}]".encode())
    while True:
        # Made while the program is busy elsewhere, so that no script waits for it.
        context, entry = _fresh(engine, code)
        head = _read(TASK_HEAD.size)
        size, limit_ms = TASK_HEAD.unpack(head)
        if size > MOST_TASK_BYTES:
            os._exit(2)
        _answer(_outcome(context, entry, _read(size).decode(), limit_ms / 1000))


def _engine(library: str) -> ModuleType:
    loader = importlib.machinery.ExtensionFileLoader("_quickjs", library)
    spec = importlib.util.spec_from_loader("_quickjs", loader)
    if spec is None:
        raise ImportError(library)
    return importlib.util.module_from_spec(spec)


def _fresh(engine: ModuleType, prelude: str) -> tuple[Any, Any]:
    context = engine.Context()
    context.set_memory_limit(MEMORY_BYTES)
    context.set_max_stack_size(STACK_BYTES)
    return context, context.eval(prelude)


def _outcome(context: Any, entry: Any, task: str, limit_s: float) -> bytes:  # noqa: ANN401 - the engine has no types
    context.set_time_limit(limit_s)
    try:
        said = str(entry(task)).encode()
    except Exception as error:  # noqa: BLE001 - whatever the engine throws is the script's outcome, never our end
        return _cut_short(context, entry, str(error))
    return said if len(said) <= MOST_ANSWER_BYTES else b'{"outcome":"error","error":"the result is too large"}'


def _cut_short(context: Any, entry: Any, error: str) -> bytes:  # noqa: ANN401 - the engine has no types
    """An end that the script could not catch: its limit, or no memory left."""
    at = next((int(hit) for hit in _LINE.findall(error) if int(hit) > FIRST_LINE), 0)
    outcome, reason = "error", "the script's result cannot be read"
    if "interrupted" in error:
        outcome, reason = "timeout", ""
    elif "out of memory" in error or "call stack" in error:
        reason = "out of memory"
    context.set_memory_limit(COLLECT_BYTES)
    context.set_time_limit(COLLECT_S)
    try:
        effects = str(entry(""))
    except Exception:  # noqa: BLE001 - then only the outcome is known
        effects = ""
    return f'{{"outcome":"{outcome}","error":"{reason}","at":{at},"effects":[{effects}]}}'.encode()


def _read(size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(0, size - len(parts))
        if not part:
            os._exit(0)
        parts += part
    return bytes(parts)


def _answer(body: bytes) -> None:
    left = memoryview(ANSWER_HEAD.pack(len(body)) + body)
    while left:
        left = left[os.write(1, left) :]


if __name__ == "__main__":
    main(*sys.argv[1:])
