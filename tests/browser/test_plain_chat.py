"""The chat page in a browser that runs no script: a visitor writes, taps, asks for a person, is answered and says how it was."""

import os

import pytest
from playwright.async_api import Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import operator_says

WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
FILES = WIRE | {
    "flows/choice.yaml": """
trigger: {patterns: ["choice"]}
steps:
  - say:
      text: "Which one?"
      buttons: [{title: "Red"}, {title: "Blue"}]
""",
    "flows/blue.yaml": 'trigger: {patterns: ["blue"]}\nsteps:\n  - say: "Blue it is."\n',
    "flows/arabic.yaml": 'trigger: {patterns: ["arabic"]}\nsteps:\n  - say: "\u0645\u0631\u062d\u0628\u0627"\n',
}


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(FILES, slug="plain")
    await made.channel(
        "web", {"title": "Northwind Audio", "welcome_message": "Hello there", "primary_color": "#1f4d3f"}
    )
    program.forget_entrances()
    return made


async def opened(desk: Desk, page: Page) -> Page:
    await page.goto(f"{desk.program.client.base_url}/chat/{desk.assistant_id}")
    return page


async def say(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Write a message").fill(text)
    await page.keyboard.press("Enter")


async def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")


async def test_the_whole_way_without_a_script(desk: Desk, open_page: OpenPage) -> None:
    key = await desk.key("api", "admin")
    asking = await desk.program.client.send(
        "PATCH", "/api/v1/desk", key=key, json={"ask_rating": True}, headers={"If-Match": "*"}
    )
    assert asking.status == 200, asking.body
    async with open_page(java_script_enabled=False, viewport={"width": 390, "height": 844}) as watched:
        page = await opened(desk, watched.page)
        await expect(page.get_by_text("Hello there")).to_be_visible()
        assert await page.context.cookies() == []
        await shot(page, "plain-welcome")
        await say(page, "choice")
        frame = page.frame_locator("iframe")
        await frame.get_by_role("button", name="Blue").click()
        await expect(frame.get_by_text("Blue it is.")).to_be_visible()
        await page.reload()
        await expect(frame.locator(".me .b")).to_have_count(2)
        await page.get_by_label("Conversation menu").click()
        await page.get_by_role("button", name="Talk to a person").click()
        await expect(frame.get_by_text("New messages appear here by themselves.")).to_be_visible()
        # What is being written stays while the answer appears.
        field = page.get_by_role("textbox", name="Write a message")
        await field.fill("half a sent")
        await operator_says(desk, "I am a person", key)
        await expect(frame.locator(".b", has_text="I am a person")).to_be_visible()
        await expect(field).to_have_value("half a sent")
        await shot(page, "plain-person")
        (conversation,) = await desk.rows("conversations")
        closed = await desk.program.client.post(
            f"/api/v1/conversations/{conversation['id']}/close", key=key, json={"outcome": "solved"}
        )
        assert closed.status == 200, closed.body
        await frame.get_by_role("button", name="Good, 4 of 5").click()
        await expect(frame.get_by_text("Thank you for your rating.").first).to_be_visible()
        (rated,) = await desk.rows("conversations")
        assert rated["rating"] == 4
        assert watched.hosts == {desk.program.client.base_url.removeprefix("http://")}


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_it_is_clean_for_those_who_read_with_other_means(
    desk: Desk, open_page: OpenPage, theme: str
) -> None:
    async with open_page(
        color_scheme=theme, viewport={"width": 1440, "height": 900}, bypass_csp=True
    ) as watched:
        page = await opened(desk, watched.page)
        assert await violations(page, impacts=frozenset(), runOnly=WCAG) == []
        for text in ("choice", "arabic"):
            await say(page, text)
        frame = page.frame_locator("iframe")
        await expect(frame.locator(".me .b")).to_have_count(2)
        await expect(frame.get_by_text("\u0645\u0631\u062d\u0628\u0627")).to_have_css("direction", "rtl")
        await page.get_by_label("Conversation menu").click()
        await shot(page, f"plain-{theme}")
        assert await violations(page, impacts=frozenset(), runOnly=WCAG) == []
        assert watched.complaints == []


async def test_what_is_asked_first_is_asked_without_a_script(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk(FILES, slug="asks")
    settings = {
        "title": "Northwind Audio",
        "ask_name": "optional",
        "ask_email": "required",
        "ask_why": "For our answer, if you go.",
    }
    await desk.channel(
        "web",
        {
            **settings,
            "consent": "I agree that this chat is kept.",
            "consent_page": "https://shop.example.com/privacy",
        },
    )
    program.forget_entrances()
    for scheme, size in (("light", {"width": 1440, "height": 900}), ("dark", {"width": 390, "height": 844})):
        async with open_page(java_script_enabled=False, viewport=size, color_scheme=scheme) as watched:
            page = await opened(desk, watched.page)
            await say(page, "choice")
            # The browser says what lacks; nothing was sent.
            await expect(page.get_by_role("group", name="Before we start")).to_be_visible()
            await expect(page.get_by_label("E-mail")).to_be_focused()
            await page.get_by_label("Name").fill("Ada")
            await page.get_by_label("E-mail").fill("ada@nowhere")
            await page.get_by_label("I agree").check()
            await say(page, "choice")
            await expect(page.get_by_role("alert")).to_have_text("Enter an address like name@example.com")
            await shot(page, f"plain-asks-{scheme}")
            await expect(page.get_by_label("Name")).to_have_value("Ada")
            await expect(page.get_by_label("I agree")).to_be_checked()
            await page.get_by_label("E-mail").fill("ada@example.com")
            await say(page, "choice")
            frame = page.frame_locator("iframe")
            await expect(frame.get_by_text("Which one?")).to_be_visible()
            await expect(page.get_by_label("E-mail")).to_have_count(0)
            assert [each for each in watched.complaints if "422" not in each] == []
            assert not await watched.overflows()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_form_is_clean_for_those_who_read_with_other_means(
    program: Program, open_page: OpenPage, theme: str
) -> None:
    desk = await program.desk(FILES, slug="clean")
    await desk.channel(
        "web", {"ask_email": "required", "ask_phone": "optional", "consent": "I agree.", "theme": theme}
    )
    program.forget_entrances()
    async with open_page(viewport={"width": 390, "height": 844}, bypass_csp=True) as watched:
        page = await opened(desk, watched.page)
        await page.get_by_label("E-mail").fill("ada@nowhere")
        await page.get_by_label("I agree").check()
        await say(page, "choice")
        await expect(page.get_by_role("alert")).to_be_visible()
        assert await violations(page, impacts=frozenset(), runOnly=WCAG) == []
