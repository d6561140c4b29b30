"""The tag as other systems put it into pages: a Shopify theme's Liquid, a script that adds it later, a block that is moved."""

import json
from typing import Any

import pytest
from liquid import Environment
from playwright.async_api import Request, expect
from tests.browser.conftest import OpenPage
from tests.browser.test_widget import opened, say, shop
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk

from frontdesk.web.panel.widget_tag import tag_of
from frontdesk.web.site_files import liquid

PRODUCT = {"title": 'Tarn "Speaker" & <stand>', "url": "/products/tarn-speaker"}
ANSWER = "I can help you work smarter, rather than harder"


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


def only_from(base: str) -> str:
    return f"default-src 'none'; script-src 'unsafe-inline' {base}; connect-src {base}; img-src {base}"


@pytest.mark.parametrize("names", [("theme",), ("product",), ("product", "theme")])
async def test_a_product_page_of_a_shopify_shop_tells_the_assistant_which_product_it_is(
    desk: Desk, open_page: OpenPage, names: tuple[str, ...]
) -> None:
    base = desk.program.client.base_url
    pieces = "".join(liquid(name, base, desk.assistant_id) for name in names)
    html = Environment().from_string(pieces).render(product=PRODUCT, request={"page_type": "product"})
    told: list[dict[str, Any]] = []

    def heard(request: Request) -> None:
        if request.method == "POST" and "/messages" in request.url:
            told.append(json.loads(request.post_data or "{}")["page"])

    async with shop(base, html) as url, open_page() as watched:
        watched.page.on("request", heard)
        page = await opened(watched, url)
        await say(page, "tell me something about you")
        await expect(page.get_by_text(ANSWER).first).to_be_visible()
        assert told[0] == {"kind": "product-page", "title": PRODUCT["title"], "url": PRODUCT["url"]}
        assert await page.get_by_role("button", name="Open chat").count() <= 1
        assert watched.complaints == []


LATER = """<script>
addEventListener("load", () => {
    const held = document.createElement("div");
    held.innerHTML = %s;
    // What comes by innerHTML does not run, so builders make each script anew.
    for (const old of held.querySelectorAll("script")) {
        const made = document.createElement("script");
        for (const {name, value} of old.attributes) made.setAttribute(name, value);
        document.body.append(made);
    }
});
</script>"""
MOVED = """<div class="block">%s</div><main></main><script>
document.querySelector("main").append(document.querySelector(".block"));
</script>"""


@pytest.mark.parametrize("how", ["later", "moved"])
async def test_a_site_builder_may_add_the_tag_late_or_move_it_and_go_on_without_loading(
    desk: Desk, open_page: OpenPage, how: str
) -> None:
    base = desk.program.client.base_url
    tag = tag_of(base, desk.assistant_id).plain
    html = LATER % json.dumps(tag).replace("</", "<\\/") if how == "later" else MOVED % tag
    async with shop(base, html, policy=only_from(base)) as url, open_page() as watched:
        page = await opened(watched, url)
        await say(page, "tell me something about you")
        await expect(page.get_by_text(ANSWER).first).to_be_visible()
        await page.evaluate("history.pushState({}, '', '/next'); document.title = 'Next'")
        await expect(page.get_by_text(ANSWER).first).to_be_visible()
        assert watched.complaints == []
        assert await page.evaluate("Object.keys(window).filter(name => name.startsWith('AIA'))") == [
            "AIAssistant"
        ]
