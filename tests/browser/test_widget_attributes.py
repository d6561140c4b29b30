"""Each attribute of the widget's tag, as the page of the documentation lists them, is seen to act on the real program; and
whatever a hostile page or author writes into one is as if it were not there.
"""

import html
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Dialog, Page, Request, ViewportSize, expect
from tests.browser.conftest import OpenPage, Watched
from tests.browser.test_widget import ROOT, say, shop, tag
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE

DOCS = Path(__file__).parents[2] / "docs" / "integrate" / "site-widget.md"
WIDE: ViewportSize = {"width": 1000, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
BUTTON = """button => {
    const box = button.getBoundingClientRect();
    return {left: box.left, top: box.top, right: innerWidth - box.right, bottom: innerHeight - box.bottom,
            color: getComputedStyle(button).backgroundColor,
            z: getComputedStyle(button.getRootNode().host).zIndex};
}"""
WINDOW = """panel => {
    const box = panel.getBoundingClientRect();
    return {width: panel.offsetWidth, height: panel.offsetHeight, title: panel.querySelector("h2").textContent,
            hero: panel.querySelector(".hero").textContent, avatars: panel.querySelectorAll(".head .av").length,
            dark: panel.closest(".fd").classList.contains("dark"),
            atLeft: box.left < innerWidth - box.right, atTop: box.top < innerHeight - box.bottom};
}"""
PAGE = """() => ({scroll: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
    boxes: [...document.querySelectorAll("h1, p")].map(each => JSON.stringify(each.getBoundingClientRect()))})"""


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE)
    await made.channel("web", {"title": "Shop", "welcome_message": "Hello there"})
    program.forget_entrances()
    return made


def button(page: Page) -> Any:
    return page.get_by_role("button", name="Open chat")


async def seen(page: Page) -> dict[str, Any]:
    """Everything that the attributes change, of the button and of the open window."""
    await expect(button(page)).to_be_visible()
    found = dict(await button(page).evaluate(BUTTON))
    await button(page).click()
    window = page.get_by_role("dialog")
    await expect(window).to_be_visible()
    return found | dict(await window.evaluate(WINDOW))


PLAIN = {
    "right": 20,
    "bottom": 20,
    "color": "rgb(0, 113, 227)",
    "z": "2147483647",
    "width": 380,
    "height": 620,
    "title": "Shop",
    "hero": "Hello there",
    "avatars": 1,
    "dark": False,
    "atLeft": False,
    "atTop": False,
}
ACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("data-position", "bottom-left", {"left": 20, "bottom": 20, "atLeft": True, "atTop": False}),
    ("data-position", "top-right", {"right": 20, "top": 20, "atLeft": False, "atTop": True}),
    ("data-position", "top-left", {"left": 20, "top": 20, "atLeft": True, "atTop": True}),
    ("data-primary-color", "#0a6", {"color": "rgb(0, 170, 102)"}),
    ("data-primary-color", " #B02A20 ", {"color": "rgb(176, 42, 32)"}),
    ("data-primary-color", "rgb(10, 20, 30)", {"color": "rgb(10, 20, 30)"}),
    ("data-primary-color", "rebeccapurple", {"color": "rgb(102, 51, 153)"}),
    ("data-theme", "dark", {"dark": True}),
    ("data-theme", "light", {"dark": False}),
    ("data-title", "Northwind", {"title": "Northwind"}),
    ("data-welcome-message", "Ask me <b>anything</b>", {"hero": "Ask me <b>anything</b>"}),
    ("data-show-avatar", "false", {"avatars": 0}),
    ("data-z-index", "12", {"z": "12"}),
    ("data-width", "500", {"width": 500}),
    ("data-width", "500px", {"width": 500}),
    ("data-width", "5000", {"width": 520}),
    ("data-height", "400", {"height": 400}),
    ("data-height", "1", {"height": 400}),
]


@pytest.mark.parametrize(("name", "value", "expected"), ACTS)
async def test_an_attribute_of_the_look_acts_and_changes_nothing_else(
    desk: Desk, open_page: OpenPage, name: str, value: str, expected: dict[str, Any]
) -> None:
    said = {name.removeprefix("data-"): html.escape(value)}
    async with shop(desk.program.client.base_url, tag(desk, **said)) as url, open_page(viewport=WIDE) as on:
        await on.page.add_init_script(ROOT)
        await on.page.goto(url)
        found = await seen(on.page)
        elsewhere = {"left", "top", "right", "bottom"} if name == "data-position" else set()
        wanted = {key: each for key, each in PLAIN.items() if key not in elsewhere} | expected
        assert {key: found[key] for key in wanted} == wanted
        assert on.complaints == []


Check = Callable[[Watched, str], Awaitable[None]]


async def opens_by_itself(on: Watched, url: str) -> None:
    await on.page.goto(url)
    await expect(on.page.get_by_role("dialog")).to_be_visible()
    # Nobody asked for it: who reads or types on the page goes on with that.
    assert await on.page.evaluate("document.activeElement === document.body")


