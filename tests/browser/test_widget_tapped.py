"""What is tapped twice in the site widget, as hands do, is said once."""

from copy import deepcopy
from typing import Any

import pytest
from playwright.async_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.told_lines import Told, line, telling, text
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE

RATING = {"type": "buttons", "text": "How was it?", "buttons": [{"title": str(n)} for n in range(1, 6)]}
MANY = {"type": "buttons", "text": "Where?", "buttons": [{"title": f"Town {n}"} for n in range(9)]}
COLORS = {"type": "buttons", "text": "Which?", "buttons": [{"title": "Red"}, {"title": "Blue"}]}


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE)
    await made.channel("web", {"title": "Northwind Audio", "starters": "Returns", "away_form": True})
    program.forget_entrances()
    return made


def said(*parts: dict[str, Any], **state: object) -> Told:
    return Told(
        [line(1, "you", text("hi")), line(2, "ai", *parts)], state, [[text("Well.")], [text("Again.")]]
    )


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (Told([], answers=[[text("Well.")], [text("Again.")]]), "Returns"),
        (said(COLORS), "Blue"),
        (said(COLORS | {"quick": True}), "Blue"),
        (said(RATING, rate=True), "Good, 4 of 5"),
        (said(MANY), "Town 7"),
    ],
    ids=["starter", "button", "quick reply", "face", "searched"],
)
async def test_what_is_tapped_twice_is_said_once(
    desk: Desk, open_page: OpenPage, told: Told, name: str
) -> None:
    told = deepcopy(told)
    async with telling(desk, open_page, told) as page:
        before = len(told.lines)
        await page.get_by_role("button", name=name, exact=True).dblclick()
        await page.get_by_role("textbox", name="Write a message").fill("and then")
        await page.keyboard.press("Enter")
        await expect(page.locator(".b", has_text="and then")).to_be_visible()
        await expect(page.locator(".b", has_text="Again.")).to_be_visible()
        by_visitor = [each["parts"][0]["text"] for each in told.lines[before:] if each["by"] == "you"]
        assert len(by_visitor) == 2
        assert by_visitor[1] == "and then"


async def test_a_day_is_said_once(desk: Desk, open_page: OpenPage) -> None:
    told = said({"type": "input", "text": "When?", "kind": "date"})
    async with telling(desk, open_page, told) as page:
        await page.get_by_label("Date").fill("2026-12-01")
        await page.get_by_role("button", name="Continue").dblclick()
        await expect(page.locator(".b", has_text="Well.")).to_be_visible()
        await page.get_by_role("textbox", name="Write a message").fill("and then")
        await page.keyboard.press("Enter")
        await expect(page.locator(".b", has_text="Again.")).to_be_visible()
        assert [each["parts"][0]["text"] for each in told.lines if each["by"] == "you"] == [
            "hi",
            "2026-12-01",
            "and then",
        ]


async def test_a_message_that_is_left_is_left_once(desk: Desk, open_page: OpenPage) -> None:
    told = said(text("Nobody is here."), owner="queued", away=True)
    async with telling(desk, open_page, told) as page:
        await page.get_by_label("E-mail").fill("jo@example.com")
        await page.get_by_role("textbox", name="Message", exact=True).fill("Call me")
        await page.get_by_role("button", name="Leave message").dblclick()
        await expect(page.locator(".b", has_text="Well.")).to_be_visible()
        await page.get_by_role("textbox", name="Write a message").fill("and then")
        await page.keyboard.press("Enter")
        await expect(page.locator(".b", has_text="Again.")).to_be_visible()
        assert [each["by"] for each in told.lines] == ["you", "ai", "you", "ai", "you", "ai"]
