"""The menu of a conversation in the site widget: it goes when the visitor does, and speaks their language."""

import pytest
from playwright.async_api import Route, expect
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.test_widget_focus import FIELD, has_focus
from tests.browser.told_lines import OPEN, Told, line, telling, text
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


def told() -> Told:
    return Told([line(1, "you", text("hi")), line(2, "ai", text("Well met"))], {"mail": True})


@pytest.mark.parametrize("mails", [[], ["E-mail a copy"]], ids=["menu", "mail"])
async def test_it_closes_when_the_visitor_goes_elsewhere_in_the_window(
    desk: Desk, open_page: OpenPage, mails: list[str]
) -> None:
    async with telling(desk, open_page, told()) as page:
        shown = page.locator(".menu")

        async def opened() -> None:
            await page.get_by_role("button", name="Conversation menu").click()
            for item in mails:
                await page.get_by_role("menuitem", name=item).click()
            await expect(shown).to_be_visible()

        await opened()
        await page.get_by_role("textbox", name="Write a message").click()
        await expect(shown).to_have_count(0)
        await has_focus(page, FIELD)
        await opened()
        await page.locator(".b", has_text="Well met").click()
        await expect(shown).to_have_count(0)
        await has_focus(page, "div.list")
        await opened()
        await page.get_by_role("textbox", name="Write a message").focus()
        await expect(shown).to_have_count(0)
        await has_focus(page, FIELD)
        # What opens it closes it too.
        await opened()
        await page.get_by_role("button", name="Conversation menu").click()
        await expect(shown).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (422, "Geben Sie eine Adresse wie name@example.com ein"),
        (429, "Im Moment werden keine weiteren Kopien verschickt. Versuchen Sie es später noch einmal."),
        (403, "Sie wurde nicht angenommen."),
    ],
)
async def test_why_no_copy_is_mailed_is_said_in_the_language_of_the_window(
    desk: Desk, open_page: OpenPage, status: int, said: str
) -> None:
    async def refuse(route: Route) -> None:
        problem = {"code": "invalid", "detail": "Words of the program."}
        await route.fulfill(
            status=204 if route.request.method == "OPTIONS" else status, json=problem, headers=OPEN
        )

    async with telling(desk, open_page, told(), lang="de") as page:
        await page.route("**/mail", refuse)
        await page.get_by_role("button", name="Menü der Unterhaltung").click()
        await page.get_by_role("menuitem", name="Kopie per E-Mail").click()
        await page.get_by_role("textbox", name="E-Mail-Adresse").fill("jo@example")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_have_text(said)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_sends_a_copy_and_what_closes_it_can_be_read_by_who_is_on_it(
    desk: Desk, open_page: OpenPage, scheme: str
) -> None:
    async def taken(route: Route) -> None:
        await route.fulfill(status=204, headers=OPEN)

    async with telling(desk, open_page, told(), color_scheme=scheme) as page:
        await page.route("**/mail", taken)
        await page.get_by_role("button", name="Conversation menu").click()
        await page.get_by_role("menuitem", name="E-mail a copy").click()
        await page.get_by_role("textbox", name="E-mail address").fill("jo@example.com")
        await page.keyboard.press("Tab")
        await has_focus(page, "button.btn")
        assert await violations(page) == []
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Done")).to_be_focused()
        assert await violations(page) == []
