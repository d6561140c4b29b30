"""A real Chromium, and pages that tell everything that went wrong in them.

It is the one in CHROMIUM, else the system's; `make browser` installs one where it can. Nothing is downloaded.
"""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TELL_VIOLATIONS = """
    addEventListener("securitypolicyviolation", event =>
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""

# Machines differ; what is waited for comes, or the test fails.
WITHIN_MS = 15_000
expect.set_options(timeout=WITHIN_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts[:-1]:
            item.add_marker("browser")


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(
            "There is no Chromium here: install one, or say where it is with CHROMIUM=/path/to/chromium."
        )
    return found


@dataclass
class Watched:
    """A page, the hosts it asked for anything, and what it complained of."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    async def overflows(self) -> bool:
        wide = await self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return bool(wide)

    def heard_request(self, request: Request) -> None:
        self.hosts.add(urlsplit(request.url).netloc)

    def heard_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


OpenPage = Callable[..., Any]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    arguments = ["--disable-gpu", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        # Chromium's own sandbox does not start for root.
        arguments.append("--no-sandbox")
    async with async_playwright() as driver:
        opened = await driver.chromium.launch(executable_path=chromium(), args=arguments)
        yield opened
        await opened.close()


@pytest.fixture
def open_page(browser: Browser) -> OpenPage:
    """`async with open_page(...) as watched`; options are those of a browser context."""

    @asynccontextmanager
    async def opened(**options: Any) -> AsyncIterator[Watched]:
        context = await browser.new_context(**options)
        page = await context.new_page()
        watched = Watched(page)
        await page.add_init_script(TELL_VIOLATIONS)
        page.on("request", watched.heard_request)
        page.on("console", watched.heard_console)
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        try:
            yield watched
        finally:
            await context.close()

    return opened


MakeLink = Callable[[], Awaitable[str]]
