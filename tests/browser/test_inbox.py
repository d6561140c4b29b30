"""The inbox as people work in it: on the real program, with customers who write meanwhile."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import BrowserContext, Page, Request, Route, expect
from tests.browser.conftest import TELL_VIOLATIONS, WITHIN_MS, OpenPage
from tests.browser.inbox import CHATS, answers, inbox, trouble
from tests.desk.people import Person, conversation_of, person, waiting
from tests.program import Desk, Program, until

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "[a](javascript:alert(1)) javascript:alert(1) data:text/html,<b>x</b>",
    "\u202egnp.exe \u0000".replace("\u0000", ""),
    "{{constructor.constructor('alert(1)')()}} ${alert(1)} %{7*7}",
    'https://example.com/"onmouseover=alert(1)//',
)


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def ann(desk: Desk) -> Person:
    return await person(desk, "Ann Lee")


async def test_a_conversation_from_the_queue_to_its_end(desk: Desk, ann: Person, open_page: OpenPage) -> None:
    async with open_page(viewport={"width": 1440, "height": 900}) as watched:
        page = await inbox(watched, ann)
        await expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
        conversation = await waiting(desk)
        await page.get_by_role("button", name="Take").first.click()
        await expect(page).to_have_url(re.compile(f"conversation={conversation}"))
        await expect(page.get_by_text("You took it.")).to_be_visible()
        box = page.get_by_role("textbox", name=re.compile("Reply to"))
        await box.fill("Hello, I am Ann.")
        await box.press("Enter")
        await expect(page.get_by_role("log").get_by_text("Hello, I am Ann.")).to_be_visible()
        await expect(box).to_have_value("")

        async def sent() -> bool:
            return await answers(ann, conversation) == ["Hello, I am Ann."]

        # It is shown before it is sent, and what the customer says first would hold it back.
        await until(sent)
        await desk.say("jo", "thank you very much")
        await expect(page.get_by_role("log").get_by_text("thank you very much")).to_be_visible()
        await box.press("Escape")
        await page.keyboard.press("e")
        await page.keyboard.press("1")
        await expect(page.get_by_role("button", name="Reopen")).to_be_visible()

        async def closed() -> bool:
            full = await ann.read(conversation)
            return (full["owner"], full["outcome"], full["unread"]) == ("closed", "solved", 0)

        await until(closed)
        assert await answers(ann, conversation) == ["Hello, I am Ann."]
        assert trouble(watched) == []
        assert watched.hosts == {desk.program.client.base_url.partition("//")[2]}


async def test_what_is_written_without_a_line_survives_a_reload_and_is_sent_once(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")

    async def cut(route: Route) -> None:
        await route.abort("internetdisconnected")

    async def lost(route: Route) -> None:
        # The server has it, the answer does not come back.
        await route.fetch()
        await route.abort("connectionreset")

    async with open_page(viewport={"width": 1440, "height": 900}) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        messages = re.compile(r"/messages$")
        await page.route(messages, cut)
        box = page.get_by_role("textbox", name=re.compile("Reply to"))
        await box.fill("First")
        await box.press("Enter")
        await box.fill("Second")
        await box.press("Enter")
        await box.fill("a draft")
        await expect(page.get_by_text("Sending").first).to_be_visible()
        await page.unroute(messages)
        await page.route(messages, lost, times=1)
        await page.reload()
        await expect(box).to_have_value("a draft")
        await expect(page.get_by_role("log").get_by_text("Second")).to_be_visible()

        async def there() -> bool:
            return await answers(ann, conversation) == ["First", "Second"]

        await until(there)
        await expect(page.get_by_text("Sending")).to_have_count(0)
        await expect(page.get_by_role("log").get_by_text("First")).to_have_count(1)


async def test_a_colleagues_line_in_between_stops_a_reply_once(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    async with open_page(viewport={"width": 1440, "height": 900}) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        box = page.get_by_role("textbox", name=re.compile("Reply to"))
        await expect(page.get_by_text("Ann Lee").first).to_be_visible()
        await page.route(re.compile("/feed"), lambda route: route.abort())
        await page.reload()
        await expect(page.get_by_role("log").get_by_text("human", exact=True)).to_be_visible()
        await desk.say("jo", "wait, something else")
        await box.fill("An answer to before")
        await box.press("Enter")
        await expect(page.get_by_text("Something new came in between. Read it first.")).to_be_visible()
        await expect(page.get_by_role("log").get_by_text("wait, something else")).to_be_visible()
        await page.get_by_role("button", name="Send anyway").click()

        async def sent() -> bool:
            return await answers(ann, conversation) == ["An answer to before"]

        await until(sent)
        await expect(page.get_by_text("Something new came in between. Read it first.")).to_have_count(0)


@asynccontextmanager
async def tabs(context: BrowserContext, count: int) -> AsyncIterator[list[Page]]:
    opened = [await context.new_page() for _ in range(count)]
    yield opened
    for page in opened:
        await page.close()


async def test_ten_tabs_share_one_stream_and_the_tenth_sends(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    feeds: list[str] = []

    def count(request: Request) -> None:
        if "/api/v1/feed" in request.url:
            feeds.append(request.url)

    async with open_page(viewport={"width": 1440, "height": 900}) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        context = page.context
        context.on("request", count)
        async with tabs(context, 9) as opened:
            for tab in opened:
                await tab.goto(page.url)
            last = opened[-1]
            box = last.get_by_role("textbox", name=re.compile("Reply to"))
            await box.fill("From the tenth")
            took_ms = await last.evaluate(
                """() => new Promise((done) => {
                    const from = performance.now();
                    const log = document.querySelector("[role=log]");
                    const look = () => log.textContent.includes("From the tenth")
                        && !log.textContent.includes("Sending") ? done(performance.now() - from)
                        : requestAnimationFrame(look);
                    document.getElementById("fd-editor")
                        .dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
                    look();
                })"""
            )
            # With a stream for each tab none would be left to send on: it would take for ever.
            assert took_ms < WITHIN_MS
            await expect(page.get_by_role("log").get_by_text("From the tenth")).to_be_visible()
            assert len(feeds) == 0
            # The tab that reads the stream goes; another one takes it over.
            await page.close()
            await desk.say("jo", "still there?")
            await expect(last.get_by_role("log").get_by_text("still there?")).to_be_visible()
            assert len(feeds) == 1


async def test_what_customers_write_is_text_and_runs_nothing(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    for text in HOSTILE:
        await desk.say("jo", text)
    conversation = await waiting(desk)
    await desk.program.query(
        "UPDATE contacts SET name = $2 WHERE workspace_id = $1", desk.workspace, HOSTILE[0]
    )
    async with open_page(viewport={"width": 1440, "height": 900}) as watched:
        await watched.page.add_init_script(TELL_VIOLATIONS)
        watched.page.on("dialog", lambda dialog: watched.complaints.append(f"dialog {dialog.message}"))
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        log = page.get_by_role("log")
        for text in HOSTILE:
            await expect(log.get_by_text(text.strip(), exact=True).first).to_be_visible()
        await expect(page.get_by_role("heading", level=2, name=HOSTILE[0])).to_be_visible()
        hrefs = await log.locator("a").evaluate_all("links => links.map(one => one.protocol + one.rel)")
        assert set(hrefs) <= {"https:noopener noreferrer", "http:noopener noreferrer"}
        assert trouble(watched) == []


async def test_on_a_phone_one_pane_is_shown_at_a_time_and_back_leads_to_the_list(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    async with open_page(viewport={"width": 390, "height": 844}, has_touch=True) as watched:
        page = await inbox(watched, ann)
        await page.locator(".fd-cv .fd-cover").first.click()
        await expect(page.get_by_role("log")).to_be_visible()
        await expect(page.get_by_role("list", name="Conversations")).to_be_hidden()
        assert not await watched.overflows()
        await page.get_by_role("button", name="Contact").click()
        await expect(page.get_by_role("log")).to_be_hidden()
        await page.go_back()
        await expect(page.get_by_role("log")).to_be_visible()
        await page.go_back()
        await expect(page.get_by_role("list", name="Conversations")).to_be_visible()
        await conversation_still_waits(ann, conversation)


async def conversation_still_waits(ann: Person, conversation: str) -> None:
    assert (await ann.read(conversation))["owner"] == "queued"


async def test_who_only_looks_has_no_buttons_that_change_anything(desk: Desk, open_page: OpenPage) -> None:
    viewer = await person(desk, "Vi Ewer", "viewer")
    await waiting(desk)
    conversation = await conversation_of(desk, "jo")
    async with open_page(viewport={"width": 1440, "height": 900}) as watched:
        page = await inbox(watched, viewer, f"{CHATS}?conversation={conversation}")
        await expect(page.get_by_text("You can read conversations, not answer them.")).to_be_visible()
        await expect(page.get_by_role("button", name="Take")).to_have_count(0)
        await page.keyboard.press("t")
        assert (await viewer.read(conversation))["owner"] == "queued"
