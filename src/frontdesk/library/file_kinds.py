"""What goes between the program and the child that reads files: `importing` on this side, `parsing` on the other."""

import msgspec

ENDINGS = {
    ".md": "md",
    ".markdown": "md",
    ".txt": "txt",
    ".text": "txt",
    ".htm": "html",
    ".html": "html",
    ".csv": "csv",
    ".pdf": "pdf",
    ".docx": "docx",
}
"""The kinds of files that are read, by how their names end."""
UNPACKS = "It unpacks to far more than it is: it is not opened."
"""Told of a bomb, of whatever kind."""


class File(msgspec.Struct, frozen=True):
    """`data` in base64."""

    path: str
    data: str


class Parsed(msgspec.Struct, frozen=True):
    """One article of a file; `part` tells those of one file apart, and is empty where a file is one article.

    `line` is where it begins in a table, 0 elsewhere.
    """

    title: str
    body: str
    questions: tuple[str, ...] = ()
    part: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    audience: str = ""
    line: int = 0


class FileRead(msgspec.Struct, frozen=True):
    """What a file holds, or why it was not read; `notes` are what was left out."""

    path: str
    articles: tuple[Parsed, ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = ()
