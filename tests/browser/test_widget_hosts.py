"""The widget on pages that were not made for it: it works, or says why in the console, and the page itself goes on as before."""

import json

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import OpenPage, Watched
from tests.browser.test_widget import ROOT, say, shop, tag
from tests.browser.test_widget_files import PICTURE
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE

ANSWER = "I can help you work smarter, rather than harder"
PROTOTYPE = """<script>
    // As the library Prototype does, and pages that copied from it.
    Object.assign(Array.prototype, {
        toJSON() { return "[" + this.map(each => JSON.stringify(each)).join(", ") + "]"; },
        each(act) { this.forEach(act); return this; },
        first() { return this[0]; }, last() { return this[this.length - 1]; },
        without(one) { return this.filter(each => each !== one); },
        entries() { return [...this]; },
        inspect() { return "[]"; },
    });
    String.prototype.strip = function () { return this.trim(); };
    Object.prototype.extend = function () { return this; };
    Element.prototype.remove = function () { this.parentNode && this.parentNode.removeChild(this); return this; };
    Object.assign(Element.prototype, {show() {}, hide() {}, toggle() {}, update() {}, select() {}, observe() {}});
    Function.prototype.bind = function (on, ...given) {
        const act = this;
        return function (...more) { return act.apply(on, [...given, ...more]); };
    };
    window.$ = window.jQuery = id => document.getElementById(id);
</script>"""
BUILT_IN = """<script>
    const [parse, stringify, ask, Real] = [JSON.parse, JSON.stringify, window.fetch, window.Promise];
    JSON.parse = text => parse(text);
    JSON.stringify = (value, ...more) => stringify(value, ...more);
    window.asked = 0;
    window.fetch = function (address, how) { window.asked += 1; return ask.call(this, address, how); };
    window.Promise = class Promise extends Real {};
    for (const name of ["map", "filter", "find", "forEach", "push"]) {
        const old = Array.prototype[name];
        Array.prototype[name] = function (...given) { return old.apply(this, given); };
    }
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (...given) { return add.apply(this, given); };
    history.pushState = (old => function (...given) { return old.apply(this, given); })(history.pushState);
</script>"""
IMPORTANT = """<style>
    body *, body *::before, body *::after {
        all: revert !important; position: static !important; display: inline !important; opacity: 0.3 !important;
        width: 7px !important; height: 7px !important; font-size: 1px !important; color: red !important;
        transform: scale(0.1) !important; visibility: hidden !important; pointer-events: none !important;
    }
    body > :last-child, div { display: none !important; }
</style>"""
TRANSFORMED = """<style>
    body { transform: translateX(0); filter: saturate(1); height: 3000px; overflow: hidden; margin: 40px; }
</style>"""
BASE = '<base href="https://elsewhere.example/deep/">'
TRACED = """<script>
    // As libraries do that follow requests from page to server.
    const ask = window.fetch;
    window.fetch = function (address, how = {}) {
        const headers = new Headers(how.headers);
        headers.set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        headers.set("X-Requested-With", "XMLHttpRequest");
        return ask.call(this, address, {...how, headers});
    };
</script>"""
EVERYTHING = {
    "prototypes": PROTOTYPE,
    "built_in": BUILT_IN,
    "important": IMPORTANT,
    "transformed": TRANSFORMED,
    "base": BASE,
    "traced": TRACED,
    "frozen": "<script>Object.freeze(Object.prototype); Object.freeze(Array.prototype)</script>",
    "editable": "<script>addEventListener('DOMContentLoaded', () => document.designMode = 'on')</script>",
}


def loose(base: str) -> str:
    """A policy of pages that have scripts and styles of their own in them."""
    return (
        f"default-src 'none'; script-src 'unsafe-inline' {base}; style-src 'unsafe-inline'; "
        f"connect-src {base}; img-src {base}"
    )


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE)
    await made.channel("web", {"title": "Northwind Audio", "welcome_message": "Hello there", "files_mb": 1})
    program.forget_entrances()
    return made


async def opened(on: Watched, url: str) -> Page:
    await on.page.add_init_script(ROOT)
    await on.page.goto(url)
    await on.page.get_by_role("button", name="Open chat").click()
    await expect(on.page.get_by_role("dialog", name="Northwind Audio")).to_be_visible()
    return on.page


