"""What the site widget does by itself: it greets, opens and is renewed, and takes nothing from its visitor by it."""

import json

import pytest
from playwright.async_api import Route, expect
from tests.browser.conftest import OpenPage
from tests.browser.test_widget import ROOT, STATIC, opened, shop, tag
from tests.browser.told_lines import ANYTHING, FOCUSED, Told, line, text
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk

SOON = {"auto_open": "true", "auto_open_delay": "0"}
MINE = "<input aria-label=Mine autofocus>"


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


async def test_that_it_cannot_be_opened_is_said_in_the_place_of_the_greeting(
    desk: Desk, open_page: OpenPage
) -> None:
    script = tag(desk, **SOON, welcome_message="Hello there")
    size = {"width": 400, "height": 740}
    async with shop(desk.program.client.base_url, script) as url, open_page(viewport=size) as on:
        await on.page.add_init_script(ROOT)
        await on.page.route("**/static/widget.js**", lambda route: route.abort())
        await on.page.goto(url)
        await expect(on.page.locator(".tease")).to_contain_text("Hello there")
        await expect(on.page.get_by_role("alert")).to_have_count(0)
        await on.page.get_by_role("button", name="Open chat").click()
        await expect(on.page.get_by_role("alert")).to_contain_text("Chat is not available just now")
        await expect(on.page.locator(".tease")).to_have_count(1)


async def test_a_greeting_without_a_title_is_a_greeting(desk: Desk, open_page: OpenPage) -> None:
    script = tag(desk, **SOON, title="", welcome_message="Hello there")
    size = {"width": 360, "height": 740}
    async with shop(desk.program.client.base_url, script) as url, open_page(viewport=size) as on:
        await on.page.add_init_script(ROOT)
        await on.page.goto(url)
        await expect(on.page.locator(".tease")).to_have_count(1)
        await expect(on.page.locator(".tease [role]")).to_have_count(0)
        # There is no room for it beside the page.
        await expect(on.page.locator(".tease")).to_be_hidden()


async def test_what_the_visitor_has_closed_does_not_open_by_itself(desk: Desk, open_page: OpenPage) -> None:
    script = tag(desk, auto_open="true", auto_open_delay="60000")
    async with shop(desk.program.client.base_url, script) as url, open_page() as on:
        await on.page.clock.install()
        page = await opened(on, url)
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await page.clock.run_for(60_000)
        await expect(page.get_by_role("button", name="Open chat")).to_be_visible()
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_who_writes_in_the_page_goes_on_there_whoever_is_signed_in(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, MINE + tag(desk)) as url, open_page() as on:
        page = await opened(on, url)
        await page.get_by_label("Mine").focus()
        await page.evaluate("AIAssistant.identify({user_id: 'u1', hash: 'none'})")
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await page.evaluate(FOCUSED) == "input"
        # And who writes in the window goes on there.
        await page.evaluate("AIAssistant.identify(null)")
        await page.get_by_role("textbox", name="Write a message").focus()
        # Before the program has said that it does not know them.
        known = "AIAssistant.identify({user_id: 'u2', hash: 'none'})"
        assert await page.evaluate(f"() => {{ {known}; return ({FOCUSED})(); }}") == "textarea"


async def test_who_writes_in_the_page_goes_on_there_when_the_widget_is_renewed(
    desk: Desk, open_page: OpenPage
) -> None:
    made = json.loads((STATIC / "widget.built.json").read_text("utf-8"))["source"][:12]
    served: list[str] = []

    async def former(route: Route) -> None:
        served.append(route.request.url)
        answer = await route.fetch()
        body = await answer.text()
        await route.fulfill(response=answer, body=body.replace(made, "0" * 12) if len(served) <= 2 else body)

    told = Told([line(1, "you", text("hi")), line(2, "ai", text("Hello."))])
    kept = json.dumps([f"frontdesk.{desk.assistant_id}", json.dumps({"token": "t" * 43})])
    made_page = shop(desk.program.client.base_url, MINE + tag(desk, **SOON), policy=ANYTHING)
    async with made_page as url, open_page() as on:
        await on.page.add_init_script(ROOT)
        await on.page.add_init_script(f"localStorage.setItem(...{kept})")
        await on.page.route("**/widget/**", told.carry)
        await on.page.route("**/static/widget.js**", former)
        await on.page.goto(url)
        await expect(on.page.get_by_text("Hello.")).to_be_visible()
        assert len(served) == 3
        assert await on.page.evaluate(FOCUSED) == "input"
