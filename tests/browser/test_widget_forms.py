"""Forms in the site widget: before the first message, when nobody is there, and for answers that are a day or one of many."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.async_api import expect
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage, Watched
from tests.browser.test_widget import ROOT, opened, say, shop, tag
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE

LOOK = {"title": "Northwind Audio", "welcome_message": "Hello there"}
ASKS = {
    "ask_name": "optional",
    "ask_email": "required",
    "consent": "I agree that this chat is stored.",
    "consent_page": "https://shop.example.com/privacy",
}
CITIES = [
    "Tashkent",
    "Samarkand",
    "Bukhara",
    "Khiva",
    "Nukus",
    "Andijan",
    "Fergana",
    "Namangan",
    "Termez",
    "Gulistan",
]
NO_ADDRESS = f"{'a' * 65}@example.com"
"""Looks like one to the browser; no mail server takes it."""
FILES = WIRE | {
    "flows/collect.yaml": """
trigger: {patterns: ["collect"]}
steps:
  - {ask: "Which day suits you?", slot: day, type: date}
  - {ask: "At what time?", slot: at, type: time}
  - {say: "On {{ slots.day }} at {{ slots.at }}."}
""",
    "flows/city.yaml": f"""
trigger: {{patterns: ["city"]}}
steps:
  - {{ask: "Which city?", slot: town, choices: [{", ".join(CITIES)}]}}
  - {{say: "Off to {{{{ slots.town }}}}."}}
