"""Reads a PDF into an article of the text in it. Called by `parsing`, in its child."""

import io
import re

import pypdf
from pypdf.errors import LimitReachedError, PyPdfError

from frontdesk.core.errors import Refused
from frontdesk.knowledge import clean
from frontdesk.library.file_kinds import UNPACKS, Parsed
from frontdesk.library.parsing_text import Reading, left_out, named, whole

MOST_PAGES = 3_000
MOST_TITLE = 120
_FILE = re.compile(r"\.(?:docx?|pdf|odt|indd|pages|tex|rtf|txt|xlsx?|pptx?)$", re.IGNORECASE)
_DEEP = 8
"""Forms within forms that pictures are looked for in."""


def read(stem: str, data: bytes) -> Reading:
    """Raises `Refused`."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("invalid", "It is locked with a password: save it without one.")
        many = len(reader.pages)
        if many > MOST_PAGES:
            raise Refused(
                "invalid", f"It has {many} pages; up to {MOST_PAGES} are read. Part it in several files."
            )
        pages = [page.extract_text() for page in reader.pages]
        title = _meant(str((reader.metadata and reader.metadata.title) or ""), stem) or _largest(reader)
        pictures = _pictures(reader)
    except LimitReachedError:
        raise Refused("invalid", UNPACKS) from None
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ):
        # What a broken file leads a parser into has no end of names, none of which would help its author.
        raise Refused("invalid", "It is no PDF that can be read: it is damaged or cut off.") from None
    text = clean.tidy("\n\n".join(_unwrapped(page) for page in pages))
    if not text:
        raise Refused("invalid", "It holds pictures of pages and no text: have its text recognised first.")
    return [Parsed(clean.tidy(title)[:300] or named(stem), whole(text))], left_out(pictures)


def _meant(title: str, stem: str) -> str:
    """The title that a document gives itself, unless it is the name of a file or of the program that made it."""
    plain = clean.tidy(title)
    named_after = plain.casefold() in {"untitled", "document", "document1"} or _FILE.search(plain)
    return "" if named_after or plain.casefold() == stem.casefold() else plain


def _largest(reader: pypdf.PdfReader) -> str:
    """The first lines of the first page that are larger than all others on it; empty where none are."""
    sizes: list[tuple[float, str]] = []

    def seen(text: str, _: object, matrix: list[float], __: object, size: float) -> None:
        if text.strip():
            sizes.append((round(abs(size * (matrix[3] or 1.0)), 1), text))

    if reader.pages:
        reader.pages[0].extract_text(visitor_text=seen)
    most = max((size for size, _ in sizes), default=0.0)
    largest = [text for size, text in sizes if size == most]
    title = clean.tidy(" ".join(largest)).replace("\n", " ")
    return title if len(largest) < len(sizes) and len(title) <= MOST_TITLE else ""


def _pictures(reader: pypdf.PdfReader) -> int:
    """How many different ones its pages show."""
    found: set[int] = set()
    seen: set[int] = set()
    for page in reader.pages:
        _look(page.get("/Resources"), found, seen, _DEEP)
    return len(found)


def _look(resources: object, found: set[int], seen: set[int], deep: int) -> None:
    told = resources.get_object() if isinstance(resources, pypdf.generic.PdfObject) else None
    named = told.get("/XObject") if isinstance(told, pypdf.generic.DictionaryObject) else None
    within = named.get_object() if isinstance(named, pypdf.generic.PdfObject) else None
    if not isinstance(within, pypdf.generic.DictionaryObject) or not deep:
        return
    for reference in within.values():
        place = reference.idnum if isinstance(reference, pypdf.generic.IndirectObject) else id(reference)
        shown = reference.get_object()
        if place in seen or not isinstance(shown, pypdf.generic.DictionaryObject):
            continue
        seen.add(place)
        if shown.get("/Subtype") == "/Image":
            found.add(place)
        else:
            _look(shown.get("/Resources"), found, seen, deep - 1)


def _unwrapped(page: str) -> str:
    """The lines of a page, those that were merely too long for it in one."""
    lines: list[str] = []
    for line in page.split("\n"):
        if lines and line[:1].islower() and lines[-1] and lines[-1][-1] not in ".!?:":
            hyphen = lines[-1].endswith("-") and lines[-1][-2:-1].isalpha()
            lines[-1] = lines[-1][:-1] + line if hyphen else f"{lines[-1]} {line}"
        else:
            lines.append(line.strip())
    return "\n".join(lines)