async def opens_after_its_time(on: Watched, url: str) -> None:
    await on.page.clock.install()
    await on.page.goto(url)
    await expect(button(on.page)).to_be_visible()
    await on.page.clock.run_for(59_000)
    await expect(on.page.get_by_role("dialog")).to_have_count(0)
    await on.page.clock.run_for(2_000)
    await expect(on.page.get_by_role("dialog")).to_be_visible()


async def teases_on_a_phone(on: Watched, url: str) -> None:
    await on.page.set_viewport_size(PHONE)
    await on.page.goto(url)
    await expect(on.page.get_by_text("Hello there")).to_be_visible()
    await expect(on.page.get_by_role("dialog")).to_have_count(0)


async def is_not_on_phones(on: Watched, url: str) -> None:
    await on.page.set_viewport_size(PHONE)
    await on.page.goto(url)
    await on.page.wait_for_function("window.AIAssistant")
    await on.page.evaluate("AIAssistant.open()")
    await on.page.set_viewport_size(WIDE)
    await on.page.goto(f"{url}/wide")
    await expect(button(on.page)).to_be_visible()


async def follows_the_system(on: Watched, url: str) -> None:
    await on.page.emulate_media(color_scheme="dark")
    await on.page.goto(url)
    assert (await seen(on.page))["dark"] is True
    await on.page.emulate_media(color_scheme="light")
    await expect(on.page.locator(".fd.dark")).to_have_count(0)


async def speaks_it(on: Watched, url: str) -> None:
    await on.page.goto(url)
    await on.page.locator(".launch").click()
    await expect(on.page.locator(".panel[lang=ru]")).to_be_visible()


LATER: list[tuple[str, dict[str, str], Check]] = [
    ("data-auto-open", {"auto-open": "true", "auto-open-delay": "0"}, opens_by_itself),
    ("data-auto-open", {"auto-open": "true", "auto-open-delay": "0"}, teases_on_a_phone),
    ("data-auto-open-delay", {"auto-open": "true", "auto-open-delay": "60000"}, opens_after_its_time),
    ("data-hide-on-mobile", {"hide-on-mobile": "true"}, is_not_on_phones),
    ("data-theme", {"theme": "auto"}, follows_the_system),
    ("data-language", {"language": "ru"}, speaks_it),
]


@pytest.mark.parametrize(("name", "said", "check"), LATER)
async def test_an_attribute_of_the_behaviour_acts(
    desk: Desk, open_page: OpenPage, name: str, said: dict[str, str], check: Check
) -> None:
    async with shop(desk.program.client.base_url, tag(desk, **said)) as url, open_page(viewport=WIDE) as on:
        assert name.removeprefix("data-") in said
        await on.page.add_init_script(ROOT)
        await check(on, url)
        assert on.complaints == []


def heard_of(page: Page) -> list[dict[str, str]]:
    """What each message says of the page it was written on."""
    told: list[dict[str, str]] = []

    def heard(request: Request) -> None:
        if request.method == "POST" and "/messages" in request.url:
            told.append(json.loads(request.post_data or "{}")["page"])

    page.on("request", heard)
    return told


TELLS = {"page-context": "product-page", "page-title": 'Tarn "speaker"', "page-url": "/products/tarn?x=1&y=2"}


async def test_what_the_tag_says_of_the_page_goes_along_with_each_message(
    desk: Desk, open_page: OpenPage
) -> None:
    said = {name: html.escape(value) for name, value in TELLS.items()}
    for attributes, expected in ((said, [*TELLS.values()]), ({}, ["", "Shop", None])):
        async with (
            shop(desk.program.client.base_url, tag(desk, **attributes)) as url,
            open_page(viewport=WIDE) as on,
        ):
            told = heard_of(on.page)
            await on.page.add_init_script(ROOT)
            await on.page.goto(f"{url}/here#part")
            await seen(on.page)
            await say(on.page, "tell me something about you")
            await expect(on.page.get_by_text("I can help you work smarter").first).to_be_visible()
            kind, title, address = expected
            assert told[0] == {"kind": kind, "title": title, "url": address or f"{url}/here"}
            assert on.complaints == []


