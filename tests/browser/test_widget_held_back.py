"""The site widget behind a proxy that holds streams of events back: what people say arrives all the same."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Page, expect
from tests.browser.conftest import OpenPage, Watched
from tests.browser.test_widget import answered, opened, shop, tag
from tests.program import Desk, Program, until
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import operator_says

LOOK = {"title": "Northwind Audio", "welcome_message": "Hello there"}
STEP_MS = 3_000
LONGER_THAN_PAUSES = 10
"""So many steps of time are longer than the longest pause between two questions."""
NOT_HANDED_ON = {"content-length", "transfer-encoding", "content-encoding", "connection", "host"}


LOST = """async () => {
    const {held, pending} = await navigator.locks.query();
    const listens = pending.filter(each => each.name.endsWith(".listen"));
    const mine = await new Promise(done => navigator.locks.request("mine", async () => {
        done((await navigator.locks.query()).held.find(each => each.name === "mine").clientId);
    }));
    return listens.some(each => each.clientId === mine) && held.some(each => each.name === listens[0].name);
}"""
"""Whether this tab waits for another one that listens."""


@dataclass
class Holding:
    """A proxy in front of the program; while it `holds`, streams bring nothing, or are `refused` altogether."""

    behind: str
    base_url: str = ""
    holds: bool = True
    refuses: bool = False
    open: int = 0
    """Answers that are awaited, besides streams."""
    asked: list[str] = field(default_factory=list)

    async def is_idle(self) -> bool:
        return not self.open

    async def answer(self, request: web.Request) -> web.StreamResponse:
        name = request.path.rpartition("/")[2]
        self.open += name != "stream"
        try:
            return await self._handed_on(request, name)
        finally:
            self.open -= name != "stream"

    async def _handed_on(self, request: web.Request, name: str) -> web.StreamResponse:
        self.asked.append(name)
        if name == "stream" and self.refuses:
            return web.Response(status=502)
        headers = {
            name: value for name, value in request.headers.items() if name.lower() not in NOT_HANDED_ON
        }
        url = f"{self.behind}{request.path_qs}"
        body = await request.read()
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session,
            session.request(request.method, url, headers=headers, data=body or None) as found,
        ):
            kept = {name: value for name, value in found.headers.items() if name.lower() not in NOT_HANDED_ON}
            made = web.StreamResponse(status=found.status, headers=kept)
            await made.prepare(request)
            async for piece in found.content.iter_any():
                if name != "stream" or not self.holds:
                    await made.write(piece)
            await made.write_eof()
            return made


@asynccontextmanager
async def holding(behind: str) -> AsyncIterator[Holding]:
    proxy = Holding(behind)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", proxy.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        proxy.base_url = f"http://{host}:{port}"
        yield proxy
    finally:
        await runner.cleanup()


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE, slug="held")
    await made.channel("web", LOOK)
    program.forget_entrances()
    return made


def through(proxy: Holding, desk: Desk) -> str:
    return tag(desk).replace(desk.program.client.base_url, proxy.base_url)


async def step(page: Page, proxy: Holding) -> None:
    """Some time goes by for the page; what it asked for by then it has."""
    await page.clock.run_for(STEP_MS)
    await until(proxy.is_idle)


async def shown_in_time(page: Page, proxy: Holding, text: str) -> None:
    async def is_there() -> bool:
        await step(page, proxy)
        return await page.locator(".b", has_text=re.compile(f"^{text}$")).count() == 1

    await until(is_there)


async def joined(desk: Desk, watched: Watched, url: str, proxy: Holding) -> tuple[Page, str]:
    """A conversation with a person, who has spoken; and the key that they speak with."""
    await watched.page.clock.install()
    page = await answered(watched, url)
    key = await desk.key("api", "admin")
    await operator_says(desk, "Maya here", key)
    await shown_in_time(page, proxy, "Maya here")
    return page, key


@pytest.mark.parametrize("way", ["holds", "refuses"])
async def test_what_a_person_says_arrives_without_a_stream(desk: Desk, open_page: OpenPage, way: str) -> None:
    async with (
        holding(desk.program.client.base_url) as proxy,
        shop(proxy.base_url, through(proxy, desk)) as url,
        open_page() as watched,
    ):
        proxy.refuses = way == "refuses"
        page, key = await joined(desk, watched, url, proxy)
        await operator_says(desk, "How can I help?", key)
        await shown_in_time(page, proxy, r"How can I help\?")
        # Each line once, in order, and nothing is said of a missing connection.
        theirs = page.locator(".row .b").filter(has_not_text=re.compile("Hello there|I do not know"))
        await expect(theirs).to_have_text(["Maya here", "How can I help?"])
        await expect(page.get_by_text("No connection")).to_have_count(0)


async def test_where_streams_work_again_nothing_is_asked_for_any_more(
    desk: Desk, open_page: OpenPage
) -> None:
    async with (
        holding(desk.program.client.base_url) as proxy,
        shop(proxy.base_url, through(proxy, desk)) as url,
        open_page() as watched,
    ):
        page, key = await joined(desk, watched, url, proxy)
        proxy.holds = False
        # The silent stream is given up, and the next one brings something.
        before = proxy.asked.count("stream")

        async def is_followed() -> bool:
            await step(page, proxy)
            return proxy.asked.count("stream") > before

        await until(is_followed)
        await operator_says(desk, "How can I help?", key)
        await expect(page.locator(".b", has_text="How can I help?")).to_have_count(1)
        asked = proxy.asked.count("lines")
        for _ in range(LONGER_THAN_PAUSES):
            await step(page, proxy)
        await operator_says(desk, "Still there?", key)
        await expect(page.locator(".b", has_text="Still there?")).to_have_count(1)
        assert proxy.asked.count("lines") == asked


async def test_a_tab_that_has_lost_its_stream_to_another_asks_for_nothing(
    desk: Desk, open_page: OpenPage
) -> None:
    async with (
        holding(desk.program.client.base_url) as proxy,
        shop(proxy.base_url, through(proxy, desk)) as url,
        open_page() as watched,
    ):
        page, key = await joined(desk, watched, url, proxy)
        other = await opened(Watched(await page.context.new_page()), url)
        await expect(other.locator(".b", has_text="Maya here")).to_have_count(1)
        proxy.holds = False
        # The silent stream is given up, and the other tab, which waited for that, has one that works.

        async def waits() -> bool:
            await step(page, proxy)
            return bool(await page.evaluate(LOST))

        await until(waits)
        await operator_says(desk, "How can I help?", key)
        await expect(page.locator(".b", has_text="How can I help?")).to_have_count(1)
        await step(page, proxy)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        for _ in range(LONGER_THAN_PAUSES):
            await step(page, proxy)
        await operator_says(desk, "Still there?", key)
        await expect(page.locator(".b", has_text="Still there?")).to_have_count(1)
        assert asked == []
