"""Pictures and sources in the site widget: nothing of another host is loaded before the visitor wants it."""

import os

import pytest
from playwright.async_api import Route, expect
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.test_widget import say
from tests.browser.told_lines import ANYTHING, FOCUSED, Told, line, telling, text
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk

ELSEWHERE = "cdn.example.com"
DRAWN = "<svg xmlns='http://www.w3.org/2000/svg' width='30' height='20'><rect width='30' height='20' fill='teal'/></svg>"


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


def told() -> Told:
    card = {"title": "Lamp", "image": f"https://{ELSEWHERE}/card.svg"}
    picture = {"type": "image", "url": f"https://{ELSEWHERE}/a.svg", "alt": "A lamp"}
    return Told([line(1, "you", text("hi")), line(2, "ai", picture, {"type": "cards", "cards": [card]})])


async def test_a_picture_of_another_host_is_shown_when_it_is_wanted(desk: Desk, open_page: OpenPage) -> None:
    asked: list[str | None] = []

    async def draw(route: Route) -> None:
        asked.append(await route.request.header_value("referer"))
        await route.fulfill(body=DRAWN, content_type="image/svg+xml")

    shown = told()
    async with telling(desk, open_page, shown, policy=ANYTHING) as page:
        await page.route(f"https://{ELSEWHERE}/**", draw)
        veil = page.get_by_role("button", name=f"Show picture from {ELSEWHERE}")
        await expect(veil).to_have_count(2)
        await expect(page.get_by_role("list", name="Cards")).to_have_count(1)
        assert shown.watched is not None
        assert ELSEWHERE not in shown.watched.hosts
        await page.get_by_role("button", name="A lamp").click()
        await expect(page.locator(".pic img")).to_be_visible()
        # Its host is known to be wanted now.
        await expect(page.locator(".card img")).to_be_visible()
        await expect(veil).to_have_count(0)
        await page.wait_for_function(
            """() => [...document.querySelectorAll("*")].some(each => each.shadowRoot
                && [...each.shadowRoot.querySelectorAll("img")].filter(one => one.naturalWidth).length === 2)"""
        )
        assert asked == [None, None]


@pytest.mark.parametrize(("veil", "shown"), [(":not(figure) > .veil", "a.pic"), (".card .veil", "figure")])
async def test_a_picture_that_is_wanted_by_keys_has_the_focus(
    desk: Desk, open_page: OpenPage, veil: str, shown: str
) -> None:
    async def draw(route: Route) -> None:
        await route.fulfill(body=DRAWN, content_type="image/svg+xml")

    async with telling(desk, open_page, told(), policy=ANYTHING) as page:
        await page.route(f"https://{ELSEWHERE}/**", draw)
        await page.locator(veil).first.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".veil")).to_have_count(0)
        assert await page.evaluate(FOCUSED) == shown


async def test_a_picture_of_the_page_is_asked_for_by_the_visitor_too(desk: Desk, open_page: OpenPage) -> None:
    base = desk.program.client.base_url
    asked: list[str] = []

    async def draw(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(body=DRAWN, content_type="image/svg+xml")

    shown = Told([])
    async with telling(desk, open_page, shown, policy=ANYTHING) as page:
        own = await page.evaluate("location.origin")
        pictures = [f"{own}/basket/empty", f"{base}/static/drawn.svg"]
        shown.answers = [[{"type": "image", "url": url} for url in pictures]]
        for url in pictures:
            await page.route(url, draw)
        await say(page, "hi")
        await expect(page.locator(".pic img")).to_be_visible()
        assert asked == [pictures[1]]
        await page.get_by_role("button", name="Show picture from").click()
        await expect(page.locator(".pic img")).to_have_count(2)


async def test_sources_beyond_three_are_counted_and_unfold(desk: Desk, open_page: OpenPage) -> None:
    sources = [{"title": f"Page {n}", "url": f"https://docs.example.com/{n}"} for n in range(1, 6)]
    shown = Told([line(1, "you", text("hi")), line(2, "ai", text("Ten days.", sources=sources))])
    async with telling(desk, open_page, shown) as page:
        last = page.get_by_role("link", name="Page 5")
        await expect(page.get_by_role("link", name="Page 3").last).to_be_visible()
        await expect(last).to_be_hidden()
        more = page.get_by_text("2 more")
        await more.focus()
        await page.keyboard.press("Enter")
        await expect(last).to_be_visible()
        for link in await page.locator(".list a").all():
            assert (await link.get_attribute("rel") or "").split() == ["noopener", "noreferrer", "nofollow"]


ALL = [
    text("Ten days.", sources=[{"title": f"Page {n}", "url": f"https://x.example/{n}"} for n in range(5)]),
    {"type": "attachment", "url": "https://x.example/a.pdf", "name": "a.pdf", "size_bytes": 12_000},
    {"type": "image", "url": f"https://{ELSEWHERE}/a.svg", "alt": "A lamp"},
    {
        "type": "cards",
        "cards": [
            {
                "title": f"Lamp {n}",
                "subtitle": "89",
                "image": f"https://{ELSEWHERE}/{n}.svg",
                "buttons": [{"title": f"Take {n}"}],
            }
            for n in range(3)
        ],
    },
]


MOVED = """() => {
    const root = [...document.body.children].find(each => each.shadowRoot).shadowRoot;
    const ends = root.getAnimations().filter(each => each.effect.getComputedTiming().endTime < Infinity);
    return Promise.all(ends.map(each => each.finished));
}"""


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_all_that_can_be_said_is_fit_to_be_used(
    desk: Desk, open_page: OpenPage, lang: str, scheme: str, width: int
) -> None:
    owner = "human" if width > 500 else "closed"
    state = {"owner": owner, "person": "Ben Cole"}
    lines = [
        line(1, "you", text("hi")),
        line(2, "person", text("I am Anna"), who="Anna Berg"),
        line(3, "ai", *ALL),
    ]
    size = {"width": width, "height": 860}
    shown = Told(lines, state)
    async with telling(desk, open_page, shown, lang=lang, viewport=size, color_scheme=scheme) as page:
        await expect(page.locator(".card")).to_have_count(3)
        await page.evaluate(MOVED)
        if folder := os.environ.get("SHOTS"):
            await page.screenshot(path=f"{folder}/all_{lang}_{scheme}_{width}.png")
        assert await violations(page, rules={"label-content-name-mismatch": {"enabled": True}}) == []
