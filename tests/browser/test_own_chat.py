"""S000-30: the chat page that customers run themselves, in a browser, with the small server that holds the key."""

from playwright.async_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.panel import AXE
from tests.program import Program
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import operator_says
from tests.web.test_own_chat import started


async def test_a_visitor_asks_taps_and_hears_from_a_person(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk(WIRE, slug="own-chat")
    async with started(desk, "python") as chat, open_page() as watched:
        page = watched.page
        await page.goto(chat.client.base_url)
        await page.get_by_role("textbox", name="Write a message").fill("rate")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Yes").click()
        await expect(page.get_by_text("Thank you.")).to_be_visible()
        await operator_says(desk, "<b>A person</b> is here")
        await expect(page.get_by_text("<b>A person</b> is here")).to_be_visible()
        await page.reload()
        await expect(page.get_by_text("<b>A person</b> is here")).to_have_count(1)
        await expect(page.locator(".you")).to_have_count(2)
        await page.evaluate(AXE)
        found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [each["id"] for each in found["violations"]] == []
        assert await page.evaluate("document.cookie") == ""
        # Its own server and nobody else.
        assert watched.hosts == {chat.client.base_url.removeprefix("http://")}
        assert watched.complaints == []
