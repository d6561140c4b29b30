"""A script as the bytes of a task, and a line of those bytes back as a line of the author's code."""

from itertools import pairwise
from typing import Literal

import msgspec

from frontdesk.core.script import Script, ScriptContext, Source
from frontdesk.sandbox.frames import FIRST_LINE, MOST_TASK_BYTES, TASK_HEAD
from frontdesk.sandbox.zones import offsets

MOST_LIMIT_MS = 1000
"""With the time to end a child that does not stop by itself, no script takes more than two seconds of processor time."""


class TooLarge(ValueError):
    """The script and what it would be given do not fit into a task."""


class _Code(msgspec.Struct, frozen=True):
    code: str
    skip: int


class _Task(msgspec.Struct, frozen=True):
    main: _Code
    shared: tuple[_Code, ...] = ()
    context: ScriptContext = ScriptContext()
    zones: dict[str, int] = {}
    response: object = None
    transforms: bool = False
    check: Literal["script", "shared"] | None = None


class Task(msgspec.Struct, frozen=True):
    """`frame` goes to a child; `sources` are in the order of their lines, the first of which are in `starts`."""

    frame: bytes
    limit_ms: int
    sources: tuple[Source, ...]
    starts: tuple[int, ...]

    def place(self, at: int) -> tuple[str, int]:
        """Name of the source and line in it; the main source and 0 when `at` is in none of them."""
        for source, (start, end) in zip(self.sources, pairwise(self.starts), strict=True):
            if start < at <= end:
                return source.name, min(at - start, source.code.count("\n") + 1)
        return self.sources[-1].name, 0


def task(script: Script) -> Task:
    codes, starts = _lines((*script.shared, script.source))
    built = _Task(
        main=codes[-1],
        shared=codes[:-1],
        context=script.context,
        zones=_zones(script),
        response=script.response,
        transforms=script.transforms,
    )
    return _framed(built, script.limit_ms, (*script.shared, script.source), starts)


def syntax_task(source: Source, *, shared: bool) -> Task:
    codes, starts = _lines((source,))
    return _framed(
        _Task(main=codes[0], check="shared" if shared else "script"), MOST_LIMIT_MS, (source,), starts
    )


def _lines(sources: tuple[Source, ...]) -> tuple[tuple[_Code, ...], tuple[int, ...]]:
    starts = [FIRST_LINE]
    codes: list[_Code] = []
    for source in sources:
        codes.append(_Code(source.code, starts[-1]))
        # One line more than it has: the wrapper closes there, and an error at its end belongs to this source.
        starts.append(starts[-1] + source.code.count("\n") + 2)
    return tuple(codes), tuple(starts)


def _framed(built: _Task, limit_ms: int, sources: tuple[Source, ...], starts: tuple[int, ...]) -> Task:
    body = msgspec.json.encode(built)
    if len(body) > MOST_TASK_BYTES:
        raise TooLarge(f"the script and its data hold {len(body)} bytes, {MOST_TASK_BYTES} are allowed")
    limit_ms = max(1, min(limit_ms, MOST_LIMIT_MS))
    return Task(TASK_HEAD.pack(len(body), limit_ms) + body, limit_ms, sources, starts)


def _zones(script: Script) -> dict[str, int]:
    codes = [source.code for source in (*script.shared, script.source)]
    if not any("getHoursType" in code for code in codes):
        return {}
    values = [value for value in script.context.variables.values() if isinstance(value, str)]
    return offsets([*codes, *script.context.env.values(), *values], script.context.now)
