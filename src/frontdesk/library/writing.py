"""What an author types becomes the body of an article, and is shown as customers would read it.

The text is cleaned in the child that reads files, as those are: no script, no picture, no address of a link stays.
Called by the API and the panel.
"""

from dataclasses import dataclass
from typing import Literal

from frontdesk.core.errors import Refused
from frontdesk.library import editing, importing

FILES_SOURCE = "files"
"""Where an article belongs that was uploaded, unless somebody names another source."""
_TYPED = "text.md"
_HEAD = "---\ntitle: (typed, its title stands in a field of its own)\n---\n"
"""So that the text's first heading stays in it, as what it is."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (its `level` 1 to 6), a list or a paragraph of a body."""

    kind: Literal["heading", "items", "lines"]
    lines: tuple[str, ...]
    level: int = 0


async def clean(typed: str) -> str:
    """The body that this Markdown makes.

    Raises:
        Refused: There is no text in it, or it cannot be read.
    """
    if typed == editing.TO_WRITE:
        return typed
    [read] = await importing.parse({_TYPED: f"{_HEAD}{typed}".encode()})
    if read.problem or not read.articles:
        raise Refused("invalid", read.problem or "There is no text in it.", field="body")
    return read.articles[0].body


def blocks(body: str) -> list[Block]:
    """A body as a page shows it: nothing in it is markup any more."""
    found: list[Block] = []
    for line in body.split("\n"):
        kind, text, level = _read(line)
        if not text:
            found.append(Block("lines", ()))
        elif kind != "heading" and found and found[-1].kind == kind and found[-1].lines:
            found[-1] = Block(kind, (*found[-1].lines, text))
        else:
            found.append(Block(kind, (text,), level))
    return [block for block in found if block.lines]


def _read(line: str) -> tuple[Literal["heading", "items", "lines"], str, int]:
    stripped = line.strip()
    marks = len(stripped) - len(stripped.lstrip("#"))
    if 1 <= marks <= 6 and stripped[marks : marks + 1] == " ":  # noqa: PLR2004  # levels of headings
        return "heading", stripped[marks:].strip(), marks
    if stripped.startswith("- "):
        return "items", stripped[2:].strip(), 0
    return "lines", stripped, 0
