"""Whether a packed document is what its name says: as a child's job, since a list of contents may be made to take for ever."""

import io
import zipfile
from typing import Final

from frontdesk.core.errors import Refused

JOB: Final = "frontdesk.kit.documents:judge"
_MAIN: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word/document.xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xl/workbook.xml",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "ppt/presentation.xml",
    "application/vnd.oasis.opendocument.text": "content.xml",
    "application/vnd.oasis.opendocument.spreadsheet": "content.xml",
}
"""By kind: the file within that holds the text."""
PACKED: Final = frozenset(_MAIN)
_PROGRAMS: Final = ("vbaproject.bin", "/basic/", "/scripts/")
"""Where what is packed is not text but would run: macros."""


def judge(payload: bytes) -> bytes:
    """The job.

    Args:
        payload: One of `PACKED`, a line feed, and the whole file.

    Returns:
        Nothing: it is a document of this kind.

    Raises:
        Refused: It is another archive, a damaged one, or holds programs.
    """
    kind, _, content = payload.partition(b"\n")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {f"/{name.lower()}" for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise Refused("invalid", "The archive is damaged.") from None
    if f"/{_MAIN[kind.decode()]}" not in names:
        raise Refused("invalid", "It is another kind of archive.")
    if any(part in name for name in names for part in _PROGRAMS):
        raise Refused("invalid", "It holds programs.")
    return b""
