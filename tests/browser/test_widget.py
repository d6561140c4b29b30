"""The site widget on pages of others: a shop at another origin, under a policy that allows nothing inline."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, Route, expect
from tests.browser.conftest import OpenPage, Watched
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import operator_says

import frontdesk.web as web_room

FILES = WIRE | {
    "flows/choice.yaml": """
trigger: {patterns: ["choice"]}
steps:
  - say:
      text: "Which one?"
      buttons: [{title: "Red"}, {title: "Blue"}]
""",
}
STATIC = Path(web_room.__file__).parent / "static"
ROOT = """
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (how) {
        return attach.call(this, {...how, mode: "open"});
    };
"""
"""What lets a test look into the widget's closed root."""


async def _nothing(_: web.Request) -> web.Response:
    return web.Response(status=204)


@asynccontextmanager
async def shop(
    base: str, tag: str, *, policy: str = "", head: str = "", lang: str = "en"
) -> AsyncIterator[str]:
    """The pages of a site of somebody else's, with the widget's tag; its address."""
    policy = (
        policy
        or f"default-src 'none'; script-src {base}; connect-src {base}; img-src {base}; style-src 'self'"
    )

    async def page(request: web.Request) -> web.Response:
        html = f"""<!doctype html><html lang="{lang}"><head><title>Shop</title>{head}</head>
            <body><h1>Shop</h1><p>Page {request.path}</p>{tag}</body></html>"""
        return web.Response(text=html, content_type="text/html", headers={"content-security-policy": policy})

    app = web.Application()
    app.router.add_get("/favicon.ico", _nothing)
    app.router.add_get("/{path:.*}", page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def tag(desk: Desk, **attributes: str) -> str:
    base = desk.program.client.base_url
    said = " ".join(f'data-{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<script src="{base}/embed.js" data-assistant-id="{desk.assistant_id}" {said} async></script>'


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(FILES, slug="shop")
    await made.channel(
        "web", {"title": "Northwind Audio", "welcome_message": "Hello there", "starters": "choice"}
    )
    program.forget_entrances()
    return made


async def opened(watched: Watched, url: str, name: str = "Northwind Audio") -> Page:
    page = watched.page
    await page.add_init_script(ROOT)
    await page.goto(url)
    await page.get_by_role("button", name="Open chat").click()
    await expect(page.get_by_role("dialog", name=name)).to_be_visible()
    return page


async def answered(watched: Watched, url: str) -> Page:
    """The same, where a conversation has begun."""
    page = await opened(watched, url)
    await say(page, "hello")
    await expect(page.get_by_text("I do not know").first).to_be_visible()
    return page


async def say(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Write a message").fill(text)
    await page.keyboard.press("Enter")


async def test_a_visitor_of_a_strict_page_opens_asks_and_is_answered(desk: Desk, open_page: OpenPage) -> None:
    base = desk.program.client.base_url
    async with shop(base, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await expect(page.get_by_text("Hello there")).to_be_visible()
        # Nothing is kept of who only looks.
        assert await page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
        await say(page, "tell me something about you")
        await expect(
            page.get_by_text("I can help you work smarter, rather than harder").first
        ).to_be_visible()
        if folder := os.environ.get("SHOTS"):
            await page.screenshot(path=f"{folder}/widget.png")
        assert await page.context.cookies() == []
        assert watched.complaints == []
        assert watched.hosts == {url.removeprefix("http://"), base.removeprefix("http://")}


async def test_the_conversation_is_there_after_a_reload_and_on_the_next_page(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await say(page, "tell me something about you")
        answer = page.locator(".b", has_text="I can help you work smarter")
        await expect(answer).to_have_count(1)
        await page.goto(f"{url}/products/tarn-speaker")
        await expect(answer).to_have_count(1)


async def test_a_starter_and_a_button_are_tapped(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await page.get_by_role("button", name="choice").click()
        blue = page.get_by_role("button", name="Blue")
        await expect(blue).to_be_enabled()
        await blue.click()
        await expect(page.locator(".me .b", has_text="Blue")).to_be_visible()


async def test_what_is_written_without_a_connection_goes_out_once_when_there_is_one(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await page.context.set_offline(True)
        await say(page, "first")
        await say(page, "second")
        await expect(page.get_by_text("Waiting for connection").first).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.locator(".wait")).to_have_count(0)
        said = [row for row in await desk.rows("messages", "seq") if row["author"] == "contact"]
        texts = [json.loads(row["parts"])[0]["text"] for row in said]
        assert texts == ["first", "second"]


async def test_what_a_person_writes_arrives_while_the_window_is_open(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await say(page, "tell me something about you")
        await expect(page.locator(".b", has_text="I can help you work smarter")).to_be_visible()
        await operator_says(desk, "Maya here")
        await expect(page.get_by_text("Maya here").first).to_be_visible()


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"primary_color": "#ff0000"}, {"background": "rgb(255, 0, 0)"}),
        ({"primary_color": "javascript:alert(1)"}, {"background": "rgb(0, 113, 227)"}),
        ({"position": "top-left"}, {"left": 20, "top": 20}),
        ({"position": "<img src=x onerror=alert(1)>"}, {"right": 20, "bottom": 20}),
        ({"z_index": "12"}, {"z": "12"}),
        ({"z_index": "9" * 400}, {"z": "2147483647"}),
    ],
)
async def test_attributes_are_seen_to_act_and_hostile_ones_change_nothing(
    desk: Desk, open_page: OpenPage, attributes: dict[str, str], expected: dict[str, Any]
) -> None:
    written = {name: value.replace("<", "&lt;").replace('"', "&quot;") for name, value in attributes.items()}
    async with shop(desk.program.client.base_url, tag(desk, **written)) as url, open_page() as watched:
        page = watched.page
        await page.add_init_script(ROOT)
        await page.goto(url)
        button = page.get_by_role("button", name="Open chat")
        await expect(button).to_be_visible()
        found = await button.evaluate(
            """button => {
                const box = button.getBoundingClientRect();
                return {background: getComputedStyle(button).backgroundColor, left: box.left, top: box.top,
                        right: innerWidth - box.right, bottom: innerHeight - box.bottom,
                        z: getComputedStyle(button.getRootNode().host).zIndex};
            }"""
        )
        assert {name: found[name] for name in expected} == expected
        assert watched.complaints == []


async def test_paths_are_followed_as_the_page_goes_on_without_loading(
    desk: Desk, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    policy = f"script-src 'unsafe-inline' {base}; connect-src {base}"
    head = "<script>window.AIAssistantConfig = {hideOnPaths: ['/checkout', '/account/*']}</script>"
    async with shop(base, tag(desk), policy=policy, head=head) as url, open_page() as watched:
        page = watched.page
        await page.add_init_script(ROOT)
        await page.goto(url)
        button = page.get_by_role("button", name="Open chat")
        await expect(button).to_be_visible()
        await page.evaluate("history.pushState({}, '', '/account/orders')")
        await expect(button).to_have_count(0)
        await page.evaluate("history.pushState({}, '', '/products')")
        await expect(button).to_be_visible()


async def test_two_tags_are_one_widget_and_the_page_keeps_its_globals(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk) + tag(desk)) as url, open_page() as watched:
        page = watched.page
        before = "window.before = new Set(Object.getOwnPropertyNames(window))"
        await page.add_init_script(ROOT + before)
        await page.goto(url)
        await expect(page.get_by_role("button", name="Open chat")).to_have_count(1)
        fresh = await page.evaluate(
            "Object.getOwnPropertyNames(window).filter(name => !before.has(name) && name !== 'before' && isNaN(name))"
        )
        assert fresh == ["AIAssistant"]
        await page.evaluate("AIAssistant.destroy()")
        await expect(page.get_by_role("button", name="Open chat")).to_have_count(0)
        assert await page.evaluate("typeof AIAssistant") == "undefined"


async def test_a_message_whose_answer_was_lost_is_shown_once_and_is_not_called_unsent(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        cut: list[str] = []

        async def lose(route: Route) -> None:
            if cut:
                await route.continue_()
                return
            cut.append(route.request.url)
            await route.fetch()
            await route.abort()

        await page.route("**/messages*", lose)
        await say(page, "tell me something about you")
        await expect(page.locator(".b", has_text="I can help you work smarter")).to_have_count(1)
        await expect(page.locator(".wait")).to_have_count(0)
        await expect(page.get_by_text("Not sent")).to_have_count(0)
        assert cut
        said = [row for row in await desk.rows("messages", "seq") if row["author"] == "contact"]
        assert len(said) == 1


async def test_two_tabs_show_the_same_conversation_whoever_writes(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        first = await opened(watched, url)
        await say(first, "one")
        second = await first.context.new_page()
        await opened(Watched(second), url)
        await expect(second.locator(".me .b", has_text="one")).to_have_count(1)
        await say(second, "two")
        await say(first, "three")
        for page in (first, second):
            for text in ("one", "two", "three"):
                await expect(page.locator(".me .b", has_text=text)).to_have_count(1)
        said = [row for row in await desk.rows("messages", "seq") if row["author"] == "contact"]
        assert len(said) == 3


async def test_a_page_from_before_an_update_takes_the_script_there_is(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:

        async def updated(route: Route) -> None:
            answer = await route.fetch()
            await route.fulfill(response=answer, body=await answer.text() + "\n// newer")

        await watched.page.route("**/static/widget.js**", updated)
        page = await opened(watched, url)
        await say(page, "tell me something about you")
        await expect(page.get_by_text("I can help you work smarter").first).to_be_visible()


async def test_a_widget_from_before_an_update_makes_room_for_the_present_one_and_keeps_what_was_typed(
    desk: Desk, open_page: OpenPage
) -> None:
    made = json.loads((STATIC / "widget.built.json").read_text("utf-8"))["source"][:12]
    served: list[str] = []

    async def former(route: Route) -> None:
        served.append(route.request.url)
        answer = await route.fetch()
        text = await answer.text()
        assert made in text
        # The one that the page names, and the one that is there in its place, are from before the update.
        is_former = len(served) <= 2
        await route.fulfill(response=answer, body=text.replace(made, "0" * 12) if is_former else text)

    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        await watched.page.route("**/static/widget.js**", former)
        page = await opened(watched, url)
        await page.get_by_role("textbox", name="Write a message").press_sequentially("tell me something")
        await expect(page.get_by_role("textbox", name="Write a message")).to_have_value("tell me something")
        await expect(page.get_by_role("dialog")).to_have_count(1)
        await page.keyboard.type(" about you")
        await page.keyboard.press("Enter")
        await expect(page.locator(".b", has_text="I can help you work smarter")).to_have_count(1)
        assert len(served) == 3


async def test_where_it_may_not_be_there_is_no_widget_and_a_word_in_the_console(
    program: Program, open_page: OpenPage
) -> None:
    desk = await program.desk(FILES, slug="elsewhere")
    await desk.channel("web", {"origins": "https://shop.example.com"})
    program.forget_entrances()
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        await watched.page.add_init_script(ROOT)
        async with watched.page.expect_console_message(lambda told: "not open to pages" in told.text):
            await watched.page.goto(url)
        await expect(watched.page.get_by_role("button", name="Open chat")).to_have_count(0)


async def test_who_only_looks_and_closes_leaves_nothing_behind(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Open chat")).to_be_focused()
        assert await page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
