"""Reads files of strangers into articles. Runs in a child that may be killed: nothing here is called by the program itself.

`read_files` is the child's job: JSON in, JSON out. What a reader cannot make sense of is one sentence for whoever
gave the file.
"""

import base64
import codecs
import csv
import importlib
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import PurePosixPath

import msgspec

from frontdesk.core.errors import Refused
from frontdesk.knowledge import clean
from frontdesk.library.file_kinds import ENDINGS, File, FileRead, Parsed
from frontdesk.library.parsing_text import Reading, article, first_line, left_out, whole

MOST_ROWS = 20_000
MOST_NAMED = 10
_RULE = "---"
_NAMED = re.compile(r"([A-Za-z_]\w*)\s*:(?:\s+(.*))?$")
_FIELD = re.compile(r"[A-Za-z_]\w*\s*:(?:\s.*)?$|\s*#|\s+\S|-\s+\S")
"""A line of a head: a field, a comment, or what goes on with the field above."""
_QUESTION = ("question", "questions", "q", "вопрос", "вопросы", "savol")
_ANSWER = ("answer", "a", "ответ", "javob")


def read_files(payload: bytes) -> bytes:
    """The child's job: a list of `File` to a list of `FileRead`."""
    files = msgspec.json.decode(payload, type=list[File])
    return msgspec.json.encode([_read(file) for file in files])


def _read(file: File) -> FileRead:
    place = PurePosixPath(file.path)
    kind = ENDINGS.get(place.suffix.lower())
    if kind is None:
        return FileRead(
            file.path, problem=f"Files of this kind are not read; these are: {', '.join(ENDINGS)}."
        )
    try:
        articles, notes = _READERS[kind](place.stem, base64.b64decode(file.data))
    except Refused as error:
        return FileRead(file.path, problem=error.message)
    found = tuple(each for each in articles if each.body)
    if not found:
        return FileRead(file.path, problem="There is no text in it.", notes=notes)
    return FileRead(file.path, found, notes=notes)


def _markdown(stem: str, data: bytes) -> Reading:
    text, notes = _text(data)
    fields, rest, broken = _front_matter(whole(text))
    page = clean.html_of(rest)
    return [article(stem, clean.from_html(page), fields)], (*notes, *broken, *left_out(clean.pictures(page)))


def _plain(stem: str, data: bytes) -> Reading:
    text, notes = _text(data)
    body = clean.from_text(whole(text))
    title = first_line(body)
    return [article(stem, body.removeprefix(title).strip() or body, {"title": title} if title else {})], notes


def _html(stem: str, data: bytes) -> Reading:
    text, notes = _text(data)
    body = clean.from_html(whole(text))
    title = clean.title_of_html(text)
    told = (*notes, *left_out(clean.pictures(text)))
    return [article(stem, body, {"title": title} if title else {})], told


