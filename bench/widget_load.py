"""How long the site widget keeps a page of somebody else's busy while it loads, on a machine four times as slow as this one.

The budget: no task over 50 ms, which is what browsers call long. What counts is the time that the browser's own thread had the
processor, taken from its trace, so that what else the machine does makes no task longer; and the middle of several loads. The
page without the widget is measured as well. Needs the packages of `make browser`.
"""

import asyncio
import json
import os
import shutil
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy

from bench.panel import demo
from bench.running import Program, folder, program

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Browser, BrowserContext

MOST_MS = 50.0
SLOWER = 4
TIMES = 9
TRACED = ("toplevel", "disabled-by-default-devtools.timeline", "__metadata")
_RESTED = "new Promise(done => requestIdleCallback(() => setTimeout(done, 300)))"


def run() -> None:
    if find_spec("playwright") is None:
        print("widget_load: not measured. The package playwright is not installed: make browser installs it.")
        return
    with folder() as data, program(data) as running:
        asyncio.run(_measure(running))


async def _measure(running: Program) -> None:
    async_playwright = import_module("playwright.async_api").async_playwright
    base = f"http://127.0.0.1:{running.port}"
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=["--disable-gpu", *sandbox])
        assistant = await _assistant(await browser.new_context(), base, demo(running))
        tag = f'<script src="{base}/embed.js" data-assistant-id="{assistant}" async></script>'
        opening = tag.replace(" async", ' data-auto-open="true" data-auto-open-delay="0" async')
        shop = await asyncio.start_server(_shop(tag, opening), "127.0.0.1", 0)
        at = f"http://127.0.0.1:{shop.sockets[0].getsockname()[1]}"
        # A browser that has just begun does much besides.
        await _longest(browser, at + "/window")
        for name, path, budget in (
            ("a page without it", "/", None),
            ("its button", "/button", MOST_MS),
            ("its window", "/window", MOST_MS),
        ):
            longest = [await _longest(browser, at + path) for _ in range(TIMES)]
            p50, most = numpy.percentile(longest, [50, 100])
            mark = "  MISSED" if budget is not None and p50 > budget else ""
            least = "" if budget is None else f" (at most {budget:g})"
            print(
                f"widget_load: {name}, {SLOWER} times as slow: longest task p50 {p50:.0f} ms{least}, "
                f"longest of {TIMES} loads {most:.0f} ms{mark}"
            )
        shop.close()
        await browser.close()


def _shop(
    tag: str, opening: str
) -> "Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]":
    """Pages of somebody else's, at another origin: without the widget, with its button, with its window."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        said = {"/button": tag, "/window": opening}.get(asked, "")
        html = f"<!doctype html><title>Shop</title><h1>Shop</h1>{said}".encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(html)}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + html)
        await writer.drain()
        writer.close()

    return answer


async def _assistant(context: "BrowserContext", base: str, known: dict[str, str]) -> str:
    """The demo's assistant, with a site widget."""
    headers = {"Origin": base}
    who = {"email": known["owner_email"], "password": known["owner_password"]}
    signed_in = await (await context.request.post(f"{base}/api/v1/session", data=who, headers=headers)).json()
    found = await (await context.request.get(f"{base}/api/v1/assistants")).json()
    assistant = str(found["data"][0]["id"])
    if not (await context.request.get(f"{base}/widget/{assistant}/config")).ok:
        new = {"type": "web", "name": "Site", "assistant_id": assistant}
        csrf = {"X-CSRF-Token": signed_in["csrf"]}
        made = await context.request.post(f"{base}/api/v1/channels", data=new, headers={**headers, **csrf})
        if not made.ok:
            raise SystemExit(await made.text())
    await context.close()
    return assistant


async def _longest(browser: "Browser", url: str) -> float:
    """The longest task of one load with nothing in the cache, in milliseconds of a slower processor."""
    context = await browser.new_context()
    page = await context.new_page()
    await browser.start_tracing(page=page, categories=list(TRACED))
    await page.goto(url)
    if not url.endswith("/"):
        await page.wait_for_function("document.querySelector('body > div')")
        await page.wait_for_load_state("networkidle")
    await page.evaluate(_RESTED)
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    await context.close()
    drawing = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    took = [
        one["tdur"]
        for one in events
        if one["name"] == "RunTask" and "tdur" in one and (one["pid"], one["tid"]) in drawing
    ]
    return max(took, default=0) / 1000 * SLOWER


if __name__ == "__main__":
    run()
