"""People in a real browser: signing in, codes pasted into their boxes, inviting, an invitation accepted, signing out."""

import re
import time
from base64 import b32decode

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.program import Program
from tests.web.people import PASSWORD, make_account

from frontdesk.access import totp
from frontdesk.store.accounts import Account

SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
async def owner(program: Program) -> Account:
    await program.execute("DELETE FROM sign_in_tries")
    desk = await program.desk()
    return await make_account(program.running.store, desk.workspace)


def code_now(secret: str, ahead: int = 0) -> str:
    return totp.code_at(b32decode(secret), int(time.time()) // totp.STEP_S + ahead)


@pytest.mark.parametrize(("size", "scheme"), [("wide", "light"), ("phone", "dark")])
async def test_from_signing_in_to_a_colleague_who_accepts(
    program: Program, open_page: OpenPage, owner: Account, size: str, scheme: str
) -> None:
    base = program.client.base_url
    async with open_page(viewport=SIZES[size], color_scheme=scheme) as watched:
        page = watched.page
        await page.goto(f"{base}/panel/settings/people")
        await page.get_by_label("E-mail").fill(owner.email)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page).to_have_url(f"{base}/panel/settings/people")
        await page.wait_for_load_state("load")
        await page.get_by_role("button", name="Invite somebody").click()
        await page.get_by_label("E-mail").fill(f"bo-{owner.email}")
        await page.get_by_role("button", name="Make the invitation").click()
        link = await page.locator("#link").inner_text()
        assert not await watched.overflows()
        assert [text for text in watched.complaints if "401" not in text] == []
    async with open_page(viewport=SIZES[size], color_scheme=scheme) as other:
        page = other.page
        await page.goto(link)
        await page.get_by_label("Your name").fill("Bo Diaz")
        await page.get_by_label("Your password").fill("another long password")
        assert not await other.overflows()
        await page.get_by_role("button", name="Make my account").click()
        await expect(page).to_have_url(re.compile(rf"{base}/panel/\w+"))
        await page.goto(f"{base}/panel/settings")
        await expect(page.get_by_label("Your name")).to_have_value("Bo Diaz")
        assert not await other.overflows()
        await page.get_by_role("button", name="Sign out").first.click()
        await expect(page.get_by_text("You are signed out.")).to_be_visible()
        assert other.complaints == []


async def seen_by_cameras(page: Page) -> None:
    """The QR code is dark on light, whatever the page is, large enough, and says what it is to who does not see it."""
    code = page.get_by_role("img", name="QR code")
    await expect(code).to_be_visible()
    fills = await code.evaluate("one => [...one.children].map(part => getComputedStyle(part).fill)")
    assert fills == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    box = await code.bounding_box()
    assert box is not None
    assert box["width"] == box["height"] >= 180
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["wide", "phone"])
async def test_a_code_is_pasted_into_its_boxes(
    program: Program, open_page: OpenPage, owner: Account, size: str, scheme: str
) -> None:
    base = program.client.base_url
    async with open_page(viewport=SIZES[size], color_scheme=scheme) as watched:
        page = watched.page
        await page.goto(f"{base}/sign-in?next=/panel/settings")
        await page.get_by_label("E-mail").fill(owner.email)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.locator("#totp-password").fill(PASSWORD)
        await page.get_by_role("button", name="Turn codes on").click()
        secret = (await page.locator("#secret").inner_text()).replace(" ", "")
        await seen_by_cameras(page)
        await page.get_by_label("Code", exact=True).fill(code_now(secret))
        await page.get_by_role("button", name="Turn codes on").click()
        await expect(page.locator("#codes")).to_have_text(re.compile(r"(\w{5}-\w{5}\s*){10}"))
        await page.get_by_role("link", name="I have kept them").click()
        await page.get_by_role("button", name="Sign out").first.click()
        await page.get_by_label("E-mail").fill(owner.email)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        code = page.get_by_label("Code")
        await expect(code).to_be_focused()
        shown = code_now(secret, 1)
        await code.evaluate("(field, text) => document.execCommand('insertText', false, text)", shown)
        await expect(code).to_have_value(shown)
        await page.get_by_role("button", name="Go on").click()
        await expect(page).to_have_url(re.compile(rf"{base}/panel"))
        assert watched.complaints == []
