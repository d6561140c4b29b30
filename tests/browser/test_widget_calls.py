"""What a page asks of the widget by its handle, and when it does: opening, closing, and what it says of itself."""

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import OpenPage, Watched
from tests.browser.test_widget import ROOT, opened, say, shop, tag
from tests.browser.test_widget_attributes import button, heard_of
from tests.browser.test_widget_hosts import loose
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk

ANSWER = "I can help you work smarter"
FIELD = "<input id=mine aria-label=Mine><a id=part href='#part'>Part</a><a id=route href='#/route'>Route</a>"
TELL = "window.told = []; for (const name of ['open', 'close']) AIAssistant.on(name, () => told.push(name)); void 0"


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


async def arrived(watched: Watched, url: str) -> Page:
    """Its button is there, and nothing of its window."""
    page = watched.page
    await page.add_init_script(ROOT)
    await page.goto(url)
    await expect(button(page)).to_be_visible()
    await page.evaluate(TELL)
    return page


# --- open, close and toggle

SEVERAL = [
    ("AIAssistant.open(); AIAssistant.close()", False),
    ("AIAssistant.toggle(); AIAssistant.toggle()", False),
    ("AIAssistant.toggle()", True),
    ("AIAssistant.toggle(); AIAssistant.toggle(); AIAssistant.toggle()", True),
    ("AIAssistant.open(); AIAssistant.toggle(); AIAssistant.open()", True),
    ("AIAssistant.close(); AIAssistant.open(); AIAssistant.open()", True),
]


