"""Several tabs of one browser: what one of them leaves behind is looked after by another."""

import pytest
from playwright.async_api import FilePayload, Page, Route, expect
from tests.browser.conftest import OpenPage, Watched
from tests.browser.test_widget import answered, opened, say, shop, tag
from tests.browser.test_widget_files import PICTURE, said_by_visitor
from tests.program import Desk, Program, until
from tests.web.rasa_wire import WIRE

LONG_MS = 15_000
"""As long as a tab waits at most before it looks after what another one has written."""
UNSENT = "Object.keys(localStorage).filter(each => each.includes('.out.')).length"

KEPT = """async count => {
    const [{name}] = await indexedDB.databases();
    const base = await new Promise(done => { indexedDB.open(name).onsuccess = event => done(event.target.result); });
    const asked = base.transaction("files").objectStore("files").count();
    const found = await new Promise(done => { asked.onsuccess = () => done(asked.result); });
    base.close();
    return found === count;
}"""
"""Whether so many files are kept on the device."""


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


async def test_a_file_that_one_tab_has_attached_is_not_thrown_away_by_another(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await answered(watched, url)
        other = await opened(Watched(await page.context.new_page()), url)

        async def cut(route: Route) -> None:
            await route.abort("internetdisconnected")

        await page.context.route("**/files?name=*", cut)
        await page.get_by_label("Attach a file").set_input_files(PICTURE)
        await expect(page.get_by_role("button", name="Cancel upload of cup.png")).to_be_visible()
        await page.wait_for_function(KEPT, arg=1)
        note: FilePayload = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"note"}
        await other.get_by_label("Attach a file").set_input_files(note)
        await expect(other.get_by_role("button", name="Cancel upload of note.txt")).to_be_visible()
        await other.wait_for_function(KEPT, arg=2)
        await say(page, "with my picture")
        await expect(page.locator(".file.wait")).to_have_count(1)
        await other.close()
        await page.context.unroute("**/files?name=*", cut)
        await page.reload()
        await expect(page.locator(".me img")).to_be_visible()
        await expect(page.locator(".wait")).to_have_count(0)


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_conversation_that_begins_in_one_tab_begins_in_those_that_were_opened_before(
    desk: Desk, open_page: OpenPage, *, is_open: bool
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        other = await opened(Watched(await page.context.new_page()), url)
        if not is_open:
            await other.keyboard.press("Escape")
            await expect(other.get_by_role("dialog")).to_have_count(0)
        await page.bring_to_front()
        await say(page, "hello")
        await expect(page.get_by_text("I do not know").first).to_be_visible()
        if not is_open:
            await other.get_by_role("button", name="Open chat").click()
        await expect(other.locator(".me .b")).to_have_text(["hello"])
        await expect(other.get_by_text("I do not know").first).to_be_visible()
        await say(other, "and this")
        await expect(page.locator(".b", has_text="I do not know")).to_have_count(2)
        await expect(page.locator(".me .b")).to_have_text(["hello", "and this"])
        assert len(await said_by_visitor(desk)) == 2
