"""Pictures with everything beside what they show: where they were taken, comments, something behind their end."""

import struct
import zlib
from io import BytesIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = b"GPS 52.5200 13.4050"
BEHIND = b"<script>behind the end</script>"
RED, GREEN, BLUE = (200, 30, 30), (30, 160, 30), (30, 30, 200)
WIDTH, HEIGHT = 64, 32
"""In whole pieces of what JPEG and WebP give one colour, so that an edge stays one."""


def drawn(mode: str = "RGB", size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """Red, with a green corner on the left above that shows how it is held."""
    made = Image.new("RGB", size, RED)
    made.paste(GREEN, (0, 0, size[0] // 2, size[1] // 2))
    return made.convert(mode)


def saved(picture: Image.Image, form: str, **said: object) -> bytes:
    out = BytesIO()
    picture.save(out, form, **said)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def point(picture: Image.Image, at: tuple[int, int]) -> tuple[int, int, int, int]:
    """Its colour: red, green, blue, and how little it lets through."""
    red, green, blue, shut = picture.convert("RGBA").crop((*at, at[0] + 1, at[1] + 1)).tobytes()
    return red, green, blue, shut


def exif(held: int = 1) -> bytes:
    """`held`: how the camera was, as Exif counts it."""
    made = Image.Exif()
    made[0x0112] = held
    made[0x010E] = PLACE.decode()
    return made.tobytes()


def png() -> bytes:
    said = PngInfo()
    said.add_text("Comment", PLACE.decode())
    said.add_text("Title", PLACE.decode(), zip=True)
    said.add_itxt("XML:com.adobe.xmp", PLACE.decode())
    said.add(b"prVt", PLACE)
    return saved(drawn(), "PNG", pnginfo=said, exif=exif(), dpi=(300, 300)) + BEHIND


def jpeg(held: int = 1) -> bytes:
    return saved(drawn(), "JPEG", quality=95, exif=exif(held), comment=PLACE, xmp=PLACE) + BEHIND


def gif() -> bytes:
    return saved(drawn(), "GIF", comment=PLACE) + BEHIND


def webp() -> bytes:
    return saved(drawn(), "WEBP", lossless=True, exif=exif(), xmp=PLACE) + BEHIND


def moving(form: str, *, is_clear: bool = False) -> bytes:
    """Three pictures: each lasts another time, all go round three times."""
    ground = (0, 0, 0, 0) if is_clear else (*BLUE, 255)
    pictures = [Image.new("RGBA", (96, 32), ground) for _ in range(3)]
    for at, picture in enumerate(pictures):
        picture.paste((*RED, 255), (32 * at, 0, 32 * at + 32, 16))
    first, *others = pictures
    # One that holds colours as they are, or what is compared would be what the maker lost.
    said = {"lossless": True} if form == "WEBP" else {}
    lasts = [100, 200, 300]
    return saved(first, form, save_all=True, append_images=others, duration=lasts, loop=3, disposal=2, **said)


def vast(width: int, height: int) -> bytes:
    """Says that it is so large, in few bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def film_head(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)


FILM = film_head(1, 1)


def film_picture(left: int, top: int) -> bytes:
    """One of a film, of one point there."""
    return b"\x2c" + struct.pack("<HHHHB", left, top, 1, 1, 0) + b"\x02\x02\x44\x01\x00"


def film(width: int, height: int, pictures: int) -> bytes:
    """Of pictures of one point each, on a ground of that size."""
    return film_head(width, height) + film_picture(0, 0) * pictures + b"\x3b"
