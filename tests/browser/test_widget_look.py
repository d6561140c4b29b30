"""Settings, Integration: how the widget will look is seen as it is typed, in the widget itself, before it is saved."""

import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import FrameLocator, Locator, Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.panel import SIZES, Seat, seated
from tests.browser.test_widget import ROOT
from tests.program import Desk, Program

PATH = "/panel/settings/integration"


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk()
    await made.channel("web", {"title": "Northwind", "welcome_message": "Hello there"})
    program.forget_entrances()
    return made


@asynccontextmanager
async def looking(
    program: Program, open_page: OpenPage, desk: Desk, size: str = "wide", scheme: str = "light"
) -> AsyncIterator[tuple[Seat, FrameLocator]]:
    async with seated(program, open_page, desk, viewport=SIZES[size], color_scheme=scheme) as seat:
        await seat.page.add_init_script(ROOT)
        await seat.go(PATH)
        yield seat, seat.page.frame_locator("iframe")


def option(page: Page, name: str) -> Locator:
    return page.locator("#look-preview").get_by_text(name, exact=True)


async def test_the_preview_follows_what_is_typed_and_asks_the_program_nothing(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with looking(program, open_page, desk) as (seat, preview):
        page = seat.page
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        window = preview.get_by_role("dialog", name="Northwind")
        await expect(window.get_by_text("Hello there")).to_be_visible()
        await page.get_by_label("Title").fill("Help & <b>more</b>")
        window = preview.get_by_role("dialog", name="Help & <b>more</b>")
        await expect(window).to_be_visible()
        await page.get_by_label("Welcome message").fill("What can we do?")
        await page.get_by_label("First questions").fill("Where is my order?\nReturns")
        await expect(window.get_by_role("button", name="Returns")).to_be_visible()
        await expect(window.get_by_text("What can we do?")).to_be_visible()
        await page.get_by_label("Width").fill("300")
        await expect(window).to_have_css("width", "300px")
        await page.get_by_label("Top left").check()
        await expect(preview.locator(".panel-place.l.t")).to_have_count(1)
        await page.get_by_label("Dark", exact=True).first.check()
        await expect(preview.locator(".fd.dark")).to_have_count(1)
        await page.get_by_role("switch", name="Pictures").uncheck()
        await expect(window.locator(".head .av")).to_have_count(0)
        await page.locator("#f-settings-language").select_option("ru")
        await expect(preview.locator(".panel[lang=ru]")).to_be_visible()
        await page.locator("#f-settings-language").select_option("en")
        await expect(preview.locator(".panel[lang=en]")).to_be_visible()
        # A conversation in it is with nobody.
        await window.get_by_role("button", name="Returns").dispatch_event("click")
        await expect(window.get_by_text("It left our store yesterday").first).to_be_visible()
        assert [each for each in asked if "/widget/" in each or "/api/" in each] == []
        assert await desk.rows("conversations") == []
        assert seat.watched.complaints == []
        assert seat.watched.hosts == {seat.base.removeprefix("http://")}


async def test_the_preview_goes_along_with_the_form(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with looking(program, open_page, desk) as (seat, preview):
        title = preview.get_by_role("heading", name="Northwind")
        await expect(title).to_be_visible()
        for name in ("Height", "Open after"):
            await seat.page.get_by_label(name).scroll_into_view_if_needed()
            await expect(seat.page.get_by_label(name)).to_be_in_viewport()
            await expect(title).to_be_in_viewport()


async def test_the_preview_is_shown_as_button_conversation_on_a_phone_and_by_night(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with looking(program, open_page, desk) as (seat, preview):
        page = seat.page
        await expect(preview.get_by_role("dialog")).to_be_visible()
        await option(page, "Conversation").click()
        await expect(preview.locator(".me .b", has_text="Where is my order?")).to_be_visible()
        await page.get_by_label("Color", exact=True).last.fill("#aa0066")
        await expect(preview.locator(".me .b").first).to_have_css("background-color", "rgb(170, 0, 102)")
        await option(page, "Phone").click()
        await expect(preview.locator(".panel.full")).to_be_visible()
        await option(page, "Button").click()
        button = preview.get_by_role("button", name="Open chat")
        await expect(button).to_have_css("background-color", "rgb(170, 0, 102)")
        await page.get_by_label("Hide on phones").check()
        await expect(button).to_have_count(0)
        await expect(page.get_by_text("Phones show nothing.")).to_be_visible()
        await option(page, "Desktop").click()
        await expect(button).to_be_visible()
        await expect(page.get_by_text("Phones show nothing.")).to_be_hidden()
        await option(page, "Welcome").click()
        await page.locator("#look-preview").get_by_text("Dark", exact=True).click()
        await expect(preview.locator(".fd.dark")).to_have_count(1)
        assert seat.watched.complaints == []


async def test_colours_that_cannot_be_read_are_told_as_they_are_chosen(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with looking(program, open_page, desk) as (seat, preview):
        page = seat.page
        await expect(preview.get_by_role("dialog")).to_be_visible()
        color = page.get_by_label("Color", exact=True).last
        warning = page.locator("#look-preview [role=status]")
        await expect(warning.locator("p:visible")).to_have_count(0)
        for given, said in (
            ("#ffee00", "White letters on this color have a contrast of 1.2 to 1"),
            ("#ffee00", "On a white page this color has a contrast of 1.2 to 1"),
            ("#111111", "On a dark page this color"),
        ):
            await color.fill(given)
            await expect(warning.get_by_text(said)).to_be_visible()
        await color.fill("#0071e3")
        await expect(warning.locator("p:visible")).to_have_count(0)


async def test_the_tag_has_what_is_not_saved_and_needs_none_of_it_afterwards(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with looking(program, open_page, desk) as (seat, _):
        page = seat.page
        tag = page.locator("#paste-tag")
        plain = await tag.text_content()
        hostile = '"><script>alert(1)</script>&quot;'
        await page.get_by_label("Title").fill(hostile)
        await page.get_by_label("Open by itself").check()
        await page.get_by_label("Hide on", exact=True).fill("/checkout\n/</script><b>")
        line = page.get_by_text("It has what you changed and did not save")
        await expect(line).to_be_visible()
        await expect(tag).to_contain_text("hideOnPaths")
        text = await tag.text_content() or ""
        made = await page.evaluate(
            """text => {
                const read = new DOMParser().parseFromString(text, "text/html");
                const [rules, tag] = read.querySelectorAll("script");
                return [rules.textContent, {...tag.dataset}, read.querySelectorAll("b, img").length];
            }""",
            text,
        )
        rules = json.loads(made[0].removeprefix("window.AIAssistantConfig = ").removesuffix(";"))
        assert rules == {"hideOnPaths": ["/checkout", "/</script><b>"]}
        assert made[1] == {"assistantId": desk.assistant_id, "title": hostile, "autoOpen": "true"}
        assert made[2] == 0
        assert 'data-auto-open="true"' in (await page.locator("#paste-pinned").text_content() or "")
        await page.get_by_label("Hide on", exact=True).fill("/checkout")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
        await expect(tag).to_have_text(plain or "")
        await expect(line).to_be_hidden()
        await expect(page.get_by_label("Title")).to_have_value(hostile)
        assert seat.watched.complaints == []


@pytest.mark.parametrize(
    ("label", "wrong", "said", "right", "attribute"),
    [
        ("Width", "9000", "Write a whole number from 300 to 520.", "520", "width"),
        ("Height", "1e3", "Write a whole number from 400 to 800.", "400", "height"),
        ("Open after", "-1", "Write a whole number from 0 to 600000.", "0", "auto-open-delay"),
        ("Color", "red", "write six hexadecimal digits", "#aa3366", "primary-color"),
    ],
)
async def test_what_would_be_refused_is_said_while_typing_and_is_in_no_tag(
    program: Program,
    desk: Desk,
    open_page: OpenPage,
    label: str,
    wrong: str,
    said: str,
    right: str,
    attribute: str,
) -> None:
    async with looking(program, open_page, desk) as (seat, preview):
        page = seat.page
        window = preview.get_by_role("dialog")
        await expect(window).to_have_css("width", "380px")
        field, tag = page.get_by_label(label, exact=True).last, page.locator("#paste-tag")
        await field.fill(right)
        await expect(tag).to_contain_text(f'data-{attribute}="{right}"')
        await field.fill(wrong)
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(field).to_have_accessible_description(re.compile(re.escape(said), re.IGNORECASE))
        await expect(tag).not_to_contain_text(f"data-{attribute}")
        await expect(window).to_have_css("width", "380px")
        await expect(window.get_by_role("button", name="Send")).not_to_have_css("color", "rgb(255, 0, 0)")
        await field.fill(right)
        await expect(field).not_to_have_attribute("aria-invalid", "true")
        await expect(tag).to_contain_text(f'data-{attribute}="{right}"')
        assert seat.watched.complaints == []


async def test_a_page_about_consent_that_is_none_is_said_while_typing_and_is_no_link(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with looking(program, open_page, desk) as (seat, preview):
        page, field = seat.page, seat.page.get_by_label("Page about it", exact=True)
        await page.get_by_text("More options").first.click()
        await page.get_by_label("Consent", exact=True).fill("I agree")
        await field.fill("https://shop.example.com/privacy")
        await expect(preview.locator("a[href='https://shop.example.com/privacy']")).to_have_count(1)
        await field.fill("javascript:alert(1)")
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(field).to_have_accessible_description(re.compile("begins with https://"))
        await expect(preview.get_by_label("I agree")).to_be_visible()
        await expect(preview.locator("a[href]")).to_have_count(0)
        await field.fill("")
        await expect(field).not_to_have_attribute("aria-invalid", "true")
        assert seat.watched.complaints == []


async def test_what_the_tag_cannot_carry_is_named_until_it_is_saved(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with looking(program, open_page, desk) as (seat, preview):
        page, tag = seat.page, seat.page.locator("#paste-tag")
        plain = await tag.text_content() or ""
        line = page.get_by_text("Only Save brings this to your site")
        await expect(line).to_be_hidden()
        await page.get_by_label("First questions").fill("Returns")
        await page.get_by_role("switch", name="Sound").uncheck()
        await expect(line).to_have_text("Only Save brings this to your site: First questions, Sound.")
        await expect(tag).to_have_text(plain)
        await expect(preview.get_by_role("button", name="Returns")).to_be_visible()
        await page.get_by_label("First questions").fill("x" * 81)
        await expect(page.get_by_label("First questions")).to_have_attribute("aria-invalid", "true")
        await expect(line).to_have_text("Only Save brings this to your site: Sound.")
        await expect(preview.get_by_role("button", name="xxx")).to_have_count(0)
        await page.get_by_label("First questions").fill("")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
        await expect(line).to_be_hidden()


async def test_what_is_asked_before_the_first_message_is_seen_before_it_is_saved(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with looking(program, open_page, desk) as (seat, preview):
        page = seat.page
        window = preview.get_by_role("dialog")
        await expect(window.get_by_text("Hello there")).to_be_visible()
        await page.get_by_text("More options").click()
        await page.locator("#f-settings-ask_email").get_by_label("Needed").check()
        await expect(window.get_by_label("E-mail")).to_be_visible()
        await expect(window.get_by_label("Name")).to_have_count(0)
        await page.locator("#f-settings-ask_name").get_by_label("May be left empty").check()
        await expect(window.get_by_label("Name")).to_be_visible()
        await page.get_by_label("Why you ask").fill("To find your order")
        await expect(window.get_by_text("To find your order")).to_be_visible()
        await page.get_by_label("Consent", exact=True).fill("I agree")
        await expect(window.get_by_role("checkbox", name="I agree")).to_be_visible()
        await page.get_by_label("Page about it").fill("https://www.example.com/privacy")
        await expect(window.get_by_role("link")).to_have_attribute("href", "https://www.example.com/privacy")
        await page.get_by_label("Consent", exact=True).fill("")
        for name in ("email", "name"):
            await page.locator(f"#f-settings-ask_{name}").get_by_label("No", exact=True).check()
        await expect(window.get_by_text("Hello there")).to_be_visible()
        assert seat.watched.complaints == []


async def test_who_may_write_files_and_copies_are_seen_before_they_are_saved(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with looking(program, open_page, desk) as (seat, preview):
        page = seat.page
        window = preview.get_by_role("dialog")
        await expect(window.get_by_label("Attach a file")).to_have_count(1)
        await page.get_by_text("More options").click()
        await page.locator("#f-settings-files").get_by_label("None").check()
        await expect(window.get_by_label("Attach a file")).to_have_count(0)
        await page.get_by_label("Only signed-in visitors").check()
        await expect(window.get_by_text("Sign in to chat with us here.")).to_be_visible()
        await option(page, "Conversation").click()
        await expect(preview.locator(".day")).to_contain_text("Today")
        await expect(window.get_by_placeholder("Write")).to_be_visible()
        await page.get_by_label("Copies by mail").uncheck()
        await window.get_by_role("button", name="Conversation menu").dispatch_event("click")
        menu = window.get_by_role("menu")
        await expect(menu.get_by_role("menuitemcheckbox", name="Sound")).to_be_visible()
        await expect(menu.get_by_text("mail")).to_have_count(0)
        await menu.get_by_role("menuitem", name="Talk to a person").dispatch_event("click")
        await expect(window.get_by_role("form", name="Leave message")).to_be_visible()
        await page.get_by_label("Leave a message", exact=True).uncheck()
        await expect(window.get_by_role("form", name="Leave message")).to_have_count(0)
        assert seat.watched.complaints == []


async def test_that_it_opens_by_itself_is_seen_as_on_a_phone_and_as_on_a_desktop(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with looking(program, open_page, desk) as (seat, preview):
        page = seat.page
        await expect(preview.get_by_role("dialog")).to_be_visible()
        await page.get_by_label("Open after").fill("0")
        await option(page, "Phone").click()
        await page.get_by_role("switch", name="Open by itself").check()
        await expect(page.locator("#look-preview").get_by_label("Button")).to_be_checked()
        teaser = preview.locator(".tease")
        await expect(teaser).to_contain_text("Hello there")
        await page.get_by_label("Welcome message").fill("Good evening")
        await expect(teaser).to_contain_text("Good evening")
        await option(page, "Desktop").click()
        await expect(preview.get_by_role("dialog", name="Northwind")).to_be_visible()
        await page.get_by_role("switch", name="Open by itself").uncheck()
        await expect(preview.get_by_role("button", name="Open chat")).to_be_visible()
        await expect(preview.get_by_role("dialog")).to_have_count(0)
        assert seat.watched.complaints == []


async def test_what_is_refused_is_said_at_its_field_and_the_preview_goes_on(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with looking(program, open_page, desk) as (seat, preview):
        page = seat.page
        # As one who drags its corner makes it.
        await page.get_by_label("Welcome message").evaluate("field => { field.style.height = '300px'; }")
        await page.get_by_label("Height").fill("9000")
        await page.get_by_text("More options").click()
        await page.get_by_label("Page about it").fill("nowhere")
        async with page.expect_response(lambda answer: answer.request.method == "POST") as refused:
            await page.get_by_role("button", name="Save").click()
        assert (await refused.value).status == 422
        await expect(page.get_by_label("Height")).to_be_focused()
        for label, said in (("Height", "Write 800 or less."), ("Page about it", "begins with https://")):
            field = page.get_by_label(label, exact=True)
            await expect(field).to_have_attribute("aria-invalid", "true")
            await expect(field).to_have_accessible_description(re.compile(re.escape(said)))
        assert [each for each in seat.watched.complaints if "422" not in each] == []
        await page.get_by_label("Title").fill("After")
        await expect(preview.get_by_role("dialog", name="After")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [("wide", "light"), ("phone", "dark")])
async def test_the_page_is_fit_to_be_used(
    program: Program, desk: Desk, open_page: OpenPage, size: str, scheme: str
) -> None:
    async with looking(program, open_page, desk, size, scheme) as (seat, preview):
        await expect(preview.get_by_role("dialog")).to_be_visible()
        if folder := os.environ.get("SHOTS"):
            await seat.page.screenshot(path=f"{folder}/look_{size}_{scheme}.png", full_page=True)
        assert not await seat.watched.overflows()
        assert await seat.serious() == []
        assert seat.watched.complaints == []


async def test_without_scripts_there_is_a_form_and_no_preview(
    program: Program, desk: Desk, open_page: OpenPage
) -> None:
    async with seated(program, open_page, desk, java_script_enabled=False) as seat:
        page = seat.page
        await seat.go(PATH)
        await expect(page.locator("#look-preview")).to_be_hidden()
        await page.get_by_label("Title").fill("By hand")
        await page.get_by_label("Width").fill("1")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_label("Title")).to_have_value("By hand")
        await expect(page.get_by_label("Width")).to_be_focused()
        await expect(page.get_by_label("Width")).to_have_accessible_description("Write 300 or more.")
        await page.get_by_label("Width").fill("400")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_label("Title")).to_have_value("By hand")
        await expect(page.locator("[aria-invalid]")).to_have_count(0)
    program.forget_entrances()
    told = (await program.client.get(f"/widget/{desk.assistant_id}/config")).json()
    assert (told["title"], told["width"]) == ("By hand", 400)
