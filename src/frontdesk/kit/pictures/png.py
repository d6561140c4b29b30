"""PNG (third edition, 5 and 11): texts, times and Exif are left out."""

import struct

from frontdesk.kit.pictures.picture import MOST_PARTS, NotAPicture, Picture

_HEAD = 8
_FRAME = 12
_DRAWN = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD pHYs acTL fcTL fdAT".split())


def cleaned(content: bytes) -> Picture:
    """Keep the chunks that draw.

    Returns:
        The picture.

    Raises:
        NotAPicture: It does not end as it should.
    """
    parts = [content[:_HEAD]]
    at, width, height = _HEAD, 0, 0
    for _ in range(MOST_PARTS):
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + _FRAME + length
        if end > len(content):
            raise NotAPicture
        if name == b"IHDR":
            size = struct.unpack_from(">II", content, at + 8)
            width, height = max(width, size[0]), max(height, size[1])
        if name in _DRAWN:
            parts.append(content[at:end])
        if name == b"IEND":
            return Picture(b"".join(parts), width, height)
        at = end
    raise NotAPicture
