"""WebP (RFC 9649): Exif, XMP and chunks that nobody knows are left out."""

import struct
from collections.abc import Iterator

from frontdesk.kit.pictures.picture import NotAPicture, Picture

_HEAD = 12
_DRAWN = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_EXIF_AND_XMP = 0b1100
_SIDE = 0x3FFF
"""The bits of a width or height."""


def cleaned(content: bytes) -> Picture:
    """Keep the chunks that draw.

    Returns:
        The picture.

    Raises:
        NotAPicture: It is not as long as it says, or has no size.
    """
    (size,) = struct.unpack_from("<I", content, 4)
    whole = content[: size + 8]
    if len(whole) != size + 8:
        raise NotAPicture
    parts, measured = [], (0, 0)
    for name, found in _chunks(whole):
        body = bytes([found[0] & ~_EXIF_AND_XMP]) + found[1:] if name == b"VP8X" else found
        size = _size(name, body)
        measured = max(measured[0], size[0]), max(measured[1], size[1])
        if name in _DRAWN:
            parts.append(name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2))
    if measured == (0, 0):
        raise NotAPicture
    drawn = b"WEBP" + b"".join(parts)
    return Picture(b"RIFF" + struct.pack("<I", len(drawn)) + drawn, *measured)


def _chunks(whole: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = _HEAD
    while at < len(whole):
        name, size = struct.unpack_from("<4sI", whole, at)
        body = whole[at + 8 : at + 8 + size]
        if len(body) != size:
            raise NotAPicture
        yield name, body
        at += 8 + size + size % 2


def _size(name: bytes, body: bytes) -> tuple[int, int]:
    match name:
        case b"VP8X":
            return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(body[1:5], "little")
            return (bits & _SIDE) + 1, (bits >> 14 & _SIDE) + 1
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", body, 6)
            return width & _SIDE, height & _SIDE
        case _:
            return 0, 0
