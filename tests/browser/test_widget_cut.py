"""The site widget through cuts, reloads and many tabs: nothing is lost, and nothing comes twice."""

import asyncio
import json
import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Request, Route, expect
from tests.browser.conftest import OpenPage, Watched
from tests.browser.test_widget import answered, opened, say, shop, tag
from tests.doubles.tcp_proxy import TcpProxy
from tests.program import Desk, Program, until
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import operator_says

LOOK = {"title": "Northwind Audio", "welcome_message": "Hello there"}
LONGER_THAN_SILENCE_MS = 60_000
A_LINE_BYTES = 100
"""More than a sign of life has."""
RELOADS, TABS = 20, 10
DEAF = """
    const Real = window.BroadcastChannel;
    window.BroadcastChannel = class extends Real {
        set onmessage(heard) {
            super.onmessage = event => { if (!window.deaf) heard(event); };
        }
    };
"""
"""A tab that the others do not reach while it is `deaf`."""


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE, slug="cut")
    await made.channel("web", LOOK)
    program.forget_entrances()
    return made


def through(proxy: TcpProxy, desk: Desk) -> str:
    return tag(desk).replace(desk.program.client.base_url, proxy.base_url)


def line(page: Page, text: str) -> Locator:
    return page.locator(".b", has_text=re.compile(f"^{text}$"))


async def said(desk: Desk, author: str = "contact") -> list[str]:
    found = [row for row in await desk.rows("messages", "seq") if row["author"] == author]
    return [json.loads(row["parts"])[0]["text"] for row in found]


async def with_a_person(desk: Desk, page: Page) -> str:
    """A conversation that a person has taken; the key with which they go on."""
    await say(page, "hello")
    await expect(page.get_by_text("I do not know").first).to_be_visible()
    key = await desk.key("api", "admin")
    await operator_says(desk, "Maya here", key)
    await expect(line(page, "Maya here")).to_have_count(1)
    return key


async def swallowed_line(desk: Desk, proxy: TcpProxy, text: str, key: str) -> None:
    """A person's line that the network takes and does not bring; it says nothing of that."""
    before = proxy.swallowed
    proxy.swallow("down")
    await operator_says(desk, text, key)

    async def is_gone() -> bool:
        return proxy.swallowed > before + A_LINE_BYTES

    await until(is_gone)


async def test_a_stream_that_goes_silent_is_noticed_and_nothing_of_it_is_missed(
    desk: Desk, open_page: OpenPage
) -> None:
    async with (
        TcpProxy(desk.program.client.base_url) as proxy,
        shop(proxy.base_url, through(proxy, desk)) as url,
        open_page() as watched,
    ):
        await watched.page.clock.install()
        page = await opened(watched, url)
        key = await with_a_person(desk, page)
        await swallowed_line(desk, proxy, "Lost", key)
        await expect(line(page, "Lost")).to_have_count(0)
        proxy.pass_on()
        await page.clock.fast_forward(LONGER_THAN_SILENCE_MS)
        await expect(line(page, "Lost")).to_have_count(1)
        await operator_says(desk, "After it", key)
        await expect(page.locator(".row .b").filter(has_not_text="I do not know")).to_have_text(
            ["Hello there", "Maya here", "Lost", "After it"]
        )


async def test_control_a_widget_that_forgets_where_it_was_is_seen_to_lose_a_line(
    desk: Desk, open_page: OpenPage
) -> None:
    async def forget(route: Route) -> None:
        last = max(row["seq"] for row in await desk.rows("messages"))
        await route.continue_(url=re.sub(r"after=\d+", f"after={last}", route.request.url))

    async with (
        TcpProxy(desk.program.client.base_url) as proxy,
        shop(proxy.base_url, through(proxy, desk)) as url,
        open_page() as watched,
    ):
        await watched.page.clock.install()
        page = await opened(watched, url)
        key = await with_a_person(desk, page)
        await swallowed_line(desk, proxy, "Lost", key)
        await page.route(re.compile(r"/(stream|lines)\?after="), forget)
        proxy.pass_on()
        async with page.expect_request(re.compile(r"/stream\?after=")):
            await page.clock.fast_forward(LONGER_THAN_SILENCE_MS)

        async def has_come_back() -> bool:
            await operator_says(desk, "After it", key)
            return await line(page, "After it").count() > 0

        await until(has_come_back)
        await expect(line(page, "Lost")).to_have_count(0)


