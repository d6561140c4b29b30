"""The window from page to page of a tab: it stays as the visitor left it, once they have written."""

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.test_widget import ROOT, answered, opened, say, shop, tag
from tests.browser.told_lines import FOCUSED
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk

SOON = {"auto_open": "true", "auto_open_delay": "0"}
MINE = "<input aria-label=Mine autofocus>"
COMES = "window => getComputedStyle(window).animationName"
TALK = "**/static/widget_talk.js*"


async def settled(page: Page, url: str) -> None:
    """On the page of somebody who has written, what opens by itself is open: the window comes with the
    widget, and only then talk is asked for."""
    async with page.expect_request(TALK):
        await page.goto(url)


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


async def test_who_has_written_finds_the_window_open_on_the_next_page(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, MINE + tag(desk)) as url, open_page() as on:
        page = await answered(on, url)
        await page.goto(f"{url}/next")
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await page.get_by_role("dialog").evaluate(COMES) == "none"
        await expect(page.get_by_text("I do not know").first).to_be_visible()
        # Who types on the page goes on there.
        assert await page.evaluate(FOCUSED) == "input"
        await page.get_by_role("button", name="Close").click()
        await page.get_by_role("button", name="Open chat").click()
        assert await page.get_by_role("dialog").evaluate(COMES) == "open"
        await page.get_by_role("button", name="Close").click()
        await settled(page, f"{url}/third")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.get_by_role("button", name="Open chat")).to_be_visible()


async def test_nothing_is_kept_of_a_window_in_which_nobody_has_written(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as on:
        page = await opened(on, url)
        await page.get_by_role("button", name="Close").click()
        await page.get_by_role("button", name="Open chat").click()
        assert await page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
        await page.goto(f"{url}/next")
        await page.get_by_role("button", name="Open chat").click()
        # Asked for by itself it would have been there first, without a movement.
        assert await page.get_by_role("dialog").evaluate(COMES) == "open"


async def test_where_it_would_cover_the_page_it_stays_closed(desk: Desk, open_page: OpenPage) -> None:
    phone = {"width": 390, "height": 740}
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page(viewport=phone) as on:
        page = await answered(on, url)
        await settled(page, f"{url}/next")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.get_by_role("button", name="Open chat")).to_be_visible()


async def test_another_tab_is_not_opened_by_it(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as on:
        page = await answered(on, url)
        other = await page.context.new_page()
        await other.add_init_script(ROOT)
        await settled(other, url)
        await expect(other.get_by_role("dialog")).to_have_count(0)
        await expect(other.get_by_role("button", name="Open chat")).to_be_visible()


async def test_what_the_visitor_has_closed_does_not_open_by_itself_on_the_next_page(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk, **SOON)) as url, open_page() as on:
        page = on.page
        await page.add_init_script(ROOT)
        await page.goto(url)
        await expect(page.get_by_role("dialog")).to_be_visible()
        await say(page, "hello")
        await expect(page.get_by_text("I do not know").first).to_be_visible()
        await page.get_by_role("button", name="Close").click()
        await page.clock.install()
        async with page.expect_request(TALK):
            await page.goto(f"{url}/next")
            await expect(page.get_by_role("button", name="Open chat")).to_be_visible()
            await page.clock.run_for(10_000)
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_what_the_page_closes_stays_closed(desk: Desk, open_page: OpenPage) -> None:
    base = desk.program.client.base_url
    script = f"{tag(desk).replace('async', '')}<script>if (location.pathname == '/next') AIAssistant.close()</script>"
    policy = f"script-src 'unsafe-inline' {base}; connect-src {base}"
    async with shop(base, script, policy=policy) as url, open_page() as on:
        page = await answered(on, url)
        await settled(page, f"{url}/next")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await settled(page, f"{url}/third")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.get_by_role("button", name="Open chat")).to_be_visible()


async def test_what_was_taken_from_the_device_opens_nothing(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as on:
        page = await answered(on, url)
        await page.evaluate("localStorage.clear()")
        await page.goto(f"{url}/next")
        await page.get_by_role("button", name="Open chat").click()
        assert await page.get_by_role("dialog").evaluate(COMES) == "open"


async def test_on_a_path_without_it_the_window_waits_for_the_next(desk: Desk, open_page: OpenPage) -> None:
    base = desk.program.client.base_url
    policy = f"script-src 'unsafe-inline' {base}; connect-src {base}"
    head = "<script>window.AIAssistantConfig = {hideOnPaths: ['/checkout']}</script>"
    async with shop(base, tag(desk), policy=policy, head=head) as url, open_page() as on:
        page = await answered(on, url)
        await page.evaluate("history.pushState({}, '', '/checkout')")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await page.evaluate("history.pushState({}, '', '/thanks')")
        await expect(page.get_by_role("dialog")).to_be_visible()
