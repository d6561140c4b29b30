"""What keeps people from using a page, as axe-core finds it: https://github.com/dequelabs/axe-core (its README beside it)."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
SERIOUS = frozenset({"serious", "critical"})


async def violations(page: Page, *, impacts: frozenset[str] = SERIOUS, **options: Any) -> list[str]:
    """The rule and the places of each; of any impact where `impacts` is empty. `options` are those of `axe.run`."""
    for frame in page.frames:
        await frame.evaluate(AXE)
    found = await page.evaluate(
        "options => axe.run(document, {resultTypes: ['violations'], ...options})", options
    )
    return [
        f"{one['id']}: {', '.join(node['html'] for node in one['nodes'][:4])}"
        for one in found["violations"]
        if not impacts or one["impact"] in impacts
    ]
