"""Pages that get in the way: a policy that lets nobody ask us anything, and another body at each page of a site."""

import pytest
from playwright.async_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.test_widget import opened, say, shop, tag
from tests.browser.told_lines import Told, line, telling, text
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk

LONG = [line(n, "ai", text(f"Line {n}")) for n in range(1, 41)]
ANOTHER_BODY = """() => {
    const body = document.createElement("body");
    body.innerHTML = "<h1>Next</h1>";
    document.body.replaceWith(body);
}"""
NO_BODY_FOR_A_MOMENT = """async () => {
    document.body.remove();
    await new Promise(done => setTimeout(done));
    const body = document.createElement("body");
    body.innerHTML = "<h1>Next</h1>";
    document.documentElement.append(body);
}"""
ANOTHER_BODY_AND_ITS_FIELD = """() => {
    const body = document.createElement("body");
    body.innerHTML = "<input aria-label='Search'>";
    document.body.replaceWith(body);
    body.firstChild.focus();
}"""
TOP = "list => Math.round(list.scrollTop)"
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


async def test_a_policy_that_lets_nobody_ask_us_is_named_and_the_chat_page_is_offered(
    desk: Desk, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    policy = f"default-src 'none'; script-src {base}; img-src {base}; style-src 'self'"
    async with shop(base, tag(desk), policy=policy) as url, open_page() as on:
        page = await opened(on, url, name="AI assistant")
        async with page.expect_console_message(
            lambda line: f"add {base} to connect-src of this page's Content-Security-Policy" in line.text
        ):
            await say(page, "hello")
        await expect(page.get_by_role("status").filter(has_text="The chat is not open here.")).to_be_visible()
        link = page.get_by_role("link", name="Open the chat on a page of its own")
        await expect(link).to_have_attribute("href", f"{base}/chat/{desk.assistant_id}")
        await expect(page.get_by_text("No connection")).to_have_count(0)
        await expect(page.get_by_text("Waiting for connection")).to_have_count(0)
        await expect(page.get_by_text("Kept on this device")).to_be_visible()


@pytest.mark.parametrize("read_up", [True, False])
@pytest.mark.parametrize("taken", [ANOTHER_BODY, NO_BODY_FOR_A_MOMENT], ids=["at once", "after a moment"])
async def test_another_body_leaves_what_is_read_and_written_where_it_was(
    desk: Desk, open_page: OpenPage, taken: str, *, read_up: bool
) -> None:
    async with telling(desk, open_page, Told(LONG)) as page:
        await expect(page.get_by_text("Line 40")).to_be_visible()
        box = page.locator(".list")
        if read_up:
            await box.evaluate("list => { list.scrollTop = 300; }")
        await page.evaluate(FRAMES)
        before = await box.evaluate(TOP)
        assert before > 0
        field = page.get_by_role("textbox", name="Write a message")
        await field.focus()
        await page.keyboard.type("one ")
        await page.evaluate(taken)
        assert await box.evaluate(TOP) == before
        await page.keyboard.type("two")
        await expect(field).to_have_value("one two")
        await page.evaluate(ANOTHER_BODY)
        assert await box.evaluate(TOP) == before
        await page.keyboard.type(" three")
        await expect(field).to_have_value("one two three")


async def test_another_body_takes_no_key_of_who_writes_on_the_page(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, Told(LONG)) as page:
        field = page.get_by_role("textbox", name="Write a message")
        await field.focus()
        await page.get_by_role("heading", name="Shop").click()
        await expect(field).not_to_be_focused()
        await page.evaluate(FRAMES)
        await page.evaluate(ANOTHER_BODY)
        await page.evaluate(FRAMES)
        await expect(field).not_to_be_focused()


async def test_a_body_that_brings_its_own_focus_keeps_it(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, Told(LONG)) as page:
        field = page.get_by_role("textbox", name="Write a message")
        await field.focus()
        await page.evaluate(ANOTHER_BODY_AND_ITS_FIELD)
        await page.evaluate(FRAMES)
        await page.keyboard.type("lamp")
        await expect(page.get_by_role("textbox", name="Search")).to_have_value("lamp")
        await expect(field).to_have_value("")


async def test_escape_closes_by_its_name_also_where_it_has_no_number(desk: Desk, open_page: OpenPage) -> None:
    async with telling(desk, open_page, Told(LONG)) as page:
        field = page.get_by_role("textbox", name="Write a message")
        pressed = "(field, how) => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, ...how }))"
        await field.evaluate(pressed, {"isComposing": True})
        await field.evaluate(pressed, {"keyCode": 229})
        await page.evaluate(FRAMES)
        await expect(field).to_be_visible()
        await field.evaluate(pressed, {})
        await expect(page.get_by_role("dialog")).to_have_count(0)
