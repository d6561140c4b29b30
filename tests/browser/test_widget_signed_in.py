"""Visitors who are signed in on the page that shows the widget: theirs on every device, and nobody else's."""

import json
import time

import pytest
from playwright.async_api import Page, Route, expect
from tests.browser.conftest import OpenPage
from tests.browser.test_widget import ROOT, opened, say, shop, tag
from tests.browser.test_widget_files import PICTURE
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE
from tests.web.test_widget_identity import token

LOOK = {"starters": "Returns", "title": "Northwind Audio", "welcome_message": "Hello there"}
DATABASES = "indexedDB.databases().then(found => found.map(each => each.name))"
ANSWER = "I can help you work smarter"


class Site:
    """A shop with its secret."""

    def __init__(self, desk: Desk, secret: str) -> None:
        self.desk, self._secret = desk, secret

    def user(self, sub: str, *, for_s: int = 300) -> str:
        claims = {"sub": sub, "aud": self.desk.assistant_id, "exp": int(time.time()) + for_s}
        return json.dumps({"token": token(claims, self._secret)})


@pytest.fixture
async def site(program: Program) -> Site:
    desk = await program.desk(WIRE, slug="signed-in")
    channel_id = await desk.channel("web", LOOK)
    program.forget_entrances()
    made = await program.client.post(
        f"/api/v1/channels/{channel_id}/sign-in-secret", key=await desk.key("api", "admin")
    )
    assert made.status == 201, made.body
    return Site(desk, made.json()["secret"])


async def cut_off(route: Route) -> None:
    await route.abort("internetdisconnected")


async def identify(page: Page, user: str) -> None:
    await page.evaluate(f"AIAssistant.identify({user})")


async def test_a_signed_in_visitor_goes_on_elsewhere_and_signing_out_begins_anew(
    site: Site, open_page: OpenPage
) -> None:
    async with shop(site.desk.program.client.base_url, tag(site.desk)) as url:
        async with open_page() as watched:
            page = await opened(watched, url)
            await say(page, "nobody knows me")
            await expect(page.locator(".b", has_text="I do not know")).to_be_visible()
            mine = page.locator(".me .b")
            await expect(mine).to_have_count(1)
            await identify(page, site.user("42"))
            # What was written before signing in is not theirs.
            await expect(page.get_by_text("Hello there")).to_be_visible()
            await expect(mine).to_have_count(0)
            await say(page, "tell me something about you")
            await expect(page.locator(".b", has_text=ANSWER)).to_have_count(1)
            # On a page that names nobody it does not show.
            await page.goto(f"{url}/other")
            await expect(page.locator(".me .b", has_text="nobody knows me")).to_be_visible()
            await expect(page.locator(".b", has_text=ANSWER)).to_have_count(0)
            await identify(page, "null")
            await expect(page.get_by_text("Hello there")).to_be_visible()
            await expect(mine).to_have_count(0)
            kept = "Object.keys({...localStorage, ...sessionStorage}).filter(each => each.startsWith('frontdesk'))"
            assert await page.evaluate(kept) == []
            assert watched.complaints == []
        async with open_page() as phone:
            page = await opened(phone, url)
            await identify(page, site.user("42"))
            await expect(page.locator(".b", has_text=ANSWER)).to_have_count(1)
            await identify(page, site.user("43"))
            await expect(page.locator(".b", has_text=ANSWER)).to_have_count(0)


async def test_signing_out_takes_the_files_that_wait_from_the_device(site: Site, open_page: OpenPage) -> None:
    async with shop(site.desk.program.client.base_url, tag(site.desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await identify(page, site.user("42"))
        await page.route("**/files?name=*", cut_off)
        await page.get_by_label("Attach a file").set_input_files(PICTURE)
        await expect(page.get_by_role("button", name="Cancel upload of cup.png")).to_be_visible()
        await say(page, "this one")
        await expect(page.get_by_text("Waiting for connection")).to_be_visible()
        await page.get_by_label("Attach a file").set_input_files(PICTURE)
        await expect(page.get_by_role("button", name="Cancel upload of cup.png")).to_be_visible()
        assert await page.evaluate(DATABASES) != []
        await identify(page, "null")
        await expect(page.get_by_text("Hello there")).to_be_visible()
        await page.wait_for_function(f"async () => (await {DATABASES}).length === 0")


async def test_the_page_is_told_when_a_visitor_is_signed_out_and_may_name_them_anew(
    site: Site, open_page: OpenPage
) -> None:
    async with shop(site.desk.program.client.base_url, tag(site.desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await page.evaluate("void AIAssistant.on('signed_out', () => { window.signedOut = true; })")
        await identify(page, site.user("42", for_s=-600))
        await expect(page.get_by_text("You are not signed in any more")).to_be_visible()
        await expect(page.get_by_role("textbox", name="Write a message")).to_have_count(0)
        assert await page.evaluate("window.signedOut") is True
        assert any("exp has passed" in each for each in watched.complaints)
        await identify(page, site.user("42"))
        await say(page, "tell me something about you")
        await expect(page.locator(".b", has_text=ANSWER)).to_have_count(1)


async def test_where_only_signed_in_visitors_may_write_the_window_says_so(
    site: Site, open_page: OpenPage
) -> None:
    only = """UPDATE channels SET settings = settings || '{"only_signed_in": true}'
              WHERE workspace_id = $1 AND type = 'web'"""
    await site.desk.program.execute(only, site.desk.workspace)
    site.desk.program.forget_entrances()
    base = site.desk.program.client.base_url
    async with shop(base, tag(site.desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await expect(page.get_by_text("Sign in to chat with us here.")).to_be_visible()
        # Nothing leads nowhere.
        await expect(page.get_by_role("button", name="Returns")).to_have_count(0)
        await expect(page.get_by_role("textbox", name="Write a message")).to_have_count(0)
        await identify(page, site.user("42"))
        await expect(page.get_by_role("button", name="Returns")).to_be_visible()
        await say(page, "tell me something about you")
        await expect(page.locator(".b", has_text=ANSWER)).to_have_count(1)
        assert watched.complaints == []
    named = f"<script>window.AIAssistantConfig = {{user: {site.user('42')}}}</script>"
    policy = f"script-src 'unsafe-inline' {base}; connect-src {base}; img-src {base}"
    async with shop(base, tag(site.desk), policy=policy, head=named) as url, open_page() as watched:
        await watched.page.add_init_script(ROOT)
        page = await opened(watched, url)
        await expect(page.locator(".b", has_text=ANSWER)).to_have_count(1)
        assert watched.complaints == []
