"""Files are looked into few at a time; pictures at the bounds are drawn within what a child may use, those over them refused."""

import struct
from contextlib import AsyncExitStack

import pytest
from PIL import Image
from tests.kit.pictures import film, saved

from frontdesk.core.errors import Refused, Unavailable
from frontdesk.store.files import spool
from frontdesk.web.looking import AT_ONCE, Looking

HERE, THERE = "192.0.2.1", "192.0.2.2"


async def drawn(given: bytes, kind: str) -> tuple[int, int]:
    with spool() as upload:
        upload.write(given)
        made = await Looking().picture_of(upload, kind, HERE)
    assert made is not None
    return made.width, made.height


async def test_pictures_at_the_bounds_are_drawn_within_what_a_child_may_use() -> None:
    ground = (1, 2, 3, 128)
    # What a form takes the most memory for is what lets through.
    clear = saved(Image.new("RGBA", (5000, 5000), ground), "WEBP", lossless=True, method=0)
    assert await drawn(clear, "image/webp") == (5000, 5000)
    assert await drawn(saved(Image.new("RGBA", (5000, 5000), ground), "PNG"), "image/png") == (5000, 5000)
    assert await drawn(film(354, 353, 200), "image/gif") == (354, 353)
    photograph = saved(Image.new("RGB", (10_000, 5000)), "JPEG", progressive=True, subsampling=0)
    assert await drawn(photograph, "image/jpeg") == (5000, 2500)


async def test_one_over_a_bound_is_refused_by_a_sentence_that_says_which() -> None:
    with pytest.raises(Refused, match="more than 200 pictures") as caught:
        await drawn(film(316, 316, 1000), "image/gif")
    assert (caught.value.code, caught.value.field) == ("invalid", "body")
    with pytest.raises(Refused, match="more than 25 million pixels"):
        await drawn(film(5001, 5000, 1), "image/gif")
    with pytest.raises(Refused, match="damaged"):
        await drawn(b"GIF89a" + struct.pack("<HH", 10, 10), "image/gif")


async def test_one_sender_has_one_place_and_whoever_finds_none_is_put_off() -> None:
    looking = Looking(wait_s=0)

    async def is_taken(sender: str) -> bool:
        try:
            async with looking.place(sender):
                return True
        except Unavailable:
            return False

    async with AsyncExitStack() as held:
        await held.enter_async_context(looking.place(HERE))
        assert (await is_taken(HERE), await is_taken(THERE)) == (False, True)
        for other in range(AT_ONCE - 1):
            await held.enter_async_context(looking.place(f"{THERE}{other}"))
        assert not await is_taken(THERE)
    assert (await is_taken(HERE), await is_taken(THERE)) == (True, True)