@pytest.mark.parametrize(("acts", "is_open"), SEVERAL, ids=range(len(SEVERAL)))
async def test_what_was_asked_last_counts_while_the_window_is_still_fetched(
    desk: Desk, open_page: OpenPage, acts: str, *, is_open: bool
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await arrived(watched, url)
        async with page.expect_response("**/static/widget.js**"):
            await page.evaluate(acts)
        # Whoever asks after it is answered after it.
        await page.evaluate("AIAssistant.on('open', () => window.again = true)")
        if is_open:
            await expect(page.get_by_role("dialog")).to_have_count(1)
        await page.evaluate("AIAssistant.close()")
        await expect(button(page)).to_be_visible()
        assert await page.evaluate("told") == (["open", "close"] if is_open else [])
        await page.evaluate("AIAssistant.toggle()")
        await expect(page.get_by_role("dialog")).to_have_count(1)
        assert await page.evaluate("told.at(-1)") == "open"
        assert watched.complaints == []


async def test_toggle_goes_by_what_the_visitor_did(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await arrived(watched, url)
        await button(page).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(button(page)).to_be_visible()
        await page.evaluate("AIAssistant.toggle()")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.evaluate("AIAssistant.toggle()")
        await expect(button(page)).to_be_visible()
        assert await page.evaluate("told") == ["open", "close", "open", "close"]


@pytest.mark.parametrize("width", [1440, 360])
async def test_who_could_not_open_it_is_told_and_opens_it_with_the_next_toggle(
    desk: Desk, open_page: OpenPage, width: int
) -> None:
    size = {"width": width, "height": 740}
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page(viewport=size) as watched:
        page = await arrived(watched, url)
        await page.route("**/static/widget.js**", lambda route: route.abort())
        await page.evaluate("AIAssistant.toggle()")
        await expect(page.get_by_role("alert")).to_contain_text("Chat is not available just now")
        await expect(page.get_by_role("alert")).to_be_visible()
        await page.unroute("**/static/widget.js**")
        await page.evaluate("AIAssistant.toggle()")
        await expect(page.get_by_role("dialog")).to_be_visible()


async def test_a_page_that_closes_the_window_leaves_its_visitor_where_they_type(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, FIELD + tag(desk)) as url, open_page() as watched:
        page = await arrived(watched, url)
        await button(page).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.get_by_label("Mine").focus()
        await page.evaluate("AIAssistant.close()")
        await expect(button(page)).to_be_visible()
        await expect(page.get_by_label("Mine")).to_be_focused()
        # Whoever was in the window is at the button that opens it again.
        await button(page).click()
        await page.get_by_role("textbox", name="Write a message").focus()
        await page.evaluate("AIAssistant.close()")
        await expect(button(page)).to_be_focused()


# --- what the page says of itself


async def tells(page: Page, told: list[dict[str, str]]) -> dict[str, str]:
    """What goes along with a message that is written now."""
    before = len(told)
    await say(page, "tell me something about you")
    await expect(page.locator(".me .b")).to_have_count(before + 1)
    await expect(page.locator(".wait")).to_have_count(0)
    assert len(told) == before + 1
    return told[-1]


SAID = {"page-context": "product-page", "page-title": "Fjord", "page-url": "/products/fjord"}
FJORD = {"kind": "product-page", "title": "Fjord", "url": "/products/fjord"}
TARN = {"kind": "product-page", "title": "Tarn", "url": "/products/tarn"}
GO = "path => { history.pushState({}, '', path); document.title = 'Now ' + path; }"
MENU = "<nav id=navigation></nav>"
OLD = "delete Window.prototype.navigation; delete window.navigation"
"""As browsers without the Navigation API, on a page with an element of its name."""


@pytest.mark.parametrize("browser_of", ["", OLD], ids=["navigation", "looks"])
async def test_after_the_page_went_on_what_was_said_of_the_one_before_is_said_no_more(
    desk: Desk, open_page: OpenPage, browser_of: str
) -> None:
    async with shop(desk.program.client.base_url, MENU + tag(desk, **SAID)) as url, open_page() as watched:
        told = heard_of(watched.page)
        await watched.page.add_init_script(browser_of)
        page = await opened(watched, f"{url}/products/fjord")
        assert await tells(page, told) == FJORD
        await page.evaluate(GO, "/products/tarn")
        now = {"kind": "", "title": "Now /products/tarn", "url": f"{url}/products/tarn"}
        assert await tells(page, told) == now
        # What is said right after the page went on is of the page now.
        await page.evaluate(GO, "/products/reed")
        await page.evaluate("AIAssistant.setContext({kind: 'product', title: 'Reed', url: '/products/reed'})")
        reed = {"kind": "product", "title": "Reed", "url": "/products/reed"}
        assert await tells(page, told) == reed
        await page.evaluate("AIAssistant.setContext({title: 'Reed, small'})")
        assert await tells(page, told) == {"kind": "", "title": "Reed, small", "url": f"{url}/products/reed"}
        await page.evaluate(GO, "/")
        assert await tells(page, told) == {"kind": "", "title": "Now /", "url": f"{url}/"}
        assert watched.complaints == []


async def test_a_place_on_the_page_is_the_same_page_and_a_route_in_the_hash_is_another(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, FIELD + tag(desk)) as url, open_page() as watched:
        told = heard_of(watched.page)
        page = await opened(watched, f"{url}/shop")
        await page.evaluate(f"AIAssistant.setContext({TARN})")
        await page.locator("#part").click()
        assert await tells(page, told) == TARN
        await page.locator("#route").click()
        assert await tells(page, told) == {"kind": "", "title": "Shop", "url": f"{url}/shop#/route"}


AGAIN = """([src, said]) => new Promise(done => {
    const made = document.createElement("script");
    made.src = src;
    for (const [name, value] of Object.entries(said)) made.setAttribute(`data-${name}`, value);
    made.onload = done;
    document.body.replaceChildren(made);
})"""


@pytest.mark.parametrize("browser_of", ["", OLD], ids=["navigation", "looks"])
async def test_a_newer_tag_says_of_the_page_what_is_so_now_and_nothing_else(
    desk: Desk, open_page: OpenPage, browser_of: str
) -> None:
    base = desk.program.client.base_url
    async with shop(base, MENU + tag(desk, **SAID)) as url, open_page() as watched:
        told = heard_of(watched.page)
        await watched.page.add_init_script(browser_of)
        page = await opened(watched, f"{url}/products/fjord")
        await page.evaluate(GO, "/products/tarn")
        newer = {f"page-{'context' if name == 'kind' else name}": value for name, value in TARN.items()}
        said = {"assistant-id": desk.assistant_id, "title": "Other", "position": "top-left", **newer}
        await page.evaluate(AGAIN, [f"{base}/embed.js", said])
        assert await tells(page, told) == TARN
        await expect(page.get_by_role("dialog", name="Northwind Audio")).to_have_count(1)
        # The next page's tag says nothing of it.
        await page.evaluate(GO, "/about")
        await page.evaluate(AGAIN, [f"{base}/embed.js", {"assistant-id": desk.assistant_id}])
        assert await tells(page, told) == {"kind": "", "title": "Now /about", "url": f"{url}/about"}
        assert watched.complaints == []


LONG = f"/products/{'x' * 1200}"


async def test_an_address_is_told_whole_or_not_at_all_and_a_title_is_cut(
    desk: Desk, open_page: OpenPage
) -> None:
    said = {"page-url": LONG, "page-title": "t" * 400}
    async with shop(desk.program.client.base_url, tag(desk, **said)) as url, open_page() as watched:
        told = heard_of(watched.page)
        page = await opened(watched, f"{url}/here")
        assert await tells(page, told) == {"kind": "", "title": "t" * 300, "url": LONG}
        await page.evaluate(GO, "/there")
        await page.evaluate(
            "AIAssistant.setContext({url: '/' + 'x'.repeat(2000), title: ' \\u{1f600}'.repeat(400)})"
        )
        found = await tells(page, told)
        assert (found["url"], len(found["title"])) == (f"{url}/there", 200)


# --- the page's own names

NAMED = [
    "<div id=AIAssistant>Ours</div>",
    "<form name=AIAssistant></form>",
    "<iframe name=AIAssistant></iframe>",
]


@pytest.mark.parametrize("element", NAMED, ids=["id", "name", "frame"])
async def test_an_element_that_is_called_the_same_is_no_widget(
    desk: Desk, open_page: OpenPage, element: str
) -> None:
    async with shop(desk.program.client.base_url, element + tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await page.evaluate("AIAssistant.destroy()")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert watched.complaints == []


async def test_what_a_page_calls_the_same_is_left_alone_and_the_console_says_so(
    desk: Desk, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    head = "<script>window.AIAssistant = {mine: true}</script>"
    async with shop(base, tag(desk), policy=loose(base), head=head) as url, open_page() as watched:
        async with watched.page.expect_console_message(lambda line: "there is one" in line.text):
            await watched.page.goto(url)
        assert await watched.page.evaluate("AIAssistant") == {"mine": True}
        assert watched.complaints == []


async def test_another_module_of_the_page_is_not_taken_for_the_tag(desk: Desk, open_page: OpenPage) -> None:
    base = desk.program.client.base_url
    script = '<script type=module src="/embedded/player.js"></script>'
    script += tag(desk, **SAID).replace(" async>", " type=module>")
    policy = f"script-src 'self' {base}; connect-src {base}"
    async with shop(base, script, policy=policy) as url, open_page() as watched:
        player = {"body": "window.plays = true", "content_type": "text/javascript"}
        await watched.page.route("**/embedded/player.js", lambda route: route.fulfill(**player))
        page = await arrived(watched, url)
        await expect(button(page)).to_be_visible()
        assert await page.evaluate("plays")


async def test_a_tag_that_is_a_module_works(desk: Desk, open_page: OpenPage) -> None:
    script = tag(desk, **SAID).replace(" async>", " type=module>")
    async with shop(desk.program.client.base_url, script) as url, open_page() as watched:
        told = heard_of(watched.page)
        page = await opened(watched, url)
        assert await tells(page, told) == FJORD
        assert watched.complaints == []


async def test_a_script_without_a_tag_of_its_own_says_so(desk: Desk, open_page: OpenPage) -> None:
    base = desk.program.client.base_url
    script = f"<script type=module>import '{base}/embed.js'</script>"
    async with (
        shop(base, script, policy=loose(base)) as url,
        open_page() as watched,
        watched.page.expect_console_message(lambda line: "script tag is missing" in line.text),
    ):
        await watched.page.goto(url)
