"""Draws pictures of strangers anew: decoded, turned upright, brought to the usual colours, and written by our own encoder.

Nothing of the file that came is kept but what is seen: neither the place and time it was taken nor whatever was hidden in it.
The job of a child (`sandbox.work`) that has no network and bounded memory and time; nothing else loads the decoders.
"""

import struct
import zlib
from contextlib import suppress
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
from frontdesk.kit.pictures.picture import MOST_OF_PHOTOGRAPH, MOST_PICTURES, MOST_PIXELS, Picture

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
# Each writer takes its own: of WebP and PNG those that cost half the time of the usual ones, and a tenth more bytes at most.
_WRITTEN = {"quality": 90, "method": 2, "compress_level": 4}
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

# Ours count, and before anything is decoded; what has twice as many is not even opened.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

_DAMAGED = "This picture is damaged. Save it anew and send it again."
_MANY_PIXELS = "This picture has more than {:.0f} million pixels. Send it in a smaller size."
_MANY_DRAWN = f"This picture moves, and has more than {MOST_PIXELS / 1e6:.0f} million pixels in all. Send it smaller or shorter."
_MANY_PICTURES = f"This picture moves, and is more than {MOST_PICTURES} pictures. Send it shorter."


class NotAPicture(Exception):
    """It is not shown; says why, to whoever sent it."""


class _Gif(GifImagePlugin.GifImageFile):
    def count(self, most: int) -> int:
        # Up to so many: looking for all would take as long as there are bytes.
        found = 1
        with suppress(EOFError):
            while found < most:
                self._seek(found, update_image=False)
                found += 1
        self.seek(0)
        return found


def redraw(payload: bytes) -> bytes:
    """The job.

    Args:
        payload: One of `file_types.PICTURES`, a line feed, and the whole file.

    Returns:
        A `Picture`, packed.

    Raises:
        Refused: It is none, or over a bound; says which.
    """
    kind, _, content = payload.partition(b"\n")
    try:
        return redrawn(content, kind.decode()).packed()
    except NotAPicture as error:
        raise Refused("invalid", str(error)) from None


def redrawn(content: bytes, kind: str) -> Picture:
    """Draw a picture anew.

    Args:
        content: The whole file.
        kind: One of `file_types.PICTURES`.

    Returns:
        What it shows, in a file of the same kind.

    Raises:
        NotAPicture: It is damaged, something else, or over a bound of `picture`.
    """
    form, out = _FORMATS[kind], BytesIO()
    try:
        with _opened(content, form) as given:
            moves = _check_size(given) > 1
            size = _write_moving(given, out) if moves else given.size
        if not moves:
            del given  # its decoder holds more than it shows
            size = _write_still(_in_usual_colours(_drawn(content, form)), form, out)
    except Image.DecompressionBombError:
        most = MOST_OF_PHOTOGRAPH if form == "JPEG" else MOST_PIXELS
        raise NotAPicture(_MANY_PIXELS.format(most / 1e6)) from None
    except _BROKEN:
        raise NotAPicture(_DAMAGED) from None
    return Picture(out.getvalue(), *size)


def _opened(content: bytes, form: str) -> Image.Image:
    # Nothing of it is decoded yet.
    return _Gif(BytesIO(content)) if form == "GIF" else Image.open(BytesIO(content), formats=[form])


def _pictures(given: Image.Image) -> int:
    if isinstance(given, _Gif):
        return given.count(MOST_PICTURES + 1)
    # A camera may put small ones of the same beside a photograph.
    return getattr(given, "n_frames", 1) if given.format in _MOVING else 1


def _check_size(given: Image.Image) -> int:
    size = given.width * given.height
    if not size:
        raise NotAPicture(_DAMAGED)
    most = MOST_PIXELS if given.format in _MOVING else MOST_OF_PHOTOGRAPH
    if size > most:
        raise NotAPicture(_MANY_PIXELS.format(most / 1e6))
    pictures = _pictures(given)
    if pictures > MOST_PICTURES:
        raise NotAPicture(_MANY_PICTURES)
    if size * pictures > most:
        raise NotAPicture(_MANY_DRAWN)
    return pictures


def _drawn(content: bytes, form: str) -> Image.Image:
    # By itself: what decoded it is gone.
    with _opened(content, form) as given:
        if given.width * given.height > MOST_PIXELS:
            given.draft(None, (given.width // 2, given.height // 2))
        return ImageOps.exif_transpose(given)


def _write_still(drawn: Image.Image, form: str, out: BytesIO) -> tuple[int, int]:
    if form == "JPEG" and drawn.mode == "CMYK":
        drawn = drawn.convert("RGB")
    # Writers take from here what they are not told otherwise.
    drawn.info = {name: drawn.info[name] for name in ("transparency",) if name in drawn.info}
    drawn.save(out, form, **_WRITTEN)
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
    lasts, is_clear, drawn = [], False, 0
    for picture in ImageSequence.Iterator(given):
        picture.load()
        # A later one may be larger than it was said of the first.
        drawn += picture.width * picture.height
        if drawn > MOST_PIXELS:
            raise NotAPicture(_MANY_DRAWN)
        lasts.append(round(picture.info.get("duration", 0)))
        is_clear = is_clear or picture.has_transparency_data
    given.seek(0)
    said: dict[str, object] = {"loop": given.info["loop"]} if "loop" in given.info else {}
    # Writers take from what came whatever they are not told.
    said |= {"comment": b"", "exif": b"", "xmp": b"", "icc_profile": b"", "default_image": False}
    # What is read is each picture as it is shown, so each is written as it is.
    said |= {"disposal": _ERASED if given.format == "GIF" and is_clear else 0, "blend": 0}
    given.save(out, given.format, save_all=True, duration=lasts, **_WRITTEN, **said)
    return given.size
