"""Several tabs of one browser: what one of them leaves behind is looked after by another."""

import pytest
from playwright.async_api import Page, Route, expect
from tests.browser.conftest import OpenPage, Watched
from tests.browser.test_widget import answered, opened, say, shop, tag
from tests.browser.test_widget_files import said_by_visitor
from tests.program import Desk, Program, until
from tests.web.rasa_wire import WIRE

LONG_MS = 15_000
"""As long as a tab waits at most before it looks after what another one has written."""
UNSENT = "Object.keys(localStorage).filter(each => each.includes('.out.')).length"


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE, slug="widget-tabs")
    await made.channel("web", {"title": "Northwind Audio", "files_mb": 1})
    program.forget_entrances()
    return made


async def another(page: Page, url: str) -> Page:
    """One more tab, whose time stands still."""
    other = await page.context.new_page()
    await other.clock.install()
    return await opened(Watched(other), url)


@pytest.mark.parametrize("way", ["refused", "taken"])
async def test_a_message_of_a_tab_that_is_closed_goes_out_once(
    desk: Desk, open_page: OpenPage, way: str
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await answered(watched, url)
        other = await another(page, url)
        await expect(other.locator(".me .b")).to_have_text(["hello"])
        tries: list[str] = []

        async def cut(route: Route) -> None:
            if way == "taken":
                await route.fetch()
            else:
                await route.fulfill(status=502, headers={"access-control-allow-origin": "*"})
            tries.append(route.request.url)

        await page.route("**/messages?*", cut)
        await say(page, "from the tab that goes")

        async def was_tried() -> bool:
            return bool(tries)

        await until(was_tried)
        await expect(other.locator(".wait")).to_have_count(1)
        await page.close()
        await other.clock.run_for(LONG_MS)
        await expect(other.locator(".wait")).to_have_count(0)
        await expect(other.locator(".me .b")).to_have_text(["hello", "from the tab that goes"])
        assert await other.evaluate(UNSENT) == 0
        assert len(await said_by_visitor(desk)) == 2
