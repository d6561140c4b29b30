"""Draws pictures of strangers anew: decoded, turned upright, brought to the usual colours, and written by our own encoder.

Nothing of the file that came is kept but what is seen: neither the place and time it was taken nor whatever was hidden in it.
The job of a child (`sandbox.work`) that has no network and bounded memory and time; nothing else loads the decoders.
"""

import struct
import zlib
from io import BytesIO

# Those that are opened, loaded before the child gives up what it needs for it.
from PIL import (  # noqa: F401
    GifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    ImageSequence,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from frontdesk.core.errors import Refused
from frontdesk.kit.pictures.picture import MOST_DRAWN, MOST_PIXELS, Picture

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
_QUALITY = 90
_ERASED = 2
"""GIF89a 23: the ground stands again before the next picture."""
_MOVING = frozenset({"PNG", "GIF", "WEBP"})
_IN_COLOUR = frozenset({"RGB", "RGBA", "CMYK"})

# What decoders raise, led on by a made-up file.
_BROKEN = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    struct.error,
    zlib.error,
)

# Ours count, and before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


class NotAPicture(Exception):
    """The content is not what its first bytes say."""


def redraw(payload: bytes) -> bytes:
    """The job.

    Args:
        payload: One of `file_types.PICTURES`, a line feed, and the whole file.

    Returns:
        A `Picture`, packed.

    Raises:
        Refused: It is none.
    """
    kind, _, content = payload.partition(b"\n")
    try:
        return redrawn(content, kind.decode()).packed()
    except NotAPicture:
        raise Refused("invalid", "It is not a picture that can be shown.") from None


def redrawn(content: bytes, kind: str) -> Picture:
    """Draw a picture anew.

    Args:
        content: The whole file.
        kind: One of `file_types.PICTURES`.

    Returns:
        What it shows, in a file of the same kind.

    Raises:
        NotAPicture: It is damaged, something else, or has more than `MOST_PIXELS` or `MOST_DRAWN`.
    """
    out = BytesIO()
    try:
        with Image.open(BytesIO(content), formats=[_FORMATS[kind]]) as given:
            _check_size(given)
            if _pictures(given) == 1:
                width, height = _write_still(given, _FORMATS[kind], out)
            else:
                width, height = _write_moving(given, out)
    except _BROKEN:
        raise NotAPicture from None
    return Picture(out.getvalue(), width, height)


def _pictures(given: Image.Image) -> int:
    # A camera may put small ones of the same beside a photograph.
    return getattr(given, "n_frames", 1) if given.format in _MOVING else 1


def _check_size(given: Image.Image) -> None:
    size = given.width * given.height
    if not 0 < size <= MOST_PIXELS or size * _pictures(given) > MOST_DRAWN:
        raise NotAPicture


def _write_still(given: Image.Image, form: str, out: BytesIO) -> tuple[int, int]:
    drawn = _in_usual_colours(ImageOps.exif_transpose(given))
    if form == "JPEG" and drawn.mode == "CMYK":
        drawn = drawn.convert("RGB")
    # Writers take from here what they are not told otherwise.
    drawn.info = {name: drawn.info[name] for name in ("transparency",) if name in drawn.info}
    drawn.save(out, form, quality=_QUALITY)
    return drawn.size


def _in_usual_colours(drawn: Image.Image) -> Image.Image:
    # In sRGB, which needs no profile beside it; one that cannot be read is left out of account.
    profile = drawn.info.get("icc_profile")
    if not profile or drawn.mode not in _IN_COLOUR:
        return drawn
    mode = "RGB" if drawn.mode == "CMYK" else drawn.mode
    try:
        from_, to = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        changed = ImageCms.profileToProfile(drawn, from_, to, outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        return drawn
    return drawn if changed is None else changed


def _write_moving(given: Image.Image, out: BytesIO) -> tuple[int, int]:
    lasts, is_clear = [], False
    for picture in ImageSequence.Iterator(given):
        picture.load()
        lasts.append(round(picture.info.get("duration", 0)))
        is_clear = is_clear or picture.has_transparency_data
    given.seek(0)
    said: dict[str, object] = {"loop": given.info["loop"]} if "loop" in given.info else {}
    # Writers take from what came whatever they are not told.
    said |= {"comment": b"", "exif": b"", "xmp": b"", "icc_profile": b"", "default_image": False}
    # What is read is each picture as it is shown, so each is written as it is.
    said |= {"disposal": _ERASED if given.format == "GIF" and is_clear else 0, "blend": 0}
    given.save(out, given.format, save_all=True, quality=_QUALITY, duration=lasts, **said)
    return given.size
