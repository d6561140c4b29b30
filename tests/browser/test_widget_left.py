"""What the widget has in a page while it is there, however often it comes and goes, and that nothing is left of it after."""

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import WITHIN_MS, OpenPage
from tests.browser.test_widget import opened, say, shop, tag
from tests.browser.test_widget_files import PICTURE
from tests.browser.test_widget_hosts import loose
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk

ANSWER = "I can help you work smarter"
COUNTED = """
    window.standing = {channels: 0};
    window.bases = [];
    for (const target of [window, document, visualViewport, window.navigation, MediaQueryList.prototype]) {
        const {addEventListener: add, removeEventListener: remove} = target;
        const names = new Set();
        target.addEventListener = function (name, act, how) {
            names.add(act);
            how?.signal?.addEventListener("abort", () => names.delete(act));
            window.listening.set(target, names);
            return add.call(this, name, act, how);
        };
        target.removeEventListener = function (name, act, how) {
            names.delete(act);
            return remove.call(this, name, act, how);
        };
    }
    window.listening = new Map();
    window.BroadcastChannel = class extends BroadcastChannel {
        constructor(name) { super(name); window.standing.channels += 1; }
        close() { super.close(); window.standing.channels -= 1; }
    };
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (...given) {
        const asked = open.apply(this, given);
        asked.addEventListener("success", () => window.bases.push(asked.result));
        return asked;
    };
"""
LEFT = """() => ({
    scripts: document.head.querySelectorAll("script").length,
    elements: [...document.body.children].filter(each => each.shadowRoot).length,
    listeners: [...window.listening.values()].reduce((all, names) => all + names.size, 0),
    channels: window.standing.channels,
    bases: window.bases.filter(each => {
        try { each.transaction(each.objectStoreNames[0]); return true; } catch { return false; }
    }).length,
})"""
SETTLED = """([want, within]) => new Promise(done => {
    const until = performance.now() + within;
    const settled = () => window.left() === JSON.stringify(want) || performance.now() > until;
    const look = () => settled() ? done() : setTimeout(look, 20);
    look();
})"""
NOTHING = {"scripts": 0, "elements": 0, "listeners": 0, "channels": 0, "bases": 0}
SHEETS = """[...document.body.children].find(each => each.shadowRoot).shadowRoot.adoptedStyleSheets.length"""


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


async def asked_and_answered(page: Page) -> None:
    await say(page, "tell me something about you")
    await expect(page.locator(".b", has_text=ANSWER).first).to_be_visible()


async def test_destroyed_it_leaves_nothing_in_the_page(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        await watched.page.add_init_script(COUNTED)
        page = await opened(watched, url)
        await asked_and_answered(page)
        await page.get_by_label("Attach a file").set_input_files(PICTURE)
        await expect(page.get_by_role("button", name="Remove cup.png")).to_be_visible()
        await say(page, "this one")
        await expect(page.locator(".wait")).to_have_count(0)
        found = await page.evaluate(LEFT)
        # It is seen while it is there.
        assert (found["elements"], found["channels"]) == (1, 1)
        assert found["listeners"] > 0
        assert await page.evaluate("bases.length") > 0
        await page.evaluate("AIAssistant.destroy()")
        await page.evaluate(f"window.left = () => JSON.stringify(({LEFT})()); void 0")
        await page.evaluate(SETTLED, [NOTHING, WITHIN_MS])
        assert await page.evaluate(LEFT) == NOTHING
        assert watched.complaints == []


async def test_what_was_fetched_is_there_once_however_often_the_widget_comes_and_goes(
    desk: Desk, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    head = "<script>window.AIAssistantConfig = {hideOnPaths: ['/checkout']}</script>"
    fetched: list[str] = []
    async with shop(base, tag(desk), policy=loose(base), head=head) as url, open_page() as watched:
        watched.page.on("request", lambda request: fetched.append(request.url))
        page = await opened(watched, url)
        await asked_and_answered(page)
        sheets = await page.evaluate(SHEETS)
        for _ in range(3):
            await page.evaluate("history.pushState({}, '', '/checkout')")
            await expect(page.get_by_role("dialog")).to_have_count(0)
            await page.evaluate("history.pushState({}, '', '/products')")
            await expect(page.get_by_role("dialog")).to_be_visible()
            await expect(page.locator(".b", has_text=ANSWER)).to_have_count(1)
        assert await page.evaluate(SHEETS) == sheets
        scripts = [each for each in fetched if "/static/" in each]
        assert len(scripts) == len(set(scripts))
        assert await page.evaluate("document.head.querySelectorAll('script[src]').length") == 0


async def test_what_was_fetched_is_there_once_whoever_is_signed_in(desk: Desk, open_page: OpenPage) -> None:
    fetched: list[str] = []
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        watched.page.on("request", lambda request: fetched.append(request.url))
        page = await opened(watched, url)
        await asked_and_answered(page)
        sheets = await page.evaluate(SHEETS)
        for at in range(3):
            # Nobody vouches for them, so that each begins anew and asks for the same parts.
            await page.evaluate("at => AIAssistant.identify({user_id: `u${at}`, hash: 'none'})", at)
            await expect(page.locator(".b", has_text=ANSWER)).to_have_count(0)
            await expect(page.get_by_text("You are not signed in any more")).to_be_visible()
        assert await page.evaluate(SHEETS) == sheets
        scripts = [each for each in fetched if "/static/" in each]
        assert len(scripts) == len(set(scripts))
        assert await page.evaluate("document.head.querySelectorAll('script').length") == 0
