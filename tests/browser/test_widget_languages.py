"""The site widget in the visitor's language and in their direction."""

import datetime
import re

import pytest
from playwright.async_api import Page, Route, expect
from tests.browser.conftest import OpenPage
from tests.browser.test_widget import FILES, ROOT, shop, tag
from tests.program import Desk, Program

IN_RUSSIAN = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
IN_ARABIC = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
]
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
RIGHT = """button => {
    const {left, right} = button.getBoundingClientRect();
    return [left > innerWidth / 2, Math.round(innerWidth - right)];
}"""


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(FILES, slug="spoken")
    await made.channel("web", {"title": "Northwind Audio"})
    program.forget_entrances()
    return made


async def said_before(desk: Desk) -> datetime.datetime:
    """When the last message was, as clocks in Greenwich have it."""
    rows = await desk.rows("messages", "seq")
    last: datetime.datetime = max(row["created_at"] for row in rows)
    return last.astimezone(datetime.UTC)


async def opened(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_the_window_speaks_russian_on_a_russian_page(desk: Desk, open_page: OpenPage) -> None:
    base = desk.program.client.base_url
    async with shop(base, tag(desk), lang="ru") as url, open_page(timezone_id="UTC") as watched:
        page = watched.page
        await page.add_init_script(ROOT)
        await page.goto(url)
        await opened(page, "Открыть чат")
        dialog = page.get_by_role("dialog", name="Northwind Audio")
        assert [await dialog.get_attribute(name) for name in ("lang", "dir")] == ["ru", "ltr"]
        await expect(page.get_by_text("Здравствуйте! Чем помочь?")).to_be_visible()
        await page.get_by_role("textbox", name="Напишите сообщение").fill("choice")
        await page.get_by_role("button", name="Отправить").click()
        await expect(page.get_by_role("button", name="Blue")).to_be_visible()
        await expect(page.get_by_text("Northwind Audio: Which one? 2 кнопки")).to_have_count(1)
        await page.get_by_role("button", name="Меню чата").click()
        await expect(page.get_by_role("menuitem", name="Позвать человека")).to_be_visible()
        assert watched.complaints == []

        written_at = await said_before(desk)
        await page.clock.set_fixed_time(written_at + datetime.timedelta(days=3))
        await page.goto(f"{url}/later")
        day = f"{written_at.day} {IN_RUSSIAN[written_at.month - 1]}, {written_at:%H:%M}"
        await expect(page.get_by_text(day)).to_be_visible()


async def test_the_window_is_mirrored_in_arabic_and_stays_in_its_corner(
    desk: Desk, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    async with (
        shop(base, tag(desk, language="ar"), lang="en") as url,
        open_page(timezone_id="UTC") as watched,
    ):
        page = watched.page
        await page.add_init_script(ROOT)
        await page.goto(url)
        button = page.get_by_role("button", name="فتح المحادثة", exact=True)
        assert await button.evaluate(RIGHT) == [True, 20]
        await opened(page, "فتح المحادثة")
        dialog = page.get_by_role("dialog", name="Northwind Audio")
        assert [await dialog.get_attribute(name) for name in ("lang", "dir")] == ["ar", "rtl"]
        assert await dialog.evaluate(RIGHT) == [True, 20]
        await page.get_by_role("textbox", name="اكتب رسالة").fill("choice")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Blue")).to_be_visible()
        await expect(page.get_by_text("Northwind Audio: Which one? زران")).to_have_count(1)
        # What the visitor says is at the end of the line, which is the left; their words read as they are written.
        mine, answer = page.locator(".me .b"), page.locator(".row .b", has_text="Which one?")
        sides = [await each.evaluate("one => one.getBoundingClientRect().left") for each in (mine, answer)]
        assert sides[0] < sides[1]
        assert await mine.evaluate("one => getComputedStyle(one).direction") == "ltr"
        assert watched.complaints == []

        written_at = await said_before(desk)
        await page.clock.set_fixed_time(written_at + datetime.timedelta(days=3))
        await page.goto(f"{url}/later")
        # Which digits Arabic without a country is written with differs between browsers.
        day, month = str(written_at.day), IN_ARABIC[written_at.month - 1]
        shown = re.compile(f"({day}|{day.translate(ARABIC_DIGITS)}) {month}،")
        await expect(page.locator(".day")).to_have_text(shown)


@pytest.mark.parametrize("file", ["widget_words_ru.js", "widget_languages.js"])
async def test_a_language_that_cannot_be_fetched_is_english(
    desk: Desk, open_page: OpenPage, file: str
) -> None:
    base = desk.program.client.base_url
    async with shop(base, tag(desk), lang="ru") as url, open_page() as watched:
        page = watched.page
        await page.add_init_script(ROOT)
        await page.route(f"**/static/{file}**", lambda route: route.abort())
        await page.goto(url)
        await opened(page, "Open chat")
        await expect(page.get_by_text("Hello! How can we help?")).to_be_visible()
        await page.get_by_role("textbox", name="Write a message").fill("tell me something about you")
        await page.keyboard.press("Enter")
        await expect(page.locator(".b", has_text="I can help you work smarter")).to_be_visible()


async def test_a_language_that_does_not_come_keeps_nobody_waiting(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk), lang="ru") as url, open_page() as watched:
        page = watched.page
        await page.add_init_script(ROOT)
        # Never answered: it is on its way for as long as the page lasts.
        await page.route("**/static/widget_words_ru.js**", lambda _: None)
        await page.goto(url)
        await opened(page, "Open chat")
        await expect(page.get_by_role("textbox", name="Write a message")).to_be_visible()


async def test_why_something_was_not_sent_is_said_in_the_visitors_language(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk), lang="ru") as url, open_page() as watched:
        page = watched.page
        await page.add_init_script(ROOT)

        async def refused(route: Route) -> None:
            problem = {"status": 403, "code": "forbidden", "detail": "Not open to pages of that origin."}
            await route.fulfill(status=403, json=problem, headers={"access-control-allow-origin": "*"})

        await page.goto(url)
        await opened(page, "Открыть чат")
        await page.route("**/messages*", refused)
        await page.get_by_role("textbox", name="Напишите сообщение").fill("hello")
        await page.keyboard.press("Enter")
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text("Не отправлено. На этой странице чат закрыт.")  # noqa: RUF001  # as it is written
        await expect(alert).not_to_contain_text("origin")
        await expect(alert.get_by_role("button", name="Ещё раз")).to_be_visible()


