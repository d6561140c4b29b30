"""Settings, Integration: what is pasted into each kind of site is there to copy, filled in, and what is installed can be fetched."""

import html
import re
import zipfile
from io import BytesIO

import pytest
from tests.program import Desk, Program
from tests.web.panel.test_connecting import seated
from tests.web.people import Browser

from frontdesk.web.panel.settings_integration import PATH, SITES
from frontdesk.web.panel.texts import LANGUAGES, catalogue

COPIED = re.compile(r'<code id="paste-(\w+)">(.*?)</code>', re.DOTALL)
URL = "https://desk.example"


@pytest.fixture(autouse=True)
async def no_tries(program: Program) -> None:
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture
async def desk(program: Program) -> Desk:
    desk = await program.desk()
    await desk.channel("web", {})
    return desk


@pytest.fixture
async def browser(program: Program, desk: Desk) -> Browser:
    return await seated(program, desk)


async def copied(browser: Browser, site: str = "") -> dict[str, str]:
    answer = await browser.get(PATH + (f"/{site}" if site else ""))
    assert answer.status == 200, answer.body
    return {name: html.unescape(text) for name, text in COPIED.findall(answer.body.decode())}


async def test_the_tag_is_under_settings_integration(program: Program, desk: Desk, browser: Browser) -> None:
    found = await copied(browser)
    url = program.running.settings.public_url
    assert (
        found["tag"]
        == f'<script src="{url}/embed.js" data-assistant-id="{desk.assistant_id}" async></script>'
    )
    assert f"script-src {url}" in found["policy"]
    assert 'integrity="sha384-' in found["pinned"]
    settings = (await browser.get("/panel/settings/mail")).body.decode()
    assert f'href="{PATH}"' in settings


@pytest.mark.parametrize("site", ["wix", "squarespace"])
async def test_builders_of_sites_take_the_tag_itself(desk: Desk, browser: Browser, site: str) -> None:
    found = await copied(browser, site)
    assert found == {"tag": (await copied(browser))["tag"]}


async def test_a_wordpress_is_told_address_assistant_and_shortcode(
    program: Program, desk: Desk, browser: Browser
) -> None:
    found = await copied(browser, "wordpress")
    assert found == {
        "address": program.running.settings.public_url,
        "assistant": desk.assistant_id,
        "shortcode": '[ai_assistant theme="dark" position="bottom-left"]',
    }


async def test_a_shopify_theme_takes_liquid_that_names_this_assistant(
    program: Program, desk: Desk, browser: Browser
) -> None:
    found = await copied(browser, "shopify")
    for text in (found["theme"], found["product"]):
        assert f'src="{program.running.settings.public_url}/embed.js"' in text
        assert f'data-assistant-id="{desk.assistant_id}"' in text
        assert "{{ product.title | escape }}" in text


@pytest.mark.parametrize(
    ("site", "file", "member"),
    [
        ("wordpress", "ai-customer-service-assistant.zip", "ai-customer-service-assistant.php"),
        ("shopify", "ai-assistant.zip", "blocks/ai-assistant.liquid"),
    ],
)
async def test_what_is_installed_is_fetched_as_an_archive(
    browser: Browser, site: str, file: str, member: str
) -> None:
    shown = (await browser.get(f"{PATH}/{site}")).body.decode()
    (path,) = re.findall(rf'href="({PATH}/{site}/download)" download', shown)
    answer = await browser.get(path)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="{file}"'
    names = zipfile.ZipFile(BytesIO(answer.body)).namelist()
    assert f"{file.removesuffix('.zip')}/{member}" in names


async def test_sites_and_downloads_that_are_none_are_not_found(browser: Browser) -> None:
    for path in ("/joomla", "/wix/download", "/html/download", "/?assistant=asst_00000000000000000000000000"):
        assert (await browser.get(PATH + path)).status == 404, path


async def test_who_has_no_widget_yet_is_told_to_add_the_channel(program: Program) -> None:
    browser = await seated(program, await program.desk())
    shown = (await browser.get(PATH)).body.decode()
    assert "no channel of the type Site widget" in shown
    assert f'action="{PATH}/channel?assistant=' in shown


@pytest.mark.parametrize("site", SITES)
def test_every_language_has_the_same_steps(site: str) -> None:
    told = {language: catalogue(language)["integration"][site]["steps"] for language in LANGUAGES}
    assert len({len(steps.splitlines()) for steps in told.values()}) == 1, told
    # Names of menus are those that the vendor shows, in every language.
    ways = {tuple(re.findall(r"[A-Z][\w ,-]* → [A-Z]\w+", steps)) for steps in told.values()}
    assert len({len(way) for way in ways}) == 1, ways
