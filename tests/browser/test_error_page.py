"""The list of error codes as a person meets it who followed a problem's `type`."""

import pytest
from playwright.async_api import expect
from tests.browser.conftest import OpenPage
from tests.program import Program

SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 320, "height": 640}}
BACKGROUNDS = {"light": "rgb(246, 245, 242)", "dark": "rgb(18, 18, 17)"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_a_code_is_found_marked_and_readable(
    program: Program, open_page: OpenPage, size: str, scheme: str
) -> None:
    async with open_page(viewport=SIZES[size], color_scheme=scheme) as watched:
        page = watched.page
        await page.goto(f"{program.client.base_url}/docs/errors#idempotency_in_progress")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Error codes")
        await expect(page.locator("body")).to_have_css("background-color", BACKGROUNDS[scheme])
        row = page.locator("#idempotency_in_progress")
        await expect(row).to_be_in_viewport()
        await expect(row).to_contain_text("409")
        assert not await watched.overflows()
        marked, other = [
            await page.locator(f"#{code} td").first.evaluate("cell => getComputedStyle(cell).backgroundColor")
            for code in ("idempotency_in_progress", "conflict")
        ]
        assert marked != other
    assert watched.complaints == []