""",
}
FILES["bot.yaml"] = WIRE["bot.yaml"].replace(
    "  size: {scope: session}\n", "  size: {scope: session}\n  day: {}\n  at: {}\n  town: {}\n"
)


async def made(program: Program, settings: Mapping[str, object]) -> Desk:
    desk = await program.desk(FILES, slug="filled-in")
    await desk.channel("web", {**LOOK, **settings})
    program.forget_entrances()
    return desk


async def test_who_is_not_known_is_asked_before_the_first_message_and_no_more_after(
    program: Program, open_page: OpenPage
) -> None:
    desk = await made(program, ASKS)
    base = program.client.base_url
    policy = f"script-src 'unsafe-inline' {base}; connect-src {base}; img-src {base}"
    async with shop(base, tag(desk), policy=policy) as url, open_page() as watched:
        page = await opened(watched, url)
        form = page.get_by_role("form", name="Before we start")
        name = form.get_by_role("textbox", name="Name (optional)")
        # By keys alone: the first field has the focus.
        await expect(name).to_be_focused()
        await expect(page.get_by_role("textbox", name="Write a message")).to_have_count(0)
        await page.keyboard.type("Ada Park")
        await page.keyboard.press("Tab")
        await page.keyboard.type("ada@example")
        await page.keyboard.press("Tab")
        await expect(form.get_by_text("Enter an address like name@example.com")).to_be_visible()
        await page.keyboard.press("Enter")
        email = form.get_by_role("textbox", name="E-mail")
        await form.get_by_role("button", name="Start chat").click()
        await expect(email).to_be_focused()
        await expect(form.get_by_text("We need your consent to chat")).to_be_visible()
        assert await violations(page) == []
        await email.fill("ada@example.com")
        await form.get_by_role("checkbox").focus()
        await page.keyboard.press("Space")
        await form.get_by_role("button", name="Start chat").click()
        await expect(page.get_by_text("Hello there")).to_be_visible()
        await expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()
        await say(page, "tell me something about you")
        await expect(page.locator(".b", has_text="I can help you work smarter")).to_be_visible()
        (contact,) = await desk.rows("contacts")
        assert (contact["name"], contact["email"]) == ("Ada Park", "ada@example.com")
        await page.goto(f"{url}/next")
        await expect(page.locator(".b", has_text="I can help you work smarter")).to_be_visible()
        await expect(form).to_have_count(0)
        assert watched.complaints == []


async def test_when_nobody_is_there_a_message_is_left_with_an_address(
    program: Program, open_page: OpenPage
) -> None:
    desk = await made(program, {})
    base = program.client.base_url
    policy = f"script-src 'unsafe-inline' {base}; connect-src {base}; img-src {base}"
    async with shop(base, tag(desk), policy=policy) as url, open_page() as watched:
        page = await opened(watched, url)
        await say(page, "tell me something about you")
        await expect(page.locator(".b", has_text="I can help you work smarter")).to_be_visible()
        await page.get_by_role("button", name="Conversation menu").click()
        await page.get_by_role("menuitem", name="Talk to a person").click()
        await expect(page.get_by_role("status").first).to_have_text("Nobody is at the desk right now.")
        await expect(page.locator(".b", has_text="Nobody is here to answer just now.")).to_be_visible()
        form = page.get_by_role("form", name="Leave message")
        await expect(form).to_be_visible()
        assert await violations(page) == []
        await form.get_by_role("button", name="Leave message").click()
        await expect(form.get_by_text("This is needed")).to_have_count(2)
        await form.get_by_role("textbox", name="E-mail").fill("ada@example.com")
        await form.get_by_role("textbox", name="Message").fill("The left cushion came loose.")
        await form.get_by_role("button", name="Leave message").click()
        await expect(page.get_by_text("We will answer here, or write to ada@example.com.")).to_be_visible()
        await expect(page.locator(".me .b", has_text="The left cushion came loose.")).to_be_visible()
        await expect(page.locator(".wait")).to_have_count(0)
        (contact,) = await desk.rows("contacts")
        assert contact["email"] == "ada@example.com"
        assert watched.complaints == []


async def test_a_day_and_a_time_are_chosen_in_the_browsers_own_fields(
    program: Program, open_page: OpenPage
) -> None:
    desk = await made(program, {})
    base = program.client.base_url
    policy = f"script-src 'unsafe-inline' {base}; connect-src {base}; img-src {base}"
    async with shop(base, tag(desk), policy=policy) as url, open_page() as watched:
        page = await opened(watched, url)
        await say(page, "collect")
        day = page.get_by_role("form", name="Which day suits you?")
        await day.get_by_label("Date").fill("2030-11-26")
        assert await violations(page) == []
        await day.get_by_role("button", name="Continue").click()
        at = page.get_by_role("form", name="At what time?")
        await at.get_by_label("Time").fill("14:30")
        await expect(day).to_have_count(0)
        await at.get_by_role("button", name="Continue").click()
        await expect(page.locator(".b", has_text="On 2030-11-26 at 14:30.")).to_be_visible()
        assert watched.complaints == []


async def test_one_of_many_is_found_by_its_letters_and_by_keys(program: Program, open_page: OpenPage) -> None:
    desk = await made(program, {})
    base = program.client.base_url
    policy = f"script-src 'unsafe-inline' {base}; connect-src {base}; img-src {base}"
    async with shop(base, tag(desk), policy=policy) as url, open_page() as watched:
        page = await opened(watched, url)
        await say(page, "city")
        find = page.get_by_role("searchbox", name="Find an answer")
        await expect(page.get_by_text("10 of 10")).to_be_visible()
        await find.fill("BÚK")
        await expect(page.get_by_text("1 of 10")).to_be_visible()
        await find.fill("an")
        await expect(page.get_by_text("5 of 10")).to_be_visible()
        assert await violations(page) == []
        await page.get_by_role("button", name="Samarkand").focus()
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("button", name="Andijan")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator(".b", has_text="Off to Andijan.")).to_be_visible()
        await expect(find).to_have_count(0)
        assert watched.complaints == []


@pytest.mark.parametrize("settings", [{}, {"away_form": False}])
async def test_nobody_is_asked_for_what_the_channel_does_not_want(
    program: Program, open_page: OpenPage, settings: Mapping[str, object]
) -> None:
    desk = await made(program, settings)
    async with shop(program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()
        await expect(page.get_by_role("form", name="Before we start")).to_have_count(0)
        assert watched.complaints == []


async def _first_lines(desk: Desk) -> list[str]:
    """What customers have said, in order."""
    rows = await desk.rows("messages", "seq")
    return [row["parts"][0]["text"] for row in map(_decoded, rows) if row["author"] == "contact"]


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"parts": json.loads(row["parts"]) if isinstance(row["parts"], str) else row["parts"]}


def _of_others(watched: Watched) -> list[str]:
    """Complaints besides a browser's own of an answer that refuses."""
    return [one for one in watched.complaints if "422" not in one]