@pytest.mark.parametrize("name", EVERYTHING)
async def test_a_conversation_is_had_on_any_page(desk: Desk, open_page: OpenPage, name: str) -> None:
    base = desk.program.client.base_url
    async with (
        shop(base, tag(desk), policy=loose(base), head=EVERYTHING[name]) as url,
        open_page(viewport={"width": 1000, "height": 800}) as on,
    ):
        page = await opened(on, url)
        await say(page, "tell me something about you")
        await expect(page.get_by_text(ANSWER).first).to_be_visible()
        await page.keyboard.press("Escape")
        button = page.get_by_role("button", name="Open chat")
        # Where it belongs, however far the page has been read.
        await page.evaluate("scrollTo(0, 400)")
        middle = await button.evaluate(
            """button => {
                const box = button.getBoundingClientRect();
                return [box.left + box.width / 2, box.top + box.height / 2].map(Math.round);
            }"""
        )
        assert middle == [1000 - 48, 800 - 48]
        await page.reload()
        await button.click()
        await expect(page.get_by_text(ANSWER).first).to_be_visible()
        assert on.complaints == []


async def test_what_waits_to_be_sent_survives_a_page_that_makes_json_its_own_way(
    desk: Desk, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    async with shop(base, tag(desk), policy=loose(base), head=PROTOTYPE) as url, open_page() as on:
        page = await opened(on, url)
        await say(page, "tell me something about you")
        await expect(page.get_by_text(ANSWER).first).to_be_visible()
        await page.route("**/messages*", lambda route: route.abort())
        await say(page, "and then?")
        await expect(page.get_by_text("Waiting for connection").first).to_be_visible()
        await page.unroute("**/messages*")
        await page.reload()
        await expect(page.locator(".wait")).to_have_count(0)
        await expect(page.locator(".me .b", has_text="and then?")).to_have_count(1)
        said = [row for row in await desk.rows("messages", "seq") if row["author"] == "contact"]
        texts = [json.loads(row["parts"])[0]["text"] for row in said]
        assert texts == ["tell me something about you", "and then?"]


async def test_files_are_sent_from_a_page_that_makes_json_its_own_way(
    desk: Desk, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    async with shop(base, tag(desk), policy=loose(base), head=PROTOTYPE) as url, open_page() as on:
        page = await opened(on, url)
        await page.get_by_label("Attach a file").set_input_files(PICTURE)
        await expect(page.get_by_role("button", name="Remove cup.png")).to_be_visible()
        await say(page, "this one")
        await expect(page.locator(".me img")).to_have_count(1)
        await expect(page.locator(".wait")).to_have_count(0)
        assert on.complaints == []


async def test_a_page_in_a_sandbox_has_its_conversation_for_as_long_as_it_is_open(
    desk: Desk, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    policy = f"sandbox allow-scripts; {loose(base)}"
    async with shop(base, tag(desk), policy=policy) as url, open_page() as on:
        page = await opened(on, url)
        await say(page, "tell me something about you")
        await expect(page.get_by_text(ANSWER).first).to_be_visible()
        assert on.complaints == []


@pytest.mark.parametrize(
    "act",
    [
        "document.body.innerHTML = '<h1>Another page</h1>'",
        "document.body.replaceWith(document.createElement('body'))",
        "for (const each of [...document.body.children]) each.remove()",
    ],
)
async def test_a_page_that_takes_our_element_away_has_it_again(
    desk: Desk, open_page: OpenPage, act: str
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as on:
        page = await opened(on, url)
        await say(page, "tell me something about you")
        await expect(page.get_by_text(ANSWER).first).to_be_visible()
        await page.evaluate(act)
        await expect(page.get_by_role("dialog", name="Northwind Audio")).to_be_visible()
        await say(page, "and then?")
        await expect(page.locator(".me .b", has_text="and then?")).to_have_count(1)
        await page.evaluate("AIAssistant.destroy()")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert on.complaints == []


async def test_a_site_that_takes_another_body_at_each_of_its_pages_keeps_it(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as on:
        await on.page.clock.install()
        await on.page.add_init_script(ROOT)
        await on.page.goto(url)
        for _ in range(25):
            await expect(on.page.get_by_role("button", name="Open chat")).to_be_visible()
            await on.page.evaluate("document.body.replaceWith(document.createElement('body'))")
            await on.page.clock.run_for(1000)
        await expect(on.page.get_by_role("button", name="Open chat")).to_be_visible()
        assert on.complaints == []


async def test_a_page_that_will_not_have_it_is_left_alone_and_told_why(
    desk: Desk, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    head = """<script>
        addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
            for (const each of document.body.querySelectorAll("div")) each.remove();
        }).observe(document.body, {childList: true}));
    </script>"""
    async with shop(base, tag(desk), policy=loose(base), head=head) as url, open_page() as on:
        async with on.page.expect_console_message(lambda line: "again and again" in line.text):
            await on.page.goto(url)
        assert await on.page.evaluate("document.querySelectorAll('body div').length") == 0
        assert await on.page.evaluate("AIAssistant.open() === undefined")
        assert [each for each in on.complaints if "again and again" not in each] == []


LOST = {
    "lists": "Array.prototype.filter = () => []",
    "read": "JSON.parse = () => ({})",
    "written": "JSON.stringify = () => '\"no\"'",
}


@pytest.mark.parametrize("name", LOST)
async def test_where_what_is_written_would_be_lost_there_is_no_button_and_the_console_says_why(
    desk: Desk, open_page: OpenPage, name: str
) -> None:
    base = desk.program.client.base_url
    head = f"<script>{LOST[name]}</script>"
    async with shop(base, tag(desk), policy=loose(base), head=head) as url, open_page() as on:
        async with on.page.expect_console_message(lambda line: "AIAssistant:" in line.text):
            await on.page.goto(url)
        await expect(on.page.get_by_role("button")).to_have_count(0)
        # What the page asks of it breaks nothing either.
        assert await on.page.evaluate("AIAssistant.open() === undefined")
        assert [each for each in on.complaints if "AIAssistant:" not in each] == []


BROKEN = {
    "fetch": "<script>window.fetch = () => { throw new TypeError('not here'); };</script>",
    "silent": "<script>window.fetch = () => Promise.reject(new TypeError('not here'));</script>",
    "html": "<script>window.fetch = async () => new Response('<p>Sign in</p>');</script>",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_page_whose_fetch_is_broken_breaks_no_further(
    desk: Desk, open_page: OpenPage, name: str
) -> None:
    base = desk.program.client.base_url
    wrong: list[str] = []
    async with shop(base, tag(desk), policy=loose(base), head=BROKEN[name]) as url, open_page() as on:
        on.page.on("pageerror", lambda error: wrong.append(str(error)))
        await on.page.add_init_script(ROOT)
        await on.page.goto(url)
        button = on.page.get_by_role("button", name="Open chat")
        await expect(button).to_be_visible()
        await button.click()
        await say(on.page, "hello")
        # What was written is not lost, and its writer is told.
        await expect(on.page.get_by_text("Waiting for connection").first).to_be_visible()
        await expect(on.page.get_by_text("Page /")).to_be_visible()
        assert wrong == []


async def test_a_policy_that_forbids_our_script_is_said_in_the_console_and_by_the_button(
    desk: Desk, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    policy = f"{loose(base)}; require-trusted-types-for 'script'"
    async with shop(base, tag(desk), policy=policy) as url, open_page() as on:
        await on.page.add_init_script(ROOT)
        await on.page.goto(url)
        async with on.page.expect_console_message(lambda line: "AIAssistant" in line.text):
            await on.page.get_by_role("button", name="Open chat").click()
        await expect(on.page.get_by_text("Chat is not available just now")).to_be_visible()


SHIFTS = """
    window.shifts = [];
    new PerformanceObserver(list => {
        for (const each of list.getEntries()) shifts.push(each.value);
    }).observe({type: "layout-shift", buffered: true});
"""
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize(
    "said", [{}, {"auto-open": "true", "auto-open-delay": "0"}], ids=["pressed", "itself"]
)
@pytest.mark.parametrize("body", ["display: grid; gap: 40px", "display: flex", "columns: 2", "zoom: 1.2"])
async def test_nothing_of_the_page_moves_when_it_comes_opens_and_closes(
    desk: Desk, open_page: OpenPage, body: str, said: dict[str, str]
) -> None:
    base = desk.program.client.base_url
    head = f"<style>body {{ {body} }}</style>"
    read = "JSON.stringify([...document.querySelectorAll('body, h1, p')].map(each => each.getBoundingClientRect()))"
    async with (
        shop(base, "", policy=loose(base), head=head) as bare,
        shop(base, tag(desk, **said), policy=loose(base), head=head) as url,
        open_page() as on,
    ):
        page = on.page
        await page.add_init_script(ROOT + SHIFTS)
        await page.goto(bare)
        before = await page.evaluate(read)
        await page.goto(url)
        button = page.get_by_role("button", name="Open chat")
        if not said:
            await button.click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.evaluate(FRAMES)
        assert await page.evaluate(read) == before
        await page.get_by_role("button", name="Close").click()
        await expect(button).to_be_visible()
        await page.evaluate(FRAMES)
        assert await page.evaluate(read) == before
        assert sum(await page.evaluate("shifts")) == 0
        assert on.complaints == []