def _front_matter(text: str) -> tuple[dict[str, str], str, tuple[str, ...]]:
    """The `name: value` lines between two `---` at the beginning, what comes after them, and what is wrong with them.

    A head that nobody ended is as long as its lines look like one: it is never a title.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != _RULE or len(lines) == 1:
        return {}, text, ()
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == _RULE), 0)
    head = next((at for at, line in enumerate(lines) if at and not _FIELD.match(line)), len(lines))
    if not any(_NAMED.match(line) for line in lines[1:head]):
        return {}, text, ()  # a rule across the page
    whole_head = end and (end == head or all(_FIELD.match(line) or not line for line in lines[1:end]))
    stop = end if whole_head else head
    pairs = (_NAMED.match(line) for line in lines[1:stop])
    fields = {found[1].lower(): (found[2] or "").strip().strip("\"'") for found in pairs if found is not None}
    rest = "\n".join(lines[stop + (stop < len(lines) and lines[stop].rstrip() == _RULE) :])
    told = () if whole_head else (f"Its head is not ended by `---`; it was read up to line {stop}.",)
    return fields, rest, told


def _text(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text in UTF-8, UTF-16 with its mark, or, where it is neither, in an alphabet of Windows; never a failure."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), ()
    if b"\x00" in data[:10_000]:
        raise Refused("invalid", "It is no text: it has bytes that no text has.")
    try:
        return data.decode(), ()
    except UnicodeDecodeError:
        # Cyrillic of Windows has almost all its letters there, Western text few of them.
        high = [byte for byte in data if byte >= _HIGH]
        cyrillic = sum(byte >= _LETTERS for byte in high) > len(high) * 0.8 and len(high) > len(data) * 0.2
        encoding = "cp1251" if cyrillic else "cp1252"
        note = f"It is not in UTF-8; it was read as {encoding}."
        return data.decode(encoding, errors="replace"), (note,)


_HIGH, _LETTERS = 0x80, 0xC0


def _csv(stem: str, data: bytes) -> Reading:  # noqa: ARG001 - as all readers
    text, notes = _text(data)
    lines = text.splitlines()
    if not lines:
        return [], notes
    delimiter = max(",;\t", key=lines[0].count)
    try:
        rows = list(islice(_numbered(text, delimiter), MOST_ROWS + 2))
    except csv.Error as error:
        raise Refused("invalid", f"It is no table that can be read: {error}.") from None
    head = [name.strip().lower() for name in rows[0][1]]
    question, answer = _column(head, _QUESTION), _column(head, _ANSWER)
    if question is None or answer is None:
        raise Refused("invalid", "Its first line has to name the columns `question` and `answer`.")
    if len(rows) > MOST_ROWS + 1:
        notes = (*notes, f"It has more than {MOST_ROWS} lines; those after them were left out.")
    found, empty = _answers(rows[1 : MOST_ROWS + 1], head, question=question, answer=answer)
    return found, (*notes, *_without_text(empty))


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins in: a cell may have several."""
    line = 1
    table = csv.reader(io.StringIO(text), delimiter=delimiter)
    for row in table:
        yield line, row
        line = table.line_num + 1


def _answers(
    rows: list[tuple[int, list[str]]], head: list[str], *, question: int, answer: int
) -> tuple[list[Parsed], list[int]]:
    """One curated answer a row, and the lines that have none; further phrasings stand in the same cell, a line each
    or parted by `|`."""
    found: dict[str, Parsed] = {}
    empty: list[int] = []
    others = {name: head.index(name) for name in ("url", "language", "tags", "audience") if name in head}
    for line_number, row in rows:
        asked = _phrasings(row[question]) if question < len(row) else []
        if not asked or answer >= len(row) or not row[answer].strip():
            if any(cell.strip() for cell in row):
                empty.append(line_number)
            continue
        given = {name: row[place].strip() for name, place in others.items() if place < len(row)}
        found.setdefault(
            asked[0],
            Parsed(
                asked[0][:300],
                clean.from_text(row[answer]),
                tuple(asked),
                part=asked[0][:200],
                url=given.get("url", ""),
                tags=tuple(tag.strip() for tag in given.get("tags", "").split(",") if tag.strip()),
                language=given.get("language", ""),
                audience=given.get("audience", ""),
                line=line_number,
            ),
        )
    return list(found.values()), empty


def _phrasings(cell: str) -> list[str]:
    return [part for line in cell.splitlines() for part in map(clean.tidy, line.split("|")) if part]


def _without_text(lines: list[int]) -> tuple[str, ...]:
    """What is said of lines that lack a question or an answer."""
    if not lines:
        return ()
    named = ", ".join(map(str, lines[:MOST_NAMED])) + (" and others" if len(lines) > MOST_NAMED else "")
    which = f"Line {named} was" if len(lines) == 1 else f"Lines {named} were"
    return (f"{which} left out: a question or its answer is missing.",)


def _column(head: list[str], names: tuple[str, ...]) -> int | None:
    return next((place for place, name in enumerate(head) if name in names), None)


def _found_late(kind: str) -> Callable[[str, bytes], Reading]:
    """The reader of a kind whose library takes long to load: a child that has no such file goes without."""

    def read(stem: str, data: bytes) -> Reading:
        reader: Callable[[str, bytes], Reading] = importlib.import_module(
            f"frontdesk.library.parsing_{kind}"
        ).read
        return reader(stem, data)

    return read


_READERS: dict[str, Callable[[str, bytes], Reading]] = {
    "md": _markdown,
    "txt": _plain,
    "html": _html,
    "csv": _csv,
    "pdf": _found_late("pdf"),
    "docx": _found_late("docx"),
}
