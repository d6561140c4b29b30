"""JPEG (ITU T.81 annex B; Exif 2.32, 4.6): the parts of applications and comments are left out, but for colours.

How the camera was held stands in Exif, so a part that says it and nothing else is put in where it matters.
"""

import struct
from collections.abc import Iterator

from frontdesk.kit.pictures.picture import MOST_PARTS, NotAPicture, Picture

_MARK, _START, _END, _SCAN = 0xFF, 0xD8, 0xD9, 0xDA
_EXIF, _COLOURS, _ADOBE, _COMMENT = 0xE1, 0xE2, 0xEE, 0xFE
_APPLICATIONS = range(0xE0, 0xF0)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_WITHIN_SCAN = _ALONE | {0x00, _MARK}
_ORIENTATION = 0x0112
_ON_ITS_SIDE = 5
"""From here on up: turned by a quarter when it is shown."""
_MOST_TAGS = 200


def cleaned(content: bytes) -> Picture:
    """Keep the segments that draw.

    Returns:
        The picture.

    Raises:
        NotAPicture: It does not end as it should, or has no size.
    """
    parts: list[bytes] = []
    width, height, held = 0, 0, 0
    for marker, segment in _segments(content):
        body = segment[4:]
        if marker in _FRAMES:
            size = struct.unpack_from(">HH", body, 1)
            height, width = max(height, size[0]), max(width, size[1])
        if marker == _EXIF:
            held = held or _orientation(body)
        elif _is_drawn(marker, body):
            parts.append(segment)
    if width == 0:
        raise NotAPicture
    how = [_held(held)] if held > 1 else []
    content = b"".join([bytes((_MARK, _START)), *how, *parts])
    return Picture(content, height, width) if held >= _ON_ITS_SIDE else Picture(content, width, height)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    # Each marker with its bytes, a scan with all that belongs to it; the last one ends the picture.
    at = 2
    for _ in range(MOST_PARTS):
        if content[at] != _MARK:
            raise NotAPicture
        while content[at + 1] == _MARK:
            at += 1
        marker = content[at + 1]
        end = at + 2
        if marker not in _ALONE and marker != _END:
            end += struct.unpack_from(">H", content, end)[0]
            if marker == _SCAN:
                end = _scan_end(content, end)
        if end > len(content):
            raise NotAPicture
        yield marker, content[at:end]
        if marker == _END:
            return
        at = end
    raise NotAPicture


def _scan_end(content: bytes, at: int) -> int:
    while content[content.index(_MARK, at) + 1] in _WITHIN_SCAN:
        at = content.index(_MARK, at)
        at += 1 if content[at + 1] == _MARK else 2
    return content.index(_MARK, at)


def _is_drawn(marker: int, body: bytes) -> bool:
    if marker == _COLOURS:
        return body.startswith(b"ICC_PROFILE\0")
    return marker == _ADOBE or (marker not in _APPLICATIONS and marker != _COMMENT)


def _orientation(body: bytes) -> int:
    # 1 to 8 as Exif counts them; 0 when it does not say.
    order = {b"Exif\0\0II": "<", b"Exif\0\0MM": ">"}.get(body[:8])
    if order is None:
        return 0
    exif = body[6:]
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for number in range(min(count, _MOST_TAGS)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, start + 2 + 12 * number)
            if tag == _ORIENTATION:
                return int(value) if value in range(1, 9) else 0
    except struct.error:
        return 0
    return 0


def _held(orientation: int) -> bytes:
    exif = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    return bytes((_MARK, _EXIF)) + struct.pack(">H", len(exif) + 2) + exif