async def test_messages_of_which_nothing_is_heard_are_sent_again_in_order_and_once(
    desk: Desk, open_page: OpenPage
) -> None:
    async with (
        TcpProxy(desk.program.client.base_url) as proxy,
        shop(proxy.base_url, through(proxy, desk)) as url,
        open_page() as watched,
    ):
        await watched.page.clock.install()
        page = await answered(watched, url)
        before = proxy.swallowed
        proxy.swallow("down")
        await say(page, "tell me something about you")

        async def is_lost() -> bool:
            return proxy.swallowed > before + A_LINE_BYTES

        await until(is_lost)
        await say(page, "and then")
        await expect(page.locator(".wait")).to_have_count(2)
        proxy.pass_on()
        await page.clock.fast_forward(LONGER_THAN_SILENCE_MS)
        await expect(page.locator(".wait")).to_have_count(0)
        await expect(page.locator(".me .b")).to_have_text(
            ["hello", "tell me something about you", "and then"]
        )
        await expect(line(page, "I can help you work smarter, rather than harder")).to_have_count(1)
        assert await said(desk) == ["hello", "tell me something about you", "and then"]


async def test_reloads_while_answers_are_on_their_way_lose_and_double_nothing(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        sent = []
        for number in range(RELOADS):
            # Fewer than a visitor may send at once: this is about reloads.
            if number % 2 == 0:
                sent.append(f"message {number}")
                await say(page, sent[-1])
            await page.reload()
            await expect(page.get_by_role("dialog", name="Northwind Audio")).to_be_visible()
        await expect(page.locator(".me .b")).to_have_text(sent)
        await expect(page.locator(".wait")).to_have_count(0)
        answers = await said(desk, "bot")
        assert await said(desk) == sent
        assert len(answers) == len(sent)
        await expect(page.locator(".row .b").filter(has_not_text="Hello there")).to_have_text(answers)


async def test_ten_tabs_that_write_at_once_all_show_everything_once_over_one_stream(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        streams: set[Request] = set()
        context = watched.page.context
        context.on("request", lambda request: streams.add(request) if "/stream?" in request.url else None)
        for ended in ("requestfailed", "requestfinished"):
            context.on(ended, lambda request: None if request not in streams else streams.remove(request))
        others = [Watched(await context.new_page()) for _ in range(TABS - 1)]
        pages = [await opened(each, url) for each in (watched, *others)]
        texts = [f"tab {number}" for number in range(TABS)]
        await asyncio.gather(*(say(page, text) for page, text in zip(pages, texts, strict=True)))

        async def all_have_said() -> bool:
            return len(await said(desk)) >= TABS

        await until(all_have_said)
        in_order = await said(desk)
        assert sorted(in_order) == sorted(texts)
        key = await desk.key("api", "admin")
        await operator_says(desk, "Maya here", key)
        for page in pages:
            await expect(page.locator(".me .b")).to_have_text(in_order)
            await expect(line(page, "Maya here")).to_have_count(1)
        assert len(streams) == 1


async def test_a_tab_that_missed_a_line_asks_for_it_before_it_shows_the_next(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        first = await opened(watched, url)
        key = await with_a_person(desk, first)
        second = await first.context.new_page()
        await second.add_init_script(DEAF)
        await opened(Watched(second), url)
        await expect(line(second, "Maya here")).to_have_count(1)
        await second.evaluate("deaf = true")
        await operator_says(desk, "One", key)
        await expect(line(first, "One")).to_have_count(1)
        await expect(line(second, "One")).to_have_count(0)
        await second.evaluate("deaf = false")
        await operator_says(desk, "Two", key)
        for page in (first, second):
            theirs = page.locator(".row .b").filter(has_not_text=re.compile("Hello there|I do not know"))
            await expect(theirs).to_have_text(["Maya here", "One", "Two"])


async def test_what_waits_to_be_sent_waits_across_a_reload_and_goes_out_once(
    desk: Desk, open_page: OpenPage
) -> None:
    async def refuse(route: Route) -> Any:
        await route.abort("internetdisconnected")

    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        wire = re.compile(r"/widget/[^/]+/(session|messages|lines|stream)")
        await page.route(wire, refuse)
        for text in ("first", "second"):
            await say(page, text)
        await expect(page.get_by_text("Waiting for connection").first).to_be_visible()
        await page.reload()
        await expect(page.locator(".wait")).to_have_text(["first", "second"])
        assert await desk.rows("messages") == []
        await page.unroute(wire)
        await expect(page.locator(".wait")).to_have_count(0)
        await expect(page.locator(".me .b")).to_have_text(["first", "second"])
        assert await said(desk) == ["first", "second"]
