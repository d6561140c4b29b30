"""S000-30: the chat page that customers run themselves, in a browser, with the small server that holds the key."""

from playwright.async_api import Route, expect
from tests.browser.conftest import OpenPage
from tests.browser.panel import AXE
from tests.program import Program
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import operator_says
from tests.web.test_own_chat import ANSWER, started

UNHEARD = """() => {
  const kept = JSON.parse(localStorage.getItem('own-chat'));
  kept.said.push({ text: 'Of another tab', key: 'another', at: Date.now() });
  localStorage.setItem('own-chat', JSON.stringify(kept));
}"""


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


async def test_a_lost_first_answer_and_two_tabs_lose_and_double_nothing(
    program: Program, open_page: OpenPage
) -> None:
    desk = await program.desk(WIRE, slug="own-chat")
    lost = 0

    async def lose(route: Route) -> None:
        nonlocal lost
        lost += 1
        await route.fetch()
        await route.abort()

    async with started(desk, "python") as chat, open_page() as watched:
        one = watched.page
        other = await one.context.new_page()
        for page in (one, other):
            await page.goto(chat.client.base_url)
        await one.route("**/chat/send", lose, times=1)
        await one.get_by_role("textbox", name="Write a message").fill("tell me something about you")
        await one.keyboard.press("Enter")
        for page in (one, other):
            await expect(page.get_by_text(ANSWER)).to_have_count(1)
        assert lost == 1
        await other.get_by_role("textbox", name="Write a message").fill("rate")
        await other.keyboard.press("Enter")
        await one.get_by_role("button", name="Yes").click()
        await expect(other.get_by_text("Thank you.")).to_be_visible()
        await operator_says(desk, "A person is here")
        for page in (one, other):
            await expect(page.get_by_text("A person is here")).to_have_count(1)
        for page in (one, other):
            await page.reload()
            await expect(page.locator(".you")).to_have_text(["tell me something about you", "rate", "Yes"])
            for text in (ANSWER, "Thank you.", "A person is here"):
                await expect(page.get_by_text(text)).to_have_count(1)
        # What a tab keeps is added to what another has kept that it has not heard of, as when both write at once.
        await one.evaluate(UNHEARD)
        await one.get_by_role("textbox", name="Write a message").fill("rate")
        await one.keyboard.press("Enter")
        await expect(one.get_by_text("Of another tab")).to_have_count(1)
        await expect(other.get_by_text("Of another tab")).to_have_count(1)
        assert len(await desk.rows("conversations")) == 1
        said = [row for row in await desk.rows("messages") if row["author"] == "contact"]
        assert len(said) == 4
