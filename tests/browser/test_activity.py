"""Settings, Activity: the filters are in the way of nobody with a phone, and there for everybody else."""

import os

import pytest
from playwright.async_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.panel import SIZES, seated
from tests.program import Program

ACTIVITY = "/panel/settings/activity"


async def test_a_moment_stays_whole_and_a_long_name_in_its_column_on_a_phone(
    program: Program, open_page: OpenPage
) -> None:
    desk = await program.desk()
    async with seated(program, open_page, desk, viewport=SIZES["phone"]) as seat:
        key = await desk.key("api", "admin")
        made = await program.client.post(
            "/api/v1/labels", key=key, json={"name": ("Donaudampfschifffahrts" * 3)[:60]}
        )
        assert made.status == 201, made.body
        await seat.go(ACTIVITY)
        line = seat.page.get_by_role("row", name="Donaudampf")
        clock, name = line.locator("time").first, line.locator("td").nth(1)
        assert await clock.evaluate("""each => {
            const whole = document.createRange(), parts = [];
            const text = each.firstChild;
            for (const found of text.data.matchAll(/[0-9:]+/g)) {
                whole.setStart(text, found.index);
                whole.setEnd(text, found.index + found[0].length);
                parts.push(whole.getClientRects().length);
            }
            return parts;
        }""") == [1]
        assert await name.evaluate("each => each.scrollWidth <= each.clientWidth")
        card = seat.page.locator("section.fd-card-x")
        assert await card.evaluate("each => each.scrollWidth <= each.clientWidth")


@pytest.mark.parametrize("size", SIZES)
async def test_filters_are_folded_where_there_is_no_room_for_them(
    program: Program, open_page: OpenPage, size: str
) -> None:
    desk = await program.desk()
    scheme = "dark" if size == "phone" else "light"
    async with seated(program, open_page, desk, viewport=SIZES[size], color_scheme=scheme) as seat:
        await seat.go(ACTIVITY)
        fold = seat.page.get_by_text("Filter", exact=True)
        show = seat.page.get_by_role("button", name="Show", exact=True)
        if folder := os.environ.get("SHOTS"):
            await seat.page.screenshot(path=f"{folder}/activity_{size}.png")
        if size == "phone":
            await expect(show).to_be_hidden()
            await fold.click()
        else:
            await expect(fold).to_be_hidden()
        await expect(show).to_be_visible()
        await seat.page.get_by_label("About").select_option(index=1)
        await show.click()
        # What was chosen is seen, on a phone too.
        await expect(seat.page.get_by_role("link", name="Clear filters").first).to_be_visible()
        assert await seat.serious() == []
        assert not await seat.watched.overflows()
        assert seat.watched.complaints == []
