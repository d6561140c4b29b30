"""The child process: a task in, an outcome out, a fresh context for each. `process` starts it.

It imports the engine's library alone and nothing of the program but this and two small files, confines itself
before it reads anything, and never calls into Python from a script. It ends when its input does.
"""

import importlib.machinery
import importlib.util
import os
import re
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


def main(library: str, scripts: str) -> None:
    engine = _Engine(library, scripts)
    # Whatever it loads late is loaded now; after this nothing can be opened.
    engine.fresh()[1]("")
    missing = ",".join(f'"{name}"' for name in confine())
    _answer(f"[{missing}]".encode())
    while True:
        # Made while the program is busy elsewhere, so that no script waits for it.
        context, entry = engine.fresh()
        size, limit_ms = TASK_HEAD.unpack(_read(TASK_HEAD.size))
        if size > MOST_TASK_BYTES:
            os._exit(2)
        _answer(engine.outcome(context, entry, _read(size).decode(), limit_ms / 1000))


class _Engine:
    def __init__(self, library: str, scripts: str) -> None:
        loader = importlib.machinery.ExtensionFileLoader("_quickjs", library)
        spec = importlib.util.spec_from_loader("_quickjs", loader)
        if spec is None:
            raise ImportError(library)
        self._module = importlib.util.module_from_spec(spec)
        self._code = f"({_text(scripts, 'prelude.js')})({_text(scripts, 'choices.js')})"
        # The last three: no memory for the result, and a result that is no text.
        self._raises = (
            self._module.JSException,
            self._module.StackOverflow,
            MemoryError,
            TypeError,
            ValueError,
        )

    def fresh(self) -> tuple[Any, Any]:
        context = self._module.Context()
        context.set_memory_limit(MEMORY_BYTES)
        context.set_max_stack_size(STACK_BYTES)
        return context, context.eval(self._code)

    def outcome(self, context: Any, entry: Any, task: str, limit_s: float) -> bytes:  # noqa: ANN401 - untyped engine
        context.set_time_limit(limit_s)
        try:
            said = str(entry(task)).encode()
        except self._raises as error:
            return self._cut_short(context, entry, str(error))
        return (
            said
            if len(said) <= MOST_ANSWER_BYTES
            else b'{"outcome":"error","error":"the result is too large"}'
        )

    def _cut_short(self, context: Any, entry: Any, error: str) -> bytes:  # noqa: ANN401 - untyped engine
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
        except self._raises:
            effects = ""
        return f'{{"outcome":"{outcome}","error":"{reason}","at":{at},"effects":[{effects}]}}'.encode()


def _text(folder: str, name: str) -> str:
    with open(f"{folder}/{name}", encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs a third of the start
        return file.read()


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
