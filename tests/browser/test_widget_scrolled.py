"""A long conversation: who reads further up stays there, is told what comes below, and reads what was said before."""

from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.told_lines import FOCUSED, Told, line, telling, text
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk

AT_END = "list => list.scrollHeight - list.scrollTop - list.clientHeight < 2"


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


def long(count: int, **more: Any) -> Told:
    return Told([line(n, "you" if n % 2 else "ai", text(f"Line {n}.")) for n in range(1, count + 1)], **more)


async def at_end(page: Page) -> None:
    handle = await page.locator(".list").element_handle()
    await page.wait_for_function(AT_END, arg=handle)


async def top_of(page: Page, said: str) -> float:
    box = await page.get_by_text(said, exact=True).bounding_box()
    assert box is not None
    return box["y"]


async def test_what_was_said_before_comes_above_and_nothing_moves(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, long(120)) as page:
        await expect(page.get_by_text("Line 120.", exact=True)).to_be_visible()
        await at_end(page)
        older = page.get_by_role("button", name="Earlier messages")
        for first in (71, 21):
            await older.scroll_into_view_if_needed()
            before = await top_of(page, f"Line {first}.")
            await older.focus()
            await page.keyboard.press("Enter")
            await expect(page.get_by_text(f"Line {first - 1}.", exact=True)).to_have_count(1)
            assert abs(await top_of(page, f"Line {first}.") - before) <= 2
        await expect(older).to_have_count(0)
        _welcome, *said = await page.locator(".list .b").all_inner_texts()
        assert said == [f"Line {n}." for n in range(1, 121)]
        # The button is gone, and whoever pressed it by keys is still in the window.
        assert await page.evaluate(FOCUSED) != "body"


async def test_who_reads_further_up_stays_there_and_is_told_what_is_new_below(
    desk: Desk, open_page: OpenPage
) -> None:
    told = long(40, answers=[[text("New below.")]])
    async with telling(desk, open_page, told) as page:
        await at_end(page)
        listed = page.locator(".list")
        await page.get_by_role("textbox", name="Write a message").fill("go on")
        await listed.evaluate("list => list.scrollTo(0, 0)")
        before = await top_of(page, "Line 1.")
        await page.keyboard.press("Enter")
        pill = page.get_by_role("button", name="1 new message")
        await expect(pill).to_be_visible()
        assert abs(await top_of(page, "Line 1.") - before) <= 2
        await pill.focus()
        await page.keyboard.press("Enter")
        await at_end(page)
        await expect(page.get_by_text("New below.", exact=True)).to_be_in_viewport()
        await expect(pill).to_have_count(0)
        assert await page.evaluate(FOCUSED) == "div.list"
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
async def test_where_less_motion_is_wished_nothing_moves_by_itself(
    desk: Desk, open_page: OpenPage, wish: str
) -> None:
    moving = """() => {
        const root = [...document.body.children].find(each => each.shadowRoot).shadowRoot;
        return root.getAnimations().filter(each => each.effect.getComputedTiming().duration > 1).length;
    }"""
    async with telling(desk, open_page, long(2), reduced_motion=wish) as page:
        await page.get_by_role("button", name="Close").click()
        await page.get_by_role("button", name="Open chat").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        if wish == "reduce":
            assert await page.evaluate(moving) == 0
        else:
            await page.get_by_role("button", name="Close").click()
            # The control: otherwise the window comes in.
            assert await page.evaluate(
                f"() => {{ AIAssistant.open(); return new Promise(done => requestAnimationFrame(() => done(({moving})()))) }}"
            )
