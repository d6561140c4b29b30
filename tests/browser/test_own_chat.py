"""S000-30: the chat page that customers run themselves, in a browser, with the small server that holds the key."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, Route, expect
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.program import WITHIN_S, Program, until
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import operator_says
from tests.web.test_own_chat import ANSWER, started

ABOUT = "tell me something about you"
UNHEARD = """() => {
  const kept = JSON.parse(localStorage.getItem("own-chat"));
  kept.said.push({text: "Said before", key: "another", at: 1});
  localStorage.setItem("own-chat", JSON.stringify(kept));
}"""
"""A third tab has kept a line that this browser did not have yet, older than all others."""


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
        assert await violations(page, impacts=frozenset()) == []
        assert await page.evaluate("document.cookie") == ""
        # Its own server and nobody else.
        assert watched.hosts == {chat.client.base_url.removeprefix("http://")}
        assert watched.complaints == []


async def _shown(page: Page) -> list[str]:
    """What stands in the conversation, from top to bottom; what the visitor said begins with `>`."""
    found: list[str] = await page.locator("#lines").evaluate(
        """lines => [...lines.querySelectorAll(".said, button")].map(
            each => (each.classList.contains("you") ? "> " : "") + each.textContent)"""
    )
    return found


async def _both_show(one: Page, other: Page, *lines: str) -> list[str]:
    """The order that both tabs have, as soon as these and nothing else stand in both, each once."""

    async def alike() -> list[str]:
        here, there = await _shown(one), await _shown(other)
        return here if here == there and sorted(here) == sorted(lines) else []

    found: list[str] = await until(alike)
    return found


async def _write(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Write a message").fill(text)
    await page.get_by_role("button", name="Send").click()


async def test_two_tabs_show_the_same_lines_in_the_same_order_each_once_and_so_after_a_reload(
    program: Program, open_page: OpenPage
) -> None:
    desk = await program.desk(WIRE, slug="own-chat")
    key = await desk.key("api", "admin")
    async with started(desk, "python") as chat, open_page() as watched:
        one = watched.page
        other = await one.context.new_page()
        for page in (one, other):
            await page.goto(chat.client.base_url)
        await _write(one, ABOUT)
        said = [f"> {ABOUT}", ANSWER]
        assert await _both_show(one, other, *said) == said
        # A tap in a tab that was not asked.
        await _write(other, "rate")
        await one.get_by_role("button", name="Yes").click()
        said += ["> rate", "Could you rate my service??", "Yes", "No", "> Yes", "Thank you."]
        assert await _both_show(one, other, *said) == said
        await operator_says(desk, "A person is here", key)
        said.append("A person is here")
        assert await _both_show(one, other, *said) == said
        await asyncio.gather(
            _write(one, "hello from here"),
            _write(other, "hello from there"),
            operator_says(desk, "And still is", key),
        )
        said += ["> hello from here", "> hello from there", "And still is"]
        order = await _both_show(one, other, *said)
        # What comes late stands where it belongs.
        await one.evaluate(UNHEARD)
        assert await _both_show(other, other, "Said before", *said) == ["Said before", *order]
        for page in (one, other):
            await page.reload()
        assert await _both_show(one, other, "Said before", *said) == ["Said before", *order]

        async def is_heard() -> bool:
            rows = await desk.rows("messages", "seq")
            return len([row for row in rows if row["author"] == "contact"]) == len(
                [line for line in said if line.startswith("> ")]
            )

        await until(is_heard)
        assert len(await desk.rows("conversations")) == 1
        assert watched.complaints == []


async def _lost(route: Route) -> None:
    await route.abort("internetdisconnected")


async def _answer_lost(route: Route) -> None:
    await route.fetch()
    await route.abort("internetdisconnected")


async def _refused(route: Route) -> None:
    await route.fulfill(status=403, body="")


@pytest.mark.parametrize("cut", [_lost, _answer_lost, _refused])
async def test_what_may_not_have_arrived_says_so_after_a_reload_and_goes_once(
    program: Program, open_page: OpenPage, cut: Callable[[Route], Awaitable[None]]
) -> None:
    desk = await program.desk(WIRE, slug="own-chat")
    async with started(desk, "python") as chat, open_page() as watched:
        page = watched.page
        await page.goto(chat.client.base_url)
        tried = asyncio.Event()

        async def cut_off(route: Route) -> None:
            await cut(route)
            tried.set()

        await page.route("**/chat/send", cut_off)
        await _write(page, ABOUT)
        async with asyncio.timeout(WITHIN_S):
            await tried.wait()
        await page.reload()
        await expect(page.get_by_text("Not sent.")).to_have_count(1)
        await page.unroute("**/chat/send")
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_text(ANSWER)).to_have_count(1)
        for _ in range(2):
            await expect(page.get_by_text("Not sent.")).to_have_count(0)
            assert await _shown(page) == [f"> {ABOUT}", ANSWER]
            await page.reload()
            await expect(page.get_by_text(ANSWER)).to_have_count(1)
        said = [row for row in await desk.rows("messages") if row["author"] == "contact"]
        assert len(said) == 1
