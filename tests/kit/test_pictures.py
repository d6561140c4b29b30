"""Pictures leave drawn anew: they show what they showed before, and hold nothing else."""

import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image, ImageChops, ImageCms, ImageSequence
from tests.kit.pictures import (
    BEHIND,
    FILM,
    GREEN,
    HEIGHT,
    PLACE,
    RED,
    WIDTH,
    drawn,
    exif,
    film,
    film_picture,
    gif,
    jpeg,
    moving,
    opened,
    png,
    point,
    saved,
    vast,
    webp,
)

from frontdesk.core.errors import Refused
from frontdesk.kit.file_types import PICTURES, UNKNOWN, sniff
from frontdesk.kit.pictures.picture import Picture
from frontdesk.kit.pictures.redraw import NotAPicture, redraw, redrawn

WHOLE = {"image/png": png(), "image/jpeg": jpeg(), "image/gif": gif(), "image/webp": webp()}
# What a form that leaves something out may change of a colour.
NEAR = 24


def differs(one: Image.Image, another: Image.Image) -> int:
    """The most by which a colour differs, of any square of eight points: edges within blur."""
    assert one.size == another.size
    apart = ImageChops.difference(one.convert("RGBA").reduce(8), another.convert("RGBA").reduce(8))
    return max(apart.tobytes())


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_a_picture_shows_the_same_and_holds_nothing_besides(kind: str) -> None:
    given = WHOLE[kind]
    assert PLACE in given, "there is nothing to lose"
    made = redrawn(given, kind)
    assert (made.width, made.height) == (WIDTH, HEIGHT)
    assert differs(opened(given), opened(made.content)) <= NEAR
    assert sniff(made.content[:512], "a.bin") == kind
    assert PLACE not in made.content
    assert BEHIND not in made.content
    shown = opened(made.content)
    assert not {"exif", "xmp", "comment", "icc_profile", "dpi", "XML:com.adobe.xmp"} & set(shown.info)


@pytest.mark.parametrize("held", range(1, 9))
def test_a_photograph_stands_upright(held: int) -> None:
    made = redrawn(jpeg(held), "image/jpeg")
    assert (made.width, made.height) == ((WIDTH, HEIGHT) if held < 5 else (HEIGHT, WIDTH))
    upright = opened(made.content)
    right, low = upright.width - 1, upright.height - 1
    corners = {1: (0, 0), 2: (right, 0), 3: (right, low), 4: (0, low), 5: (0, 0), 6: (right, 0), 7: (right, low), 8: (0, low)}  # fmt: skip
    place = corners[held]
    greens = {at for at in ((0, 0), (right, 0), (right, low), (0, low)) if point(upright, at)[1] > 100}
    assert greens == {place}


def test_colours_of_another_profile_become_the_usual_ones() -> None:
    swapped = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # A profile whose red is blue, and the other way round.
    swapped[:] = swapped.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
    given = saved(drawn(), "PNG", icc_profile=bytes(swapped))
    made = opened(redrawn(given, "image/png").content)
    red, _, blue, _ = point(made, (WIDTH - 1, HEIGHT - 1))
    assert (blue > red, "icc_profile" in made.info) == (True, False)
    broken = saved(drawn(), "PNG", icc_profile=b"no profile at all " + PLACE)
    made = opened(redrawn(broken, "image/png").content)
    assert differs(made, drawn()) == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_way_of_holding_colours_is_drawn(mode: str) -> None:
    given = saved(Image.new(mode, (3, 2), 1) if mode == "I;16" else drawn(mode), "PNG")
    made = opened(redrawn(given, "image/png").content)
    assert made.mode == opened(given).mode
    assert made.tobytes() == opened(given).tobytes()


def test_what_is_clear_stays_clear() -> None:
    clear = Image.new("P", (3, 2), 0)
    clear.putpalette([*RED, *GREEN])
    clear.putpixel((0, 0), 1)
    for form, kind in (("PNG", "image/png"), ("GIF", "image/gif")):
        made = opened(redrawn(saved(clear, form, transparency=0), kind).content)
        assert (point(made, (0, 0)), point(made, (1, 0))[3]) == ((*GREEN, 255), 0)


def test_a_picture_for_printing_is_shown_on_screens() -> None:
    made = opened(redrawn(saved(drawn("CMYK"), "JPEG", quality=95), "image/jpeg").content)
    assert made.mode == "RGB"
    assert differs(made, drawn()) <= NEAR


@pytest.mark.parametrize("is_clear", [False, True])
@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_what_moves_goes_on_moving(form: str, *, is_clear: bool) -> None:
    given = moving(form, is_clear=is_clear)
    made = redrawn(given, f"image/{form.lower()}")
    before, after = opened(given), opened(made.content)
    assert (getattr(after, "n_frames", 1), after.info["loop"]) == (3, 3)
    frames = zip(ImageSequence.Iterator(before), ImageSequence.Iterator(after), strict=True)
    for one, another in frames:
        another.load()
        ground = Image.new("RGBA", one.size, (255, 255, 255, 255))
        seen = [Image.alpha_composite(ground, each.convert("RGBA")) for each in (one, another)]
        assert differs(*seen) <= NEAR
        assert another.info["duration"] == one.info["duration"]


