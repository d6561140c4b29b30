"""What is written and read in the window: days and times as the visitor's language has them, and keys that end a composed word."""

import re
from copy import deepcopy

import pytest
from playwright.async_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.told_lines import Told, line, telling, text
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk

COMPOSED = """(field, how) => field.dispatchEvent(
    new KeyboardEvent("keydown", {bubbles: true, composed: true, cancelable: true, ...how}))"""


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


def asked(kind: str) -> Told:
    lines = [line(1, "you", text("hi")), line(2, "ai", {"type": "input", "text": "When?", "kind": kind})]
    return Told(lines, answers=[[text("Well.")]])


@pytest.mark.parametrize(
    ("language", "kind", "picked", "shown"),
    [
        ("en-US", "date", "2026-12-01", "December 1, 2026"),
        ("de", "date", "2026-12-01", "1. Dezember 2026"),
        ("en-US", "time", "16:05", r"4:05\s+PM"),
        ("de", "time", "16:05", "16:05"),
        ("en-US", "date", "2026-99-99", "2026-99-99"),
    ],
)
async def test_a_day_or_a_time_is_read_as_the_visitor_writes_it(
    desk: Desk, open_page: OpenPage, language: str, kind: str, picked: str, shown: str
) -> None:
    told = deepcopy(asked(kind))
    async with telling(desk, open_page, told, lang=language) as page:
        await page.locator(".in textarea").fill(picked)
        await page.keyboard.press("Enter")
        await expect(page.locator(".b", has_text="Well.")).to_be_visible()
        await expect(page.locator(".me .b").last).to_have_text(re.compile(f"^{shown}$"))
        assert [each["parts"][0]["text"] for each in told.lines if each["by"] == "you"] == ["hi", picked]


async def test_hours_are_written_without_a_nought_where_the_language_has_none(
    desk: Desk, open_page: OpenPage
) -> None:
    async with telling(desk, open_page, asked("date"), lang="en-US", timezone_id="UTC") as page:
        await expect(page.locator(".day")).to_contain_text(re.compile(r", 2:13\s+PM$"))


@pytest.mark.parametrize("how", [{"keyCode": 229}, {"isComposing": True, "keyCode": 229}])
async def test_the_escape_that_ends_a_composed_word_leaves_the_window_open(
    desk: Desk, open_page: OpenPage, how: dict[str, object]
) -> None:
    async with telling(desk, open_page, asked("date")) as page:
        field = page.locator(".in textarea")
        await field.evaluate(COMPOSED, {"key": "Escape", **how})
        await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await field.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_enter_sends_the_words_that_go_with_a_rating(desk: Desk, open_page: OpenPage) -> None:
    told = asked("text")
    told.state = {"comment": True}
    async with telling(desk, open_page, told) as page:
        field = page.get_by_label("Would you like to say why?")
        await field.fill("Quick")
        await field.press("Shift+Enter")
        await page.keyboard.type("and kind")
        async with page.expect_request("**/acts*") as asked_for:
            await field.press("Enter")
        said = (await asked_for.value).post_data_json
        assert said == {"do": "comment", "text": "Quick\nand kind"}
