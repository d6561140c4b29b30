"""The site widget by keys alone: what is tapped goes, the focus does not; a screen reader hears what was said, each time."""

from copy import deepcopy
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.told_lines import FOCUSED, Told, line, telling, text
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE

PHONE = {"width": 390, "height": 844}
FIELD = "textarea"
RATING = {"type": "buttons", "text": "How was it?", "buttons": [{"title": str(n)} for n in range(1, 6)]}
MANY = {"type": "buttons", "text": "Where?", "buttons": [{"title": f"Town {n}"} for n in range(9)]}


def buttons(*titles: str, **more: object) -> dict[str, Any]:
    return {"type": "buttons", "text": "Which?", "buttons": [{"title": each} for each in titles], **more}


TAKEN = {"buttons": [{"title": "Take it"}]}


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE)
    await made.channel(
        "web", {"title": "Northwind Audio", "starters": "Returns", "welcome_message": "One\nTwo"}
    )
    program.forget_entrances()
    return made


def said(*parts: dict[str, Any], **state: object) -> Told:
    return Told([line(1, "you", text("hi")), line(2, "ai", *parts)], state, [[text("Well.")]])


async def has_focus(page: Page, what: str) -> None:
    await page.wait_for_function(f"what => ({FOCUSED})() === what", arg=what)


async def escapes(page: Page) -> None:
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (Told([], answers=[[text("Well.")]]), "Returns"),
        (said(buttons("Red", "Blue")), "Blue"),
        (said(buttons("Red", "Blue", quick=True)), "Blue"),
        (said(RATING, rate=True), "Good, 4 of 5"),
        (said(MANY), "Town 7"),
    ],
    ids=["starter", "button", "quick reply", "face", "searched"],
)
async def test_what_is_tapped_by_keys_leaves_the_focus_in_the_field(
    desk: Desk, open_page: OpenPage, told: Told, name: str
) -> None:
    async with telling(desk, open_page, deepcopy(told)) as page:
        await page.get_by_role("button", name=name, exact=True).focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".b", has_text="Well.")).to_be_visible()
        await has_focus(page, FIELD)
        await page.keyboard.type("and then")
        await expect(page.get_by_role("textbox", name="Write a message")).to_have_value("and then")
        await escapes(page)


async def test_a_day_that_is_asked_for_leaves_the_focus_in_the_field(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, said({"type": "input", "text": "When?", "kind": "date"})) as page:
        await page.get_by_label("Date").fill("2026-12-01")
        await page.get_by_role("button", name="Continue").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".b", has_text="Well.")).to_be_visible()
        await has_focus(page, FIELD)


async def test_what_is_searched_for_is_taken_by_keys(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, said(MANY)) as page:
        field = page.get_by_role("searchbox", name="Find an answer")
        await field.focus()
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("button", name="Town 0")).to_be_focused()
        await field.fill("7")
        await page.keyboard.press("Enter")
        await expect(page.locator(".me .b", has_text="Town 7")).to_be_visible()


async def test_buttons_count_until_something_is_answered_also_where_more_was_said_after_them(
    desk: Desk, open_page: OpenPage
) -> None:
    lines = [
        line(1, "you", text("hi")),
        line(2, "ai", buttons("Red", "Blue")),
        line(3, "ai", text("Or write.")),
    ]
    async with telling(desk, open_page, Told(lines, answers=[[text("Well.")]])) as page:
        await page.get_by_role("button", name="Blue").click()
        await expect(page.locator(".b", has_text="Well.")).to_be_visible()
        await expect(page.locator(".me .b", has_text="Blue")).to_have_count(1)
        await expect(page.get_by_role("button", name="Red")).to_be_disabled()


async def test_cards_are_read_out_by_what_they_show(desk: Desk, open_page: OpenPage) -> None:
    cards = {"type": "cards", "cards": [{"title": "Tarn", "buttons": []}, {"title": "Fjord", "buttons": []}]}
    async with telling(desk, open_page, Told([], answers=[[cards]])) as page:
        await page.get_by_role("textbox", name="Write a message").fill("go")
        await page.keyboard.press("Enter")
        await expect(page.locator(".panel > [aria-live=polite]")).to_contain_text("Tarn, Fjord")


