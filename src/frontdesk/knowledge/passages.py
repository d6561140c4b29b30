"""Cuts an article into what is found and answered with: passages of a section, and the sentences in them.

A body is plain text whose lines tell what they are (`clean` makes it): `# Heading`, `- item` or `1. item`, cells of a
table with ` | ` between them, else a paragraph.
"""

import re
from dataclasses import dataclass

from frontdesk.knowledge.sentences import Span, sentences

MOST_CHARS = 1_600
"""Of a passage: about what a sentence model reads at once."""
MOST_SENTENCES = 63
"""Of a passage: each has a bit in a posting, and one is the heading's."""

_HEADING = re.compile(r"#{1,6} +(.+)")
_LINE = re.compile(r"[^\n]+")
_MARK = re.compile(r"(?:[-*+•‣▪●◦–—]|\d{1,3}[.)])[ \t]+")
"""Before an item of a list, at the beginning of its line."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one section.

    Attributes:
        headings: Those above it, the outermost first.
        span: Where it stands in the body.
        sentences: Where its sentences stand in the body, in order.
    """

    headings: tuple[str, ...]
    span: Span
    sentences: tuple[Span, ...]


def cut(body: str) -> list[Passage]:
    """The passages of a body in order; none of an empty one."""
    found: list[Passage] = []
    headings: list[tuple[int, str]] = []
    gathered: list[Span] = []

    def close() -> None:
        if gathered:
            names = tuple(name for _, name in headings)
            found.append(Passage(names, Span(gathered[0].start, gathered[-1].end), tuple(gathered)))
            gathered.clear()

    for line in _LINE.finditer(body):
        heading = _HEADING.fullmatch(line.group().strip())
        if heading is not None:
            close()
            level = len(line.group().strip()) - len(line.group().strip().lstrip("#"))
            headings = [known for known in headings if known[0] < level] + [(level, heading.group(1).strip())]
            continue
        for span in _within(body, line.start(), line.end()):
            if gathered and (span.end - gathered[0].start > MOST_CHARS or len(gathered) == MOST_SENTENCES):
                close()
            gathered.append(span)
    close()
    return found


def in_item(body: str, span: Span) -> bool:
    """Whether a sentence stands in an item of a list."""
    return _MARK.match(body, _line_start(body, span), span.start) is not None


def with_mark(body: str, span: Span) -> int:
    """Where a sentence begins, or the mark before it where it begins an item."""
    start = _line_start(body, span)
    return start if _MARK.fullmatch(body, start, span.start) is not None else span.start


def begins_line(body: str, span: Span) -> bool:
    """Whether nothing stands before a sentence in its line, or the mark of an item."""
    return not body[_line_start(body, span) : with_mark(body, span)].strip()


def _line_start(body: str, span: Span) -> int:
    return body.rfind("\n", 0, span.start) + 1


def _within(body: str, start: int, end: int) -> list[Span]:
    mark = _MARK.match(body, start, end)
    if mark is not None:
        start = mark.end()
    return [Span(start + span.start, start + span.end) for span in sentences(body[start:end])]