async def test_a_channel_may_keep_to_itself_which_page_it_is(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk(WIRE)
    await desk.channel("web", {"page_context": False})
    program.forget_entrances()
    async with (
        shop(program.client.base_url, tag(desk, page_title="Tarn")) as url,
        open_page(viewport=WIDE) as on,
    ):
        told = heard_of(on.page)
        await on.page.add_init_script(ROOT)
        await on.page.goto(f"{url}/secret?token=1")
        await seen(on.page)
        await say(on.page, "tell me something about you")
        await expect(on.page.get_by_text("I can help you work smarter").first).to_be_visible()
        assert told[0] == {"kind": "", "title": "Tarn", "url": ""}


CHANNEL = {
    "primary_color": "#aa0066",
    "theme": "dark",
    "position": "top-left",
    "show_avatar": False,
    "width": 440,
    "height": 500,
}


async def test_the_channel_says_the_same_for_every_site_and_the_tag_goes_before_it(
    program: Program, open_page: OpenPage
) -> None:
    desk = await program.desk(WIRE)
    await desk.channel("web", {**CHANNEL, "hide_on_paths": "/checkout", "show_on_paths": "/shop/*"})
    program.forget_entrances()
    before = {"show-avatar": "true", "width": "330", "theme": "light"}
    for said, expected in (
        ({}, {"width": 440, "avatars": 0, "dark": True}),
        (before, {"width": 330, "avatars": 1, "dark": False}),
    ):
        async with shop(program.client.base_url, tag(desk, **said)) as url, open_page(viewport=WIDE) as on:
            await on.page.add_init_script(ROOT)
            await on.page.goto(f"{url}/shop/one")
            found = await seen(on.page)
            wanted = {"color": "rgb(170, 0, 102)", "height": 500, "left": 20, "top": 20} | expected
            assert {key: found[key] for key in wanted} == wanted
            await on.page.evaluate("history.pushState({}, '', '/elsewhere')")
            await expect(on.page.get_by_role("dialog")).to_have_count(0)


def test_every_attribute_of_the_documentation_is_in_one_of_these_tables() -> None:
    listed = set(re.findall(r"^\| `(data-[a-z-]+)`", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    seen_here = (
        {name for name, *_ in ACTS} | {name for name, *_ in LATER} | {f"data-{name}" for name in TELLS}
    )
    assert listed - seen_here == {"data-assistant-id"}
    assert seen_here <= listed


# --- hostile ones

HOSTILE = (
    '"><img src=x onerror=alert(1)><script>alert(2)</script>',
    "javascript:alert(1)",
    "red;background:url(https://evil.example/x)}*{display:none!important}",
    "url(https://evil.example/x)",
    "</style><style>*{display:none}</style>",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "__proto__",
    "constructor",
    "\u202e\u0007\ufffd\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "A" * 1_000_000,
    "(" * 1_000_000,
)
LOOKS = (
    "language",
    "position",
    "primary-color",
    "theme",
    "auto-open",
    "auto-open-delay",
    "show-avatar",
    "hide-on-mobile",
)
SIZES = ("z-index", "width", "height")
TEXTS = ("title", "welcome-message", "page-context", "page-title", "page-url")


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_value_in_every_attribute_is_as_if_it_were_not_there(
    desk: Desk, open_page: OpenPage, value: str
) -> None:
    base = desk.program.client.base_url
    said = dict.fromkeys((*LOOKS, *SIZES, *TEXTS), html.escape(value))
    async with shop(base, tag(desk, **said)) as url, shop(base, "") as bare, open_page(viewport=WIDE) as on:
        dialogs: list[str] = []

        async def refuse(dialog: Dialog) -> None:
            dialogs.append(dialog.message)
            await dialog.dismiss()

        on.page.on("dialog", refuse)
        await on.page.add_init_script(ROOT)
        await on.page.goto(bare)
        before = await on.page.evaluate(PAGE)
        told = heard_of(on.page)
        await on.page.goto(url)
        found = await seen(on.page)
        texts = {"title": value[:500], "hero": value[:500]}
        assert {key: found[key] for key in PLAIN} == PLAIN | texts
        await say(on.page, "tell me something about you")
        await expect(on.page.get_by_text("I can help you work smarter").first).to_be_visible()
        address = value if len(value) <= 2_000 else f"{url}/"
        assert told[0] == {"kind": value[:100], "title": value[:300], "url": address}
        assert await on.page.evaluate(PAGE) == before
        assert (dialogs, on.complaints) == ([], [])
        assert on.hosts == {each.removeprefix("http://") for each in (url, bare, base)}


NOBODY = [
    *(value for value in HOSTILE if not re.fullmatch(r"[a-zA-Z0-9_-]{2,64}", value)),
    *("", "../../api/v1/me", "a/b", "a?b", "%2e%2e"),
]


@pytest.mark.parametrize("value", NOBODY, ids=range(len(NOBODY)))
async def test_an_assistant_that_cannot_be_one_is_asked_of_nobody(
    desk: Desk, open_page: OpenPage, value: str
) -> None:
    base = desk.program.client.base_url
    script = f'<script src="{base}/embed.js" data-assistant-id="{html.escape(value)}" async></script>'
    async with shop(base, script) as url, open_page(viewport=WIDE) as on:
        asked: list[str] = []
        on.page.on("request", lambda request: asked.append(request.url))
        async with on.page.expect_console_message(lambda line: "data-assistant-id" in line.text):
            await on.page.goto(url)
        assert [each for each in asked if "/widget/" in each] == []
        assert await on.page.evaluate("document.body.querySelectorAll('div').length") == 0