async def test_on_touch_the_window_takes_the_focus_and_no_keyboard_jumps_up(
    desk: Desk, open_page: OpenPage
) -> None:
    told = said(buttons("Red", "Blue"))
    async with telling(desk, open_page, told, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        await has_focus(page, "section.panel")
        await page.get_by_role("button", name="Blue").focus()
        await page.get_by_role("button", name="Blue").tap()
        await expect(page.locator(".b", has_text="Well.")).to_be_visible()
        await has_focus(page, "section.panel")


async def test_a_new_conversation_is_begun_by_keys(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, said(text("Bye"), owner="closed")) as page:
        await page.get_by_role("button", name="Start a new conversation").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Start a new conversation")).to_have_count(0)
        await has_focus(page, FIELD)
        await escapes(page)


async def test_over_the_whole_screen_tab_stays_in_the_window(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, said(text("Hello")), viewport=PHONE) as page:
        await expect(page.locator(".b", has_text="Hello")).to_be_visible()
        first, last = "button.ib", FIELD
        panel = page.locator(".panel")
        await panel.evaluate("panel => panel.focus()")
        await page.keyboard.press("Shift+Tab")
        assert await page.evaluate(FOCUSED) == last
        await page.keyboard.press("Tab")
        assert await page.evaluate(FOCUSED) == first
        await page.keyboard.press("Shift+Tab")
        assert await page.evaluate(FOCUSED) == last
        for _ in range(12):
            await page.keyboard.press("Tab")
            assert await page.evaluate(FOCUSED) != "body"


async def test_over_the_whole_screen_tab_stays_in_a_window_that_ends_with_cards(
    desk: Desk, open_page: OpenPage
) -> None:
    told = said({"type": "cards", "cards": [{"title": f"Lamp {n}", **TAKEN} for n in range(3)]})
    made = telling(desk, open_page, told, viewport=PHONE)
    async with made as page:
        await page.get_by_role("button", name="Take it").last.focus()
        # As where nobody may write.
        await page.locator(".foot").evaluate("foot => foot.remove()")
        await page.keyboard.press("Tab")
        assert await page.evaluate(FOCUSED) == "button.ib"


async def test_what_is_read_before_anybody_has_written_is_named(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, Told([])) as page:
        await expect(page.get_by_role("group", name="Northwind Audio")).to_contain_text("One")


async def test_the_same_answer_again_is_read_out_again(desk: Desk, open_page: OpenPage) -> None:
    told = Told([], answers=[[text("Same")], [text("Same")]])
    async with telling(desk, open_page, told) as page:
        await page.locator(".panel > [aria-live]").evaluate(
            """region => {
                window.heard = [];
                new MutationObserver(found => {
                    for (const one of found) for (const node of one.addedNodes) heard.push(node.textContent);
                }).observe(region, {childList: true, subtree: true});
            }"""
        )
        for count in (1, 2):
            await page.get_by_role("textbox", name="Write a message").fill("go")
            await page.keyboard.press("Enter")
            await page.wait_for_function(
                "count => heard.filter(each => each.includes('Same')).length === count", arg=count
            )


async def test_people_are_named_by_who_they_are_where_they_spoke(desk: Desk, open_page: OpenPage) -> None:
    told = Told(
        [
            line(1, "you", text("hi")),
            line(2, "person", text("From Anna"), who="Anna Berg"),
            line(3, "person", text("From Ben"), who="Ben Cole"),
        ]
    )
    async with telling(desk, open_page, told) as page:
        rows = page.locator(".row", has=page.locator(".b"))
        await expect(rows.filter(has_text="From Anna").locator(".vh")).to_have_text("Anna Berg:")
        await expect(rows.filter(has_text="From Ben").locator(".vh")).to_have_text("Ben Cole:")
        assert await page.locator(".row > .av").all_text_contents() == ["", "AB", "BC"]


async def test_a_welcome_of_several_lines_without_pictures(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, Told([]), attributes={"show_avatar": "false"}) as page:
        await expect(page.locator(".hero")).to_have_css("white-space-collapse", "preserve-breaks")
        await expect(page.locator(".av")).to_have_count(0)


async def test_a_word_that_is_being_composed_is_ended_and_not_the_window(
    desk: Desk, open_page: OpenPage
) -> None:
    async with telling(desk, open_page, Told([])) as page:
        field = page.get_by_role("textbox", name="Write a message")
        await field.evaluate(
            """field => field.dispatchEvent(
                new KeyboardEvent("keydown", {key: "Escape", isComposing: true, bubbles: true, composed: true}))"""
        )
        await page.evaluate("new Promise(requestAnimationFrame)")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await field.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_enter_that_ends_a_composed_word_sends_nothing(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, Told([])) as page:
        field = page.get_by_role("textbox", name="Write a message")
        await field.fill("nihon")
        # As Safari tells of it: the word is ended before the key is told.
        await field.evaluate(
            """field => field.dispatchEvent(
                new KeyboardEvent("keydown", {key: "Enter", keyCode: 229, bubbles: true, composed: true}))"""
        )
        await page.evaluate("new Promise(requestAnimationFrame)")
        await expect(page.locator(".me")).to_have_count(0)
        await expect(field).to_have_value("nihon")
        await field.press("Enter")
        await expect(page.locator(".me .b")).to_have_text(["nihon"])
