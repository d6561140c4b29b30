"""Pictures without what they carry besides themselves: the place and time they were taken, the camera, comments.

Nothing is decoded, so no bomb can go off: the parts of the file are walked, and those that draw are kept. A picture
that cannot be walked to its end is none.
"""

import struct

from frontdesk.kit.pictures import gif, jpeg, png, webp
from frontdesk.kit.pictures.picture import MOST_PIXELS, NotAPicture, Picture

_CLEANERS = {
    "image/png": png.cleaned,
    "image/jpeg": jpeg.cleaned,
    "image/gif": gif.cleaned,
    "image/webp": webp.cleaned,
}


def cleaned(content: bytes, kind: str) -> Picture:
    """Take out of a picture what is not drawn.

    Args:
        content: The whole file.
        kind: One of `file_types.PICTURES`.

    Returns:
        The same picture, pixel for pixel and held the same way, without metadata.

    Raises:
        NotAPicture: It is damaged, something else, or has more than `MOST_PIXELS`: those who look at it would have to draw them.
    """
    try:
        picture = _CLEANERS[kind](content)
    except (struct.error, IndexError, ValueError):
        raise NotAPicture from None
    if not 0 < picture.width * picture.height <= MOST_PIXELS:
        raise NotAPicture
    return picture
