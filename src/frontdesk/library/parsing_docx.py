"""Reads a Word document into an article, with its headings, lists and tables. Called by `parsing`, in its child."""

import io
import zipfile

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from frontdesk.core.errors import Refused
from frontdesk.knowledge import clean
from frontdesk.library.file_kinds import UNPACKS
from frontdesk.library.parsing_text import Reading, article, left_out, whole

MOST_UNPACKED_BYTES = 50_000_000
MOST_RATIO = 100
MOST_PARTS = 1_000
DAMAGED = "It is no Word document that can be read: it is damaged or cut off."
_ZIPPED = b"PK\x03\x04"
_MADE_UP = "Word Document"
"""The library's own title for a document that has none."""


def read(stem: str, data: bytes) -> Reading:
    """Raises `Refused`."""
    _check_package(data)
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = list(document.iter_inner_content())
        lines = [line for block in blocks for line in _block(block)]
        told = clean.tidy(document.core_properties.title or "")
        paragraphs = (block for block in blocks if isinstance(block, Paragraph))
        headed = next((each.text.strip() for each in paragraphs if _is_title(each)), "")
    except (
        PackageNotFoundError,
        ValueError,
        KeyError,
        XMLSyntaxError,
        AttributeError,
        zipfile.BadZipFile,
    ):
        raise Refused("invalid", DAMAGED) from None
    title = told if told and told != _MADE_UP else headed
    body = whole(clean.tidy("\n".join(lines)))
    return [article(stem, body, {"title": title} if title else {})], left_out(_pictures(document))


def _is_title(paragraph: Paragraph) -> bool:
    return _style(paragraph) in {"Title", "Heading 1"} and bool(paragraph.text.strip())


def _style(block: Paragraph) -> str:
    return (block.style.name or "") if block.style is not None else ""


def _block(block: Paragraph | Table) -> list[str]:
    if isinstance(block, Table):
        return [
            "",
            *(" | ".join(dict.fromkeys(cell.text.strip() for cell in row.cells)) for row in block.rows),
            "",
        ]
    style = _style(block)
    if style == "Title":
        return [f"# {block.text}", ""]
    if style.startswith("Heading "):
        return ["", f"{'#' * min(int(style.split()[-1]), 6)} {block.text}", ""]
    return [f"- {block.text}"] if style.startswith("List") else [block.text, ""]


def _pictures(document: Document) -> int:
    # Those of Word since 2007, and older ones that stand alone: it also keeps those beside the new, for old programs.
    old = "*[local-name() = 'imagedata'][not(ancestor::*[local-name() = 'Fallback'])]"
    return len(document.element.body.xpath(f".//pic:pic | .//{old}"))


def _check_package(data: bytes) -> None:
    """A document is a package of parts: how large they are is known before any is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except zipfile.BadZipFile:
        told = DAMAGED if data.startswith(_ZIPPED) else "It is no Word document: save it as .docx."
        raise Refused("invalid", told) from None
    unpacked = sum(part.file_size for part in parts)
    too_tight = any(part.file_size > MOST_RATIO * max(part.compress_size, 1) + 100_000 for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED_BYTES or too_tight:
        raise Refused("invalid", UNPACKS)
