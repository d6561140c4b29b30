"""Cards in the site widget: each can be reached with a mouse, a finger and keys, and nothing beside them moves."""

import os

import pytest
from playwright.async_api import Locator, Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.told_lines import Told, line, telling, text
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk

PHONE = {"width": 390, "height": 844}


def cards(count: int) -> dict[str, object]:
    each = [
        {"title": f"Tarn speaker {n}", "subtitle": f"No. {n}", "buttons": [{"title": f"Take {n}"}]}
        for n in range(1, count + 1)
    ]
    return {"type": "cards", "cards": each}


def told(count: int = 3) -> Told:
    return Told([line(1, "you", text("show me")), line(2, "ai", text("These are"), cards(count))])


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


SEEN = """one => {
    const box = one.getBoundingClientRect(), list = one.closest(".list").getBoundingClientRect();
    return box.left >= list.left - 1 && box.right <= list.right + 1;
}"""


async def sees(one: Locator) -> None:
    """The whole of it is, or comes, within what the window shows."""
    await one.page.wait_for_function(SEEN, arg=await one.element_handle())


async def stays(page: Page) -> None:
    """The conversation itself is never moved sideways."""
    assert await page.locator(".list").evaluate(
        "list => [list.scrollLeft, list.scrollWidth - list.clientWidth]"
    ) == [0, 0]


@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_every_card_is_reached_with_the_arrows_and_back(
    desk: Desk, open_page: OpenPage, lang: str
) -> None:
    async with telling(desk, open_page, told(), lang=lang) as page:
        card = page.locator(".card")
        await expect(card).to_have_count(3)
        await sees(card.first)
        back, on = page.locator(".cards-go button").first, page.locator(".cards-go button").last
        await expect(back).to_be_hidden()
        for at in (1, 2):
            await on.click()
            await sees(card.nth(at))
        await expect(on).to_be_hidden()
        await stays(page)
        if folder := os.environ.get("SHOTS"):
            await page.screenshot(path=f"{folder}/cards_{lang}.png")
        for at in (1, 0):
            await back.click()
            await sees(card.nth(at))
        await stays(page)


@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_every_card_is_reached_by_keys(desk: Desk, open_page: OpenPage, lang: str) -> None:
    async with telling(desk, open_page, told(), lang=lang) as page:
        card = page.locator(".card")
        await expect(card).to_have_count(3)
        await page.locator(".cards").focus()
        for at in (1, 2):
            await page.keyboard.press("ArrowRight" if lang == "en" else "ArrowLeft")
            await sees(card.nth(at))
        await stays(page)
        for at in (0, 1, 2):
            await page.get_by_role("button", name=f"Take {at + 1}").focus()
            await sees(card.nth(at))
            await stays(page)
        await page.keyboard.press("Enter")
        await expect(page.locator(".me .b", has_text="Take 3")).to_be_visible()


async def test_on_touch_the_row_is_swiped_and_has_no_arrows(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, told(), viewport=PHONE, has_touch=True, is_mobile=True) as page:
        card = page.locator(".card")
        await expect(card).to_have_count(3)
        await expect(page.locator(".cards-go")).to_be_hidden()
        await page.locator(".cards").evaluate("row => row.scrollBy({left: row.scrollWidth})")
        await sees(card.last)
        await stays(page)


async def test_one_card_has_no_arrows(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, told(1)) as page:
        await sees(page.locator(".card"))
        await expect(page.locator(".cards-go button:visible")).to_have_count(0)
