"""What a file is, judged by its content; what its sender says is believed only where nothing depends on it."""

from typing import Final

SNIFFED_BYTES: Final = 512
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Shown within pages; everything else is only handed out as a download."""
UNKNOWN: Final = "application/octet-stream"

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (8, b"WAVE", "audio/wav"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    # Photographs as phones keep them are packed as films are.
    (4, b"ftypheic", UNKNOWN),
    (4, b"ftypheix", UNKNOWN),
    (4, b"ftypmif1", UNKNOWN),
    (4, b"ftypavif", UNKNOWN),
    (4, b"ftyp", "video/mp4"),
)
_IN_RIFF: Final = 8
_IN_ZIP: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_TEXT: Final = {"txt": "text/plain", "csv": "text/csv", "log": "text/plain", "md": "text/plain"}


def sniff(head: bytes, name: str) -> str:
    """Tell the type of a file.

    Args:
        head: Its first `SNIFFED_BYTES` bytes.
        name: What it is called; it chooses among types whose content begins alike.

    Returns:
        A media type: one of `PICTURES` for pictures, `UNKNOWN` for what is none of those we know. Never one that a
        browser runs: a page or a drawing in SVG is `UNKNOWN`.
    """
    extension = name.rpartition(".")[2].lower()
    for start, magic, kind in _MAGIC:
        if head[start : start + len(magic)] == magic and (start != _IN_RIFF or head.startswith(b"RIFF")):
            return _IN_ZIP.get(extension, kind) if kind == "application/zip" else kind
    return _TEXT.get(extension, UNKNOWN) if b"\0" not in head and _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # The piece may end within a letter.
        return len(head) == SNIFFED_BYTES and error.start > SNIFFED_BYTES - 4
    return True
