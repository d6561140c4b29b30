"""Pictures leave without the place they were taken, and draw what they drew before."""

import struct
import zlib

import pytest

from frontdesk.kit.file_types import PICTURES, UNKNOWN, sniff
from frontdesk.kit.pictures import cleaned
from frontdesk.kit.pictures.picture import NotAPicture

PLACE = b"GPS 52.5200 13.4050"


def png(*extra: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0))
    pixels = zlib.compress(b"".join(b"\0" + bytes(9) for _ in range(2)))
    middle = b"".join(chunk(name, PLACE) for name in extra)
    return b"\x89PNG\r\n\x1a\n" + head + middle + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def exif(orientation: int, order: str = "<") -> bytes:
    tags = struct.pack(f"{order}HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return b"Exif\0\0" + mark + struct.pack(f"{order}I", 8) + tags + PLACE


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


FRAME = segment(0xC0, struct.pack(">BHHB", 8, 2, 3, 1) + b"\x01\x11\x00")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"


def jpeg(*extra: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(extra) + FRAME + SCAN + b"\xff\xd9"


def gif(*extra: bytes) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", 3, 2, 0x80, 0, 0) + bytes(6)
    image = b"\x2c" + struct.pack("<HHHHB", 0, 0, 3, 2, 0) + b"\x02" + b"\x02\x44\x01\x00"
    return head + b"".join(extra) + image + b"\x3b"


LOOPS = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"


def webp(*extra: bytes, flags: int = 0) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    head = chunk(b"VP8X", bytes((flags, 0, 0, 0)) + (2).to_bytes(3, "little") + (1).to_bytes(3, "little"))
    drawn = chunk(b"VP8L", b"\x2f" + (2 | 1 << 14).to_bytes(4, "little"))
    body = b"WEBP" + head + drawn + b"".join(chunk(name, PLACE) for name in extra)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def test_a_png_loses_texts_and_exif() -> None:
    picture = cleaned(png(b"tEXt", b"eXIf", b"iTXt", b"zTXt", b"tIME", b"prVt"), "image/png")
    assert (picture.content, picture.width, picture.height) == (png(), 3, 2)
    kept = png(b"iCCP", b"tRNS")
    assert cleaned(kept + b"<script>behind the end</script>", "image/png").content == kept


def test_a_jpeg_loses_exif_comments_and_what_applications_added() -> None:
    taken = jpeg(
        segment(0xE0, b"JFIF\0" + PLACE),
        segment(0xE1, exif(1)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE),
        segment(0xED, b"Photoshop 3.0\0" + PLACE),
        segment(0xE2, b"MPF\0" + PLACE),
        segment(0xFE, PLACE),
    )
    picture = cleaned(taken + PLACE, "image/jpeg")
    assert (picture.content, picture.width, picture.height) == (jpeg(), 3, 2)


def test_a_jpeg_keeps_its_colours() -> None:
    kept = jpeg(segment(0xE2, b"ICC_PROFILE\0\x01\x01colours"), segment(0xEE, b"Adobe\0d\0\0\0\0\x01"))
    assert cleaned(kept, "image/jpeg").content == kept


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_jpeg_is_held_as_it_was(order: str) -> None:
    picture = cleaned(jpeg(segment(0xE1, exif(6, order))), "image/jpeg")
    assert PLACE not in picture.content
    assert picture.content.startswith(b"\xff\xd8\xff\xe1")
    assert cleaned(picture.content, "image/jpeg").content == picture.content
    assert picture.content.endswith(jpeg()[2:])


def test_a_gif_loses_comments_and_keeps_its_loops() -> None:
    comment = b"\x21\xfe" + bytes([len(PLACE)]) + PLACE + b"\0"
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(PLACE)]) + PLACE + b"\0"
    picture = cleaned(gif(comment, LOOPS, xmp), "image/gif")
    assert (picture.content, picture.width, picture.height) == (gif(LOOPS), 3, 2)


def test_a_webp_loses_exif_and_says_so() -> None:
    picture = cleaned(webp(b"EXIF", b"XMP ", b"WHAT", flags=0b11100), "image/webp")
    assert (picture.content, picture.width, picture.height) == (webp(flags=0b10000), 3, 2)


WHOLE = {
    "image/png": png(b"tEXt"),
    "image/jpeg": jpeg(segment(0xE1, exif(3))),
    "image/gif": gif(LOOPS),
    "image/webp": webp(b"EXIF"),
}


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_a_picture_cut_off_anywhere_is_none_and_breaks_nothing(kind: str) -> None:
    whole = WHOLE[kind]
    for length in range(13, len(whole)):
        try:
            found = cleaned(whole[:length], kind)
        except NotAPicture:
            continue
        assert PLACE not in found.content


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_a_picture_with_any_byte_changed_breaks_nothing(kind: str) -> None:
    whole = WHOLE[kind]
    for place in range(8, len(whole)):
        for value in (0, 0x7F, 0xFF):
            changed = whole[:place] + bytes([value]) + whole[place + 1 :]
            try:
                cleaned(changed, kind)
            except NotAPicture:
                continue


def test_kinds_are_judged_by_content() -> None:
    for kind, content in WHOLE.items():
        assert sniff(content, "page.html") == kind
        assert kind in PICTURES
    assert sniff(b"<svg xmlns='http://www.w3.org/2000/svg'>", "a.svg") == UNKNOWN
    assert sniff(b"<html><script>", "a.html") == UNKNOWN
    assert sniff(b"<html><script>", "a.png") == UNKNOWN
    assert sniff(b"a,b\n1,2\n", "a.csv") == "text/csv"
    assert sniff(b"hi", "a.txt") == "text/plain"
    assert sniff(b"\xff\xfe\0", "a.txt") == UNKNOWN
    assert sniff(b"%PDF-1.7", "a.png") == "application/pdf"
    assert sniff(b"PK\x03\x04", "a.docx").endswith("wordprocessingml.document")
    assert sniff(b"....WEBPWEBP", "a.webp") == UNKNOWN
    assert sniff(("x" + "é" * 300).encode()[:512], "a.txt") == "text/plain"