async def test_what_the_program_refuses_of_a_form_is_said_at_its_field_and_the_message_goes_once_it_is_right(
    program: Program, open_page: OpenPage
) -> None:
    """The address is one for the browser and none for the program."""
    desk = await made(program, ASKS)
    async with shop(program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        form = page.get_by_role("form", name="Before we start")
        email = form.get_by_role("textbox", name="E-mail")
        await form.get_by_role("textbox", name="Name (optional)").fill("Ada Park")
        await email.fill(NO_ADDRESS)
        await form.get_by_role("checkbox").check()
        await form.get_by_role("button", name="Start chat").click()
        await say(page, "tell me something about you")
        for again in (False, True):
            if again:
                await page.goto(f"{url}/next")
            await expect(form.get_by_text("Enter an address like name@example.com")).to_be_visible()
            # Of who only went on to the next page it takes no key.
            await (expect(email).not_to_be_focused() if again else expect(email).to_be_focused())
            await expect(email).to_have_value(NO_ADDRESS)
            await expect(form.get_by_role("textbox", name="Name (optional)")).to_have_value("Ada Park")
            await expect(form.get_by_role("checkbox")).to_be_checked()
            await expect(page.locator(".me .b", has_text="tell me something about you")).to_have_count(1)
            await expect(page.get_by_text("could not be sent")).to_have_count(0)
        assert await violations(page) == []
        await email.fill("ada@example.com")
        await form.get_by_role("button", name="Start chat").click()
        await expect(page.locator(".b", has_text="I can help you work smarter")).to_be_visible()
        await expect(form).to_have_count(0)
        await expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()
        await expect(page.locator(".me .b")).to_have_count(1)
        assert await _first_lines(desk) == ["tell me something about you"]
        (contact,) = await desk.rows("contacts")
        assert (contact["name"], contact["email"]) == ("Ada Park", "ada@example.com")
        assert _of_others(watched) == []


async def test_what_the_channel_asks_for_since_the_page_was_loaded_is_asked_then_and_what_waits_goes_in_order(
    program: Program, open_page: OpenPage
) -> None:
    desk = await made(program, {})
    async with shop(program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()
        await program.execute(
            "UPDATE channels SET settings = settings || $2::jsonb WHERE workspace_id = $1 AND type = 'web'",
            desk.workspace,
            json.dumps(ASKS | {"ask_phone": "required"}),
        )
        program.forget_entrances()
        await say(page, "tell me something about you")
        form = page.get_by_role("form", name="Before we start")
        email = form.get_by_role("textbox", name="E-mail")
        await expect(form.get_by_text("This is needed")).to_have_count(1)
        await expect(email).to_be_focused()
        await say(page, "and one more")
        await expect(page.locator(".me .b.wait")).to_have_count(2)
        await email.fill("ada@example.com")
        await form.get_by_role("button", name="Start chat").click()
        await expect(form.get_by_text("We need your consent to chat")).to_be_visible()
        await form.get_by_role("checkbox").check()
        await form.get_by_role("textbox", name="Phone").fill("+44 20 7946 0958")
        await form.get_by_role("button", name="Start chat").click()
        await expect(page.locator(".wait")).to_have_count(0)
        await expect(form).to_have_count(0)
        assert await _first_lines(desk) == ["tell me something about you", "and one more"]
        (contact,) = await desk.rows("contacts")
        assert (contact["email"], contact["phone"]) == ("ada@example.com", "+44 20 7946 0958")
        assert _of_others(watched) == []


async def test_a_form_that_is_asked_for_in_two_tabs_is_filled_in_once(
    program: Program, open_page: OpenPage
) -> None:
    desk = await made(program, ASKS)
    async with shop(program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        form = page.get_by_role("form", name="Before we start")
        await form.get_by_role("textbox", name="E-mail").fill(NO_ADDRESS)
        await form.get_by_role("checkbox").check()
        await form.get_by_role("button", name="Start chat").click()
        await say(page, "tell me something about you")
        other = await page.context.new_page()
        await other.add_init_script(ROOT)
        await other.goto(url)
        await other.get_by_role("button", name="Open chat").click()
        there = other.get_by_role("form", name="Before we start")
        await there.get_by_role("textbox", name="E-mail").fill("ada@example.com")
        await there.get_by_role("button", name="Start chat").click()
        for tab in (page, other):
            await expect(tab.locator(".b", has_text="I can help you work smarter")).to_be_visible()
            await expect(tab.get_by_role("form", name="Before we start")).to_have_count(0)
            await expect(tab.locator(".me .b")).to_have_count(1)
        assert await _first_lines(desk) == ["tell me something about you"]