def test_a_comment_of_what_moves_goes() -> None:
    first, second = drawn(), drawn().rotate(180)
    given = saved(first, "GIF", save_all=True, append_images=[second], comment=PLACE, duration=50)
    assert PLACE in given
    made = redrawn(given, "image/gif")
    assert PLACE not in made.content
    assert "loop" not in opened(made.content).info


MANY_PIXELS, MANY_OF_PHOTOGRAPH = "more than 25 million pixels.", "more than 50 million pixels."
MANY_DRAWN, MANY_PICTURES = "more than 25 million pixels in all", "more than 200 pictures"


def larger_jpeg(width: int, height: int) -> bytes:
    """Says that it is so large, and has the colours of a small one."""
    given = jpeg()
    at = given.index(b"\xff\xc0\x00\x11\x08") + 5
    return given[:at] + struct.pack(">HH", height, width) + given[at + 4 :]


def larger_webp(width: int, height: int) -> bytes:
    given = moving("WEBP")
    at = given.index(b"VP8X") + 12
    return given[:at] + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3] + given[at + 6 :]


def longer_png(pictures: int) -> bytes:
    given = moving("PNG")
    at = given.index(b"acTL")
    says = b"acTL" + struct.pack(">II", pictures, 0)
    return given[:at] + says + struct.pack(">I", zlib.crc32(says)) + given[at + 16 :]


# Of none there is more than the beginning: to decode it would show that it is damaged.
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("given", "kind", "why"),
    [
        (vast(5001, 5000), "image/png", MANY_PIXELS),
        (vast(60_000, 60_000), "image/png", MANY_PIXELS),
        (film(5001, 5000, 1), "image/gif", MANY_PIXELS),
        (larger_webp(5001, 5000), "image/webp", MANY_PIXELS),
        (larger_webp(16_000, 16_000), "image/webp", MANY_PIXELS),
        (larger_jpeg(10_001, 5000), "image/jpeg", MANY_OF_PHOTOGRAPH),
        (larger_jpeg(60_000, 60_000), "image/jpeg", MANY_OF_PHOTOGRAPH),
        (film(354, 354, 200), "image/gif", MANY_DRAWN),
        (larger_webp(3000, 3000), "image/webp", MANY_DRAWN),
        (film(1, 1, 201), "image/gif", MANY_PICTURES),
        (film(1, 1, 100_000), "image/gif", MANY_PICTURES),
        (longer_png(201), "image/png", MANY_PICTURES),
    ],
)
def test_a_picture_over_a_bound_is_refused_before_it_is_drawn(given: bytes, kind: str, why: str) -> None:
    with pytest.raises(NotAPicture, match=why):
        redrawn(given, kind)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_film_whose_later_pictures_are_larger_is_refused_once_they_are_too_large_together() -> None:
    small, large = film_picture(0, 0), film_picture(4999, 4998)
    assert redrawn(FILM + small * 2 + b"\x3b", "image/gif").width == 1
    with pytest.raises(NotAPicture, match=MANY_DRAWN):
        redrawn(FILM + small + large + small * 3 + b"\x3b", "image/gif")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_photograph_of_very_many_pixels_is_drawn_at_half_its_size() -> None:
    upright = saved(Image.new("RGB", (5002, 5000), GREEN), "JPEG", exif=exif(6))
    made = redrawn(upright, "image/jpeg")
    assert (made.width, made.height) == (2500, 2501) == opened(made.content).size


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_a_picture_cut_off_anywhere_is_none_and_breaks_nothing(kind: str) -> None:
    whole = WHOLE[kind]
    for length in range(13, len(whole)):
        try:
            found = redrawn(whole[:length], kind)
        except NotAPicture:
            continue
        assert PLACE not in found.content


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_a_picture_with_any_byte_changed_breaks_nothing(kind: str) -> None:
    whole = WHOLE[kind]
    for place in range(8, len(whole)):
        for value in (0, 0xFF):
            changed = whole[:place] + bytes([value]) + whole[place + 1 :]
            try:
                redrawn(changed, kind)
            except NotAPicture:
                continue


def test_the_job_gives_the_picture_with_its_size_or_refuses() -> None:
    made = Picture.unpacked(redraw(b"image/jpeg\n" + jpeg(6)))
    assert (made.width, made.height) == (HEIGHT, WIDTH) == opened(made.content).size
    with pytest.raises(Refused, match="damaged"):
        redraw(b"image/png\n" + jpeg())
    with pytest.raises(Refused, match=MANY_PICTURES):
        redraw(b"image/gif\n" + film(1, 1, 201))


def test_the_program_does_not_load_the_decoders() -> None:
    code = (
        "import sys; import frontdesk.app.application, frontdesk.web.looking; "
        "print(*(name for name in sys.modules if name.startswith('PIL')))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "")


def test_kinds_are_judged_by_content() -> None:
    for kind, content in WHOLE.items():
        assert sniff(content[:512], "page.html") == kind
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


def test_a_photograph_of_a_phone_is_no_film() -> None:
    for brand in (b"heic", b"heix", b"mif1", b"avif"):
        assert sniff(b"\0\0\0\x18ftyp" + brand + bytes(100), "a.mp4") == UNKNOWN
    assert sniff(b"\0\0\0\x18ftypmp42" + bytes(100), "a.mp4") == "video/mp4"
