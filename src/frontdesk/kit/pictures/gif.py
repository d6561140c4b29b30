"""GIF89a: comments and the parts of applications are left out, but for how often it is played."""

import struct

from frontdesk.kit.pictures.picture import MOST_PARTS, NotAPicture, Picture

_HEAD = 13
_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _PLAIN_TEXT, _APPLICATION = 0xF9, 0x01, 0xFF
_LOOPS = b"\x0bNETSCAPE2.0"


def cleaned(content: bytes) -> Picture:
    """Keep the blocks that draw.

    Returns:
        The picture.

    Raises:
        NotAPicture: It does not end as it should.
    """
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    at = _HEAD + _table(flags)
    parts = [content[:at]]
    for _ in range(MOST_PARTS):
        start, kind = at, content[at]
        if kind == _END:
            return Picture(b"".join([*parts, content[at : at + 1]]), width, height)
        if kind == _EXTENSION:
            at = _end(content, at + 2)
        elif kind == _IMAGE:
            # Browsers make room for one that is larger than the whole.
            left, top, across, down = struct.unpack_from("<HHHH", content, at + 1)
            width, height = max(width, left + across), max(height, top + down)
            at = _end(content, at + 11 + _table(content[at + 9]))
        else:
            raise NotAPicture
        if kind == _IMAGE or _is_drawn(content, start):
            parts.append(content[start:at])
    raise NotAPicture


def _is_drawn(content: bytes, at: int) -> bool:
    label = content[at + 1]
    return label in {_CONTROL, _PLAIN_TEXT} or (label == _APPLICATION and content.startswith(_LOOPS, at + 2))


def _table(flags: int) -> int:
    # Bytes of a table of colours.
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _end(content: bytes, at: int) -> int:
    # Behind the blocks of data that begin here.
    while (size := content[at]) != 0:
        at += size + 1
    return at + 1
