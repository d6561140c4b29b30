"""An article of a file's text: what it is called, and what its head says of it. Called by the readers of each kind of file."""

from collections.abc import Mapping

from frontdesk.core.errors import Refused
from frontdesk.knowledge import clean
from frontdesk.library.file_kinds import Parsed

MOST_TITLE = 80
"""Letters of a line that may be one."""
Reading = tuple[list[Parsed], tuple[str, ...]]
"""The articles of a file, and what is to be said of how it was read."""


def article(stem: str, body: str, fields: Mapping[str, str]) -> Parsed:
    """One whose title is that of `fields`, else its first heading, else the file's name."""
    heading, rest = clean.first_heading(body)
    title = fields.get("title") or heading or named(stem)
    return Parsed(
        title[:300],
        rest if heading and heading == title else body,
        url=fields.get("url", ""),
        tags=tuple(tag.strip() for tag in fields.get("tags", "").strip("[]").split(",") if tag.strip()),
        language=fields.get("language", ""),
        audience=fields.get("audience", ""),
    )


def first_line(body: str) -> str:
    """A short line with nothing but space below it and text after that: what a text calls itself; else empty."""
    line, _, rest = body.partition("\n")
    is_title = rest.startswith("\n") and len(line) <= MOST_TITLE and any(map(str.isalpha, line))
    return line if is_title and line[-1] not in ".,;:-|" and not line.startswith(("#", "- ", "* ")) else ""


def whole(text: str) -> str:
    """The text of one article, as it is.

    Raises:
        Refused: It is longer than an article may be; half of it would answer half of the questions.
    """
    if len(text) > clean.MOST_CHARS:
        most = f"{clean.MOST_CHARS:,}"
        raise Refused("invalid", f"It has more than {most} characters: part it in several files.")
    return text


def named(stem: str) -> str:
    return stem.replace("_", " ").replace("-", " ").strip() or stem


def left_out(pictures: int) -> tuple[str, ...]:
    """What is said of pictures, of which nothing is read."""
    if not pictures:
        return ()
    return ("1 picture was left out.",) if pictures == 1 else (f"{pictures} pictures were left out.",)