@pytest.mark.parametrize(
    ("attribute", "channel", "lang", "locale", "expected"),
    [
        ("de", "fr", "ru", "es-MX", "Chat öffnen"),
        ("", "fr", "ru", "es-MX", "Ouvrir le chat"),
        ("auto", "fr", "ru-RU", "es-MX", "Открыть чат"),
        ("", "auto", "", "es-MX", "Abrir el chat"),
        ("", "auto", "is", "tlh", "Open chat"),
        ("en", "fr", "ru", "ru-RU", "Open chat"),
        ("xx", "auto", "pt_BR", "en-US", "Abrir o chat"),
        ("&lt;img src=x onerror=alert(1)&gt;", "auto", "iw", "en-US", "פתיחת הצ׳אט"),  # noqa: RUF001  # as it is written
        ("../../../evil", "auto", "ZH-hant-TW", "en-US", "打开聊天"),
        ("constructor", "auto", "__proto__", "kk-KZ", "Чатты ашу"),
    ],
)
async def test_who_says_which_language_it_is(
    program: Program,
    open_page: OpenPage,
    attribute: str,
    channel: str,
    lang: str,
    locale: str,
    expected: str,
) -> None:
    desk = await program.desk(FILES, slug="chosen")
    await desk.channel("web", {"language": channel})
    program.forget_entrances()
    attributes = {"language": attribute} if attribute else {}
    base = desk.program.client.base_url
    async with shop(base, tag(desk, **attributes), lang=lang) as url, open_page(locale=locale) as watched:
        page = watched.page
        await page.add_init_script(ROOT)
        await page.goto(url)
        await expect(page.get_by_role("button", name=expected, exact=True)).to_be_visible()
        assert watched.complaints == []
