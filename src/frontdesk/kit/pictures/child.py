"""The cleaning of pictures as a child's job: bytes in, bytes out. What calls it is told by `unpacked` what came of it."""

import struct

from frontdesk.core.errors import Refused
from frontdesk.kit.pictures import cleaned
from frontdesk.kit.pictures.picture import NotAPicture, Picture

JOB = "frontdesk.kit.pictures.child:clean"
_SIZE = struct.Struct(">II")


def clean(payload: bytes) -> bytes:
    """The job.

    Args:
        payload: One of `file_types.PICTURES`, a line feed, and the whole file.

    Returns:
        The size in pixels, and the picture.

    Raises:
        Refused: It is none.
    """
    kind, _, content = payload.partition(b"\n")
    try:
        picture = cleaned(content, kind.decode())
    except NotAPicture:
        raise Refused("invalid", "It is not a picture that can be shown.") from None
    return _SIZE.pack(picture.width, picture.height) + picture.content


def unpacked(answer: bytes) -> Picture:
    """What the job gave back.

    Returns:
        The clean picture.
    """
    width, height = _SIZE.unpack_from(answer)
    return Picture(answer[_SIZE.size :], width, height)
