"""The set-up page as a person meets it: on a screen and a phone, by day and by night, with and without scripts."""

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import MakeLink, OpenPage
from tests.program import Program

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import workspaces
from frontdesk.store.ids import mint
from frontdesk.store.keys import create_key

SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
NAME = "Northwind & <b>Sons</b>, Kommanditgesellschaft auf Aktien"


@pytest.fixture
def make_link(program: Program) -> MakeLink:
    async def make() -> str:
        workspace = WorkspaceId(mint("ws"))
        async with program.running.store.unit_of_work(workspace) as tx:
            await workspaces.create(workspace, tx, name="My workspace")
            _, text = await create_key(workspace, tx, kind="setup", name="Set-up link")
        return f"{program.client.base_url}/setup?token={text.reveal()}"

    return make


async def fill_owner(page: Page) -> None:
    await page.get_by_label("Your name").fill("Ann Lee")
    await page.get_by_label("Your e-mail address").fill(f"{mint('acct')}@example.com")
    await page.get_by_label("Your password").fill("correct horse battery")


def host_of(program: Program) -> str:
    return program.client.base_url.partition("//")[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_a_person_sets_up_and_sees_the_key_once(
    program: Program, open_page: OpenPage, make_link: MakeLink, size: str, scheme: str
) -> None:
    async with open_page(viewport=SIZES[size], color_scheme=scheme) as watched:
        page = watched.page
        await page.goto(await make_link())
        await expect(page.get_by_label("Name of your workspace")).to_be_focused()
        assert not await watched.overflows()
        await page.get_by_label("Name of your workspace").fill(NAME)
        await page.get_by_label("Time zone").select_option(label="Tashkent")
        await fill_owner(page)
        await page.get_by_role("button", name="Set up workspace").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(f"{NAME} is set up")
        assert not await watched.overflows()
        key = await page.locator("#key").inner_text()
        assert (await program.client.get("/api/v1/assistants", key=key)).status == 200
        # Asking again, with the answers or without, brings no key back.
        await page.goto(page.url)
        await expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
        assert key not in await page.content()
        assert watched.hosts == {host_of(program)}
        assert [text for text in watched.complaints if "401" not in text] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_day_and_night_look_different(open_page: OpenPage, make_link: MakeLink, scheme: str) -> None:
    async with open_page(color_scheme=scheme) as watched:
        await watched.page.goto(await make_link())
        paper = await watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == {"light": "rgb(246, 245, 242)", "dark": "rgb(18, 18, 17)"}[scheme]


async def test_the_key_and_the_command_can_be_copied(
    program: Program, open_page: OpenPage, make_link: MakeLink
) -> None:
    async with open_page(permissions=["clipboard-read", "clipboard-write"]) as watched:
        page = watched.page
        await page.goto(await make_link())
        await page.get_by_label("Name of your workspace").fill("Northwind")
        await fill_owner(page)
        await page.get_by_role("button", name="Set up workspace").click()
        for button, shown in (("Copy the key", "#key"), ("Copy the command", "#command")):
            await page.get_by_role("button", name=button).click()
            await expect(page.get_by_role("button", name="Copied").last).to_be_visible()
            assert await page.evaluate("navigator.clipboard.readText()") == await page.inner_text(shown)
        assert watched.complaints == []


async def test_everything_can_be_done_with_the_keyboard(open_page: OpenPage, make_link: MakeLink) -> None:
    async with open_page() as watched:
        page = watched.page
        await page.goto(await make_link())
        await expect(page.get_by_label("Name of your workspace")).to_be_focused()
        await page.keyboard.type("Northwind")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Tashk")
        for typed in ("Ann Lee", f"{mint('acct')}@example.com", "correct horse battery"):
            await page.keyboard.press("Tab")
            await page.keyboard.type(typed)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Northwind is set up")


async def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(
    open_page: OpenPage, make_link: MakeLink
) -> None:
    async with open_page() as watched:
        page = watched.page
        await page.goto(await make_link())
        await page.get_by_label("Time zone").select_option("Asia/Tashkent")
        await page.get_by_role("button", name="Set up workspace").click()
        name = page.get_by_label("Name of your workspace")
        await expect(name).to_have_accessible_description("Give the workspace a name.")
        await expect(name).to_be_focused()
        await expect(page.get_by_label("Time zone")).to_have_value("Asia/Tashkent")


@pytest.mark.parametrize(
    ("here", "chosen"),
    [("Asia/Tashkent", "Asia/Tashkent"), ("America/Chicago", "America/Chicago"), ("GMT", "UTC")],
)
async def test_the_browsers_time_zone_is_chosen_where_the_list_has_it(
    open_page: OpenPage, make_link: MakeLink, here: str, chosen: str
) -> None:
    async with open_page(timezone_id=here) as watched:
        page = watched.page
        await page.goto(await make_link())
        await expect(page.get_by_label("Time zone")).to_have_value(chosen)
        await expect(page.get_by_label("Name of your workspace")).to_be_focused()
        # What was chosen by hand stays, also when the form comes back.
        await page.get_by_label("Time zone").select_option("Europe/Oslo")
        await page.get_by_role("button", name="Set up workspace").click()
        await expect(page.locator("#name-note")).to_have_text("Give the workspace a name.")
        await expect(page.get_by_label("Time zone")).to_have_value("Europe/Oslo")
        assert [text for text in watched.complaints if "422" not in text] == []


async def test_it_works_without_scripts(open_page: OpenPage, make_link: MakeLink) -> None:
    async with open_page(java_script_enabled=False) as watched:
        page = watched.page
        await page.goto(await make_link())
        await page.get_by_label("Name of your workspace").fill("Northwind")
        await fill_owner(page)
        await page.get_by_role("button", name="Set up workspace").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Northwind is set up")
        # A button that could do nothing is not shown; one click selects the whole key.
        await expect(page.get_by_role("button", name="Copy the key")).to_have_count(0)
        await expect(page.locator("#key")).to_have_css("user-select", "all")


async def test_a_page_that_asked_for_something_foreign_would_be_noticed(
    open_page: OpenPage, make_link: MakeLink
) -> None:
    """The control: what the tests above listen for is heard."""
    async with open_page() as watched:
        await watched.page.goto(await make_link())
        async with watched.page.expect_event("console", lambda message: "policy: img-src" in message.text):
            await watched.page.evaluate("new Image().src = 'http://127.0.0.1:9/foreign.png'")
        assert any("policy: img-src" in text for text in watched.complaints)
