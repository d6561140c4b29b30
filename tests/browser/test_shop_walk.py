"""The demo's shop in a browser: the page decides what is answered, one conversation goes along, and the checkout has no chat."""

import json
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.app.running import command, up
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.test_widget import ROOT
from tests.doubles.http_client import http_client
from tests.program import until

ASKED = "is it waterproof?"
PAGES = ("", "/products/premium-wireless-headphones", "/support", "/checkout?item=tarn-speaker&colour=Rust")


@pytest.fixture(scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Any]]:
    """A running demo whose articles can be found, as `frontdesk demo --json` tells of it."""
    folder = tmp_path_factory.mktemp("shop")
    async with up(folder, "--demo") as url, http_client(url) as client:
        told: dict[str, Any] = json.loads((await command(folder, "demo", "--json")).out)

        async def indexed() -> bool:
            listed = (await client.get("/api/v1/articles", key=told["api_key"])).json()["data"]
            return len(listed) >= 4 and not any(each["waits"] for each in listed)

        await until(indexed)
        yield told


async def ask(page: Page) -> None:
    await page.get_by_role("textbox", name="Write a message").fill(ASKED)
    await page.keyboard.press("Enter")


async def test_a_walk_through_the_shop(demo: dict[str, Any], open_page: OpenPage) -> None:
    """S004-40 to S004-43, S004-46."""
    async with open_page() as watched:
        page, shop = watched.page, demo["shop_url"]
        await page.add_init_script(ROOT)
        await page.goto(shop)
        await page.get_by_role("link", name="Headphones", exact=True).click()
        await page.get_by_role("button", name="Open chat").click()
        await expect(page.get_by_text("Questions about Fjord? Ask me.")).to_be_visible()
        await ask(page)
        await expect(page.locator(".b", has_text="Fjord is not waterproof")).to_be_visible()
        await page.goto(f"{shop}/products/tarn-speaker")
        # The same conversation, and another answer to the same question.
        await expect(page.locator(".b", has_text="Fjord is not waterproof")).to_be_visible()
        await ask(page)
        await expect(page.locator(".b", has_text="Tarn is waterproof")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.get_by_role("radio", name="Sand").check(force=True)
        await page.get_by_role("button", name="Buy Tarn").click()
        await expect(page.get_by_text("Portable speaker, Sand")).to_be_visible()
        await page.wait_for_function("typeof window.AIAssistant === 'object'")
        await expect(page.get_by_role("button", name="Open chat")).to_have_count(0)
        await page.get_by_role("link", name="Back to Tarn").click()
        await page.get_by_role("button", name="Open chat").click()
        await expect(page.locator(".b", has_text="Tarn is waterproof")).to_be_visible()
        assert watched.hosts == {shop.removeprefix("http://").removesuffix("/shop")}
        assert watched.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
async def test_its_pages_fit_and_are_clean(
    demo: dict[str, Any], open_page: OpenPage, theme: str, width: int
) -> None:
    size = {"width": width, "height": 900}
    async with open_page(color_scheme=theme, viewport=size, bypass_csp=True) as watched:
        for at, below in enumerate(PAGES):
            await watched.page.goto(demo["shop_url"] + below)
            await watched.page.wait_for_load_state("networkidle")
            assert not await watched.overflows(), below
            if folder := os.environ.get("SHOTS"):
                await watched.page.screenshot(path=f"{folder}/shop-{at}-{theme}-{width}.png")
            assert await violations(watched.page, impacts=frozenset()) == [], below
