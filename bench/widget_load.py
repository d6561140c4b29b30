"""How long the site widget keeps a page of somebody else's busy while it loads, on a machine four times as slow as this one.

The budget: no task over 50 ms, which is what browsers call long. The page itself is measured without the widget as well, and
the middle of several loads counts, so that a busy machine does not decide. Needs the packages of `make browser`.
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
    from playwright.async_api import Browser, BrowserContext, Route

MOST_MS = 50.0
SLOWER = 4
TIMES = 9
SHOP = "http://shop.example/"
_TASKS = """
    window.tasks = [];
    new PerformanceObserver(list => tasks.push(...list.getEntries().map(each => each.duration)))
        .observe({type: "longtask", buffered: true});
"""
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
        for name, html, budget in (
            ("a page without it", "", None),
            ("its button", tag, MOST_MS),
            ("its window", opening, MOST_MS),
        ):
            longest = [await _longest(browser, html) for _ in range(TIMES)]
            p50, most = numpy.percentile(longest, [50, 100])
            mark = "  MISSED" if budget is not None and p50 > budget else ""
            least = "" if budget is None else f" (at most {budget:g})"
            print(
                f"widget_load: {name}, {SLOWER} times as slow: longest task p50 {_said(p50)}{least}, "
                f"longest of {TIMES} loads {_said(most)}{mark}"
            )
        await browser.close()


def _said(ms: float) -> str:
    # Browsers tell of tasks from 50 ms on.
    return f"{ms:.0f} ms" if ms else "under 50 ms"


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


async def _longest(browser: "Browser", tag: str) -> float:
    """The longest task of one load with nothing in the cache; 0 where none was long."""
    context = await browser.new_context()
    page = await context.new_page()
    html = f"<!doctype html><title>Shop</title><h1>Shop</h1>{tag}"

    async def answered(route: "Route") -> None:
        await route.fulfill(content_type="text/html", body=html)

    await page.route(f"{SHOP}**", answered)
    await page.add_init_script(_TASKS)
    tools = await context.new_cdp_session(page)
    await tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.goto(SHOP)
    if tag:
        await page.wait_for_function("document.querySelector('body > div')")
        await page.wait_for_load_state("networkidle")
    await page.evaluate(_RESTED)
    tasks = json.loads(await page.evaluate("JSON.stringify(tasks)"))
    await context.close()
    return max(tasks, default=0.0)


if __name__ == "__main__":
    run()
