"""What differs between two bots, file by file, as a unified diff; for people, and for `patch`.

Lines that both sides have exactly once are fixed points; only the gaps between them are compared line by line.
So the time it takes grows with the size of the files, whatever is in them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from typing import Literal

MAX_GAP = 300
"""Lines of a gap without a fixed point up to which it is compared line by line; beyond it is one change."""
_MAX_DEPTH = 8
_CONTEXT = 3
_NO_NEWLINE = "\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file that is not the same; `text` is its unified diff."""

    path: str
    change: Literal["added", "removed", "changed"]
    text: str


def diff_files(before: Mapping[str, str], after: Mapping[str, str]) -> list[FileDiff]:
    """The files that differ, in the order of their paths; empty when nothing does."""
    return [_file(path, before.get(path), after.get(path)) for path in sorted(_changed(before, after))]


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    return (path for path in {*before, *after} if before.get(path) != after.get(path))


def _file(path: str, before: str | None, after: str | None) -> FileDiff:
    heads = (
        "--- /dev/null\n" if before is None else f"--- a/{path}\n",
        "+++ /dev/null\n" if after is None else f"+++ b/{path}\n",
    )
    text = "".join([*heads, *_hunks(_lines(before or ""), _lines(after or ""))])
    if before is None:
        return FileDiff(path, "added", text)
    return FileDiff(path, "removed" if after is None else "changed", text)


def _lines(text: str) -> list[str]:
    """With their line ends; only \\n ends a line, so that what is put together again is the text."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


class _Compared(SequenceMatcher[str]):
    """The groups and context of the standard library, over our matches."""

    def __init__(self, a: Sequence[str], b: Sequence[str]) -> None:
        super().__init__(None, "", "", autojunk=False)
        self.a, self.b = a, b
        self._found = [*_matches(a, b), Match(len(a), len(b), 0)]

    def get_matching_blocks(self) -> list[Match]:
        return self._found


def _hunks(a: list[str], b: list[str]) -> Iterator[str]:
    for group in _Compared(a, b).get_grouped_opcodes(_CONTEXT):
        (_, a0, _, b0, _), (_, _, a1, _, b1) = group[0], group[-1]
        yield f"@@ -{_range(a0, a1)} +{_range(b0, b1)} @@\n"
        for tag, i0, i1, j0, j1 in group:
            if tag == "equal":
                yield from _marked(" ", a[i0:i1])
            else:
                yield from _marked("-", a[i0:i1])
                yield from _marked("+", b[j0:j1])


def _range(start: int, stop: int) -> str:
    length = stop - start
    first = start + 1 if length else start
    return f"{first}" if length == 1 else f"{first},{length}"


def _marked(mark: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n{_NO_NEWLINE}"


def _matches(a: Sequence[str], b: Sequence[str]) -> list[Match]:
    """Equal runs in order, neighbours joined."""
    joined: list[Match] = []
    for i, j, size in _aligned(a, b, 0, 0, 0):
        last = joined[-1] if joined else None
        if last is not None and (last.a + last.size, last.b + last.size) == (i, j):
            joined[-1] = Match(last.a, last.b, last.size + size)
        else:
            joined.append(Match(i, j, size))
    return joined


def _aligned(
    a: Sequence[str], b: Sequence[str], at_a: int, at_b: int, depth: int
) -> Iterator[tuple[int, int, int]]:
    head = _same(a, b)
    if head:
        yield at_a, at_b, head
    a, b, at_a, at_b = a[head:], b[head:], at_a + head, at_b + head
    tail = _same(a[::-1], b[::-1])
    end_a, end_b = len(a) - tail, len(b) - tail
    yield from _inner(a[:end_a], b[:end_b], at_a, at_b, depth)
    if tail:
        yield at_a + end_a, at_b + end_b, tail


def _same(a: Sequence[str], b: Sequence[str]) -> int:
    """How many lines at the start are equal."""
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _inner(
    a: Sequence[str], b: Sequence[str], at_a: int, at_b: int, depth: int
) -> Iterator[tuple[int, int, int]]:
    fixed = _fixed_points(a, b) if a and b and depth < _MAX_DEPTH else []
    if fixed:
        from_a = from_b = 0
        for i, j in [*fixed, (len(a), len(b))]:
            yield from _aligned(a[from_a:i], b[from_b:j], at_a + from_a, at_b + from_b, depth + 1)
            if i < len(a):
                yield at_a + i, at_b + j, 1
            from_a, from_b = i + 1, j + 1
    elif len(a) + len(b) <= MAX_GAP:
        for match in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
            if match.size:
                yield at_a + match.a, at_b + match.b, match.size


def _fixed_points(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Lines that each side has once, as many of them as are in the same order on both."""
    once_a, once_b = Counter(a), Counter(b)
    places = {line: j for j, line in enumerate(b) if once_b[line] == 1}
    pairs = [(i, places[line]) for i, line in enumerate(a) if once_a[line] == 1 and line in places]
    return _longest_rising(pairs)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of pairs in the order of their first number, the most whose second numbers rise."""
    ends: list[int] = []
    chosen: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        place = bisect_left(ends, j)
        before.append(chosen[place - 1] if place else -1)
        if place == len(ends):
            ends.append(j)
            chosen.append(index)
        else:
            ends[place], chosen[place] = j, index
    found: list[tuple[int, int]] = []
    index = chosen[-1] if chosen else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]
