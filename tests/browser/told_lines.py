"""A conversation whose lines a test writes: the widget's wire, as far as it needs to show them and to say something more."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page, Route
from tests.browser.conftest import WITHIN_MS, OpenPage, Watched
from tests.browser.test_widget import ROOT, shop, tag
from tests.program import Desk

OPEN = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "*, authorization",
    "access-control-allow-methods": "GET, POST",
}
FIRST_MS = 1_790_000_000_000
ANYTHING = "default-src * 'unsafe-inline' 'unsafe-eval' data: blob:"
"""A page that allows everything: whatever would be asked for, is."""


def line(n: int, by: str, *parts: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"n": n, "by": by, "at": FIRST_MS + n * 1000, "parts": list(parts), **more}


def text(said: str, **more: object) -> dict[str, Any]:
    return {"type": "text", "text": said, **more}


@dataclass
class Told:
    """What was said so far, and what is answered to each further message in turn."""

    lines: list[dict[str, Any]]
    state: dict[str, Any] = field(default_factory=dict)
    answers: list[list[dict[str, Any]]] = field(default_factory=list)
    watched: Watched | None = None

    @property
    def page(self) -> Page:
        assert self.watched is not None
        return self.watched.page

    def _shown(self, lines: list[dict[str, Any]], **more: object) -> dict[str, Any]:
        return {"of": "conv_told", "lines": lines, "state": self.state, **more}

    async def carry(self, route: Route) -> None:
        name = route.request.url.rpartition("/")[2].partition("?")
        if route.request.method == "OPTIONS":
            await route.fulfill(status=204, headers=OPEN)
        elif name[0] == "session":
            await route.fulfill(json={"token": "t" * 43, "visitor": "v"}, headers=OPEN)
        elif name[0] == "lines":
            below = int(name[2].removeprefix("before=") or 2**53)
            older = [each for each in self.lines if each["n"] < below]
            await route.fulfill(json=self._shown(older[-50:], more=len(older) > 50), headers=OPEN)
        elif name[0] == "messages":
            await route.fulfill(body=self._answer(route), content_type="text/event-stream", headers=OPEN)
        elif name[0] == "stream":
            # Nothing more is said by itself.
            await route.fulfill(status=404, json={}, headers=OPEN)
        else:
            await route.fallback()

    def _answer(self, route: Route) -> str:
        after = self.lines[-1]["n"] if self.lines else 0
        said = json.loads(route.request.post_data or "{}")["text"]
        fresh = [line(after + 1, "you", text(said))]
        if self.answers:
            fresh.append(line(after + 2, "ai", *self.answers.pop(0)))
        self.lines += fresh
        return f"event: answer\ndata: {json.dumps(self._shown(fresh, after=after))}\n\n"


@asynccontextmanager
async def telling(
    desk: Desk,
    open_page: OpenPage,
    told: Told,
    *,
    lang: str = "en",
    policy: str = "",
    attributes: dict[str, str] | None = None,
    **options: Any,
) -> AsyncIterator[Page]:
    """A page with the window open on it; `options` are those of a browser context."""
    base = desk.program.client.base_url
    made = shop(base, tag(desk, **(attributes or {})), lang=lang, policy=policy)
    async with made as url, open_page(**options) as told.watched:
        told.page.set_default_timeout(WITHIN_MS)
        await told.page.route("**/widget/**", told.carry)
        if told.lines:
            kept = [f"frontdesk.{desk.assistant_id}", json.dumps({"token": "t" * 43})]
            await told.page.add_init_script(f"localStorage.setItem(...{json.dumps(kept)})")
        yield await opened_by_script(told.page, url)


async def opened_by_script(page: Page, url: str) -> Page:
    """Whatever the button and the window are called: the window has the name of who answers, once that is known."""
    await page.add_init_script(ROOT)
    await page.goto(url)
    await page.locator(".launch").click()
    await page.locator(".panel").wait_for()
    return page


FOCUSED = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at.localName + (at.className ? "." + at.className.split(" ")[0] : "");
}"""
"""What has the focus, looked for in the widget too."""
