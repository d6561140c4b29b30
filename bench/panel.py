"""How long a page of the panel takes until something is painted, in Chromium with nothing kept from before.

The budget: 1 s on two cores, for every menu. Needs the packages of `make browser`; says so where they are missing.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec

import numpy

from bench.running import Program, folder, program

MOST_MS = 1_000.0
TIMES = 5
MENUS = ("chats", "contacts", "channels", "ai", "knowledge", "integration", "tasks", "analytics", "settings")
_PAINTED = """() => new Promise(done => {
    const first = () => performance.getEntriesByName('first-contentful-paint')[0];
    if (first()) { done(first().startTime); return; }
    new PerformanceObserver(() => first() && done(first().startTime)).observe({type: 'paint', buffered: true});
})"""


def run() -> None:
    if find_spec("playwright") is None:
        print("panel: not measured. The package playwright is not installed: make browser installs it.")
        return
    with folder() as data, program(data) as running:
        asyncio.run(_measure(running))


async def _measure(running: Program) -> None:
    # Of the packages for development, which a bench may be without.
    async_playwright = import_module("playwright.async_api").async_playwright
    base, known = f"http://127.0.0.1:{running.port}", demo(running)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=["--disable-gpu", *sandbox])
        for menu in MENUS:
            took = []
            for _ in range(TIMES):
                # A context of its own: nothing is in the cache.
                context = await browser.new_context(viewport={"width": 1440, "height": 900})
                answer = await context.request.post(
                    f"{base}/api/v1/session",
                    data={"email": known["owner_email"], "password": known["owner_password"]},
                    headers={"Origin": base},
                )
                if not answer.ok:
                    raise SystemExit(await answer.text())
                page = await context.new_page()
                await page.goto(f"{base}/panel?menu={menu}")
                took.append(float(await page.evaluate(_PAINTED)))
                await context.close()
            p50, most = numpy.percentile(took, [50, 100])
            mark = "" if most <= MOST_MS else "  MISSED"
            print(
                f"panel: {menu} first paint p50 {p50:.0f} ms, slowest {most:.0f} (at most {MOST_MS:g}){mark}"
            )
        await browser.close()


def demo(running: Program) -> dict[str, str]:
    command = [sys.executable, "-c", "from frontdesk.app.cli import main; main()", "demo", "--json"]
    environment = {**os.environ, "FRONTDESK_DATA": str(running.data), "PORT": str(running.port)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found
