"""A conversation in the site widget as it goes on: answers while they are written, people who write, parts that come later."""

import re

import pytest
from playwright.async_api import Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.inbox import inbox
from tests.browser.panel import seated
from tests.browser.test_widget import ROOT, answered, opened, say, shop, tag
from tests.desk.people import person
from tests.line.test_streamed_answers import PIECES, READ, held
from tests.line.test_writing import ASKED, Kb, kb
from tests.plugins.llm import completions as wire
from tests.program import Desk, Program, until
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import operator_says
from tests.web.test_widget_acts import mailing

from frontdesk.store import words

__all__ = ["kb"]

WAITS = re.compile("number 1 in the queue|Nobody is at the desk")
TWICE = "form => { form.requestSubmit(); form.requestSubmit(); }"
"""Somebody who presses Enter twice."""
LOOK = {"title": "Northwind Audio", "welcome_message": "Hello there"}
FILES = WIRE | {
    "flows/cards.yaml": """
trigger: {patterns: ["show me"]}
steps:
  - say:
      cards:
        - {title: "Tarn speaker", subtitle: "89", buttons: [{title: "Take it"}]}
""",
}
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(FILES, slug="talk")
    await made.channel("web", LOOK)
    program.forget_entrances()
    return made


async def test_the_first_answer_is_read_while_it_is_written(kb: Kb, open_page: OpenPage) -> None:
    await kb.desk.channel("web", LOOK)
    kb.desk.program.forget_entrances()
    answer, go_on = held(wire.text([*PIECES]), "send them")
    kb.first.answers(answer)
    async with shop(kb.desk.program.client.base_url, tag(kb.desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await say(page, ASKED)
        written = page.locator(".b", has_text=READ)
        await expect(written).to_have_count(1)
        await expect(page.locator(".b", has_text="Then you send them.")).to_have_count(0)
        go_on.set()
        await expect(page.locator(".b", has_text="Then you send them.")).to_have_count(1)
        await expect(written).to_have_count(1)
        assert watched.complaints == []


async def test_a_person_is_seen_writing_until_they_have_written(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await say(page, "tell me something about you")
        await expect(page.locator(".b", has_text="I can help you work smarter")).to_be_visible()
        key = await desk.key("api", "admin")
        await operator_says(desk, "Maya here", key)
        await expect(page.get_by_text("Maya here").first).to_be_visible()
        (talk,) = await desk.rows("conversations")
        stamp = words.stamp()
        typing = words.At(desk.workspace, talk["id"], "acc_1", viewing=True, typing=True, stamp=stamp)
        desk.program.running.hints.touch(typing.word)
        await expect(page.get_by_role("img", name="is writing")).to_be_visible()
        await operator_says(desk, "How can I help?", key)
        await expect(page.get_by_text("How can I help?").first).to_be_visible()
        await expect(page.get_by_role("img", name="is writing")).to_have_count(0)


async def test_what_draws_cards_is_fetched_when_the_first_one_comes(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        asked: list[str] = []
        watched.page.on(
            "request", lambda request: asked.append(request.url.partition("?")[0].rpartition("/")[2])
        )
        page = await opened(watched, url)
        await expect(page.get_by_text("Hello there")).to_be_visible()
        assert [name for name in asked if name.endswith(".js")] == ["embed.js", "widget.js"]
        await say(page, "hello")
        await expect(page.get_by_text("I do not know").first).to_be_visible()
        assert "widget_rich.js" not in asked
        await say(page, "show me")
        await expect(page.locator(".card", has_text="Tarn speaker")).to_be_visible()
        assert "widget_rich.js" in asked
        await page.get_by_role("button", name="Take it").click()
        await expect(page.locator(".me .b", has_text="Take it")).to_be_visible()
        assert watched.complaints == []


async def test_who_asks_for_a_person_again_and_again_reads_that_it_was_often(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await answered(watched, url)
        for _ in range(4):
            await menu(page, "Talk to a person")
            await expect(page.locator(".head").get_by_text(WAITS)).to_be_visible()
            await menu(page, "Stay with AI")
            await expect(page.locator(".head").get_by_text(WAITS)).to_have_count(0)
        await menu(page, "Talk to a person")
        often = page.get_by_role("status").filter(has_text="asked for a person several times")
        await expect(often).to_be_visible()
        await expect(page.get_by_text("No connection")).to_have_count(0)


async def test_what_led_a_visitor_to_the_page_and_their_device_are_told(
    desk: Desk, open_page: OpenPage
) -> None:
    led = "https://search.example.org/?q=speakers"
    ann = await person(desk, "Ann Lee")
    async with (
        shop(desk.program.client.base_url, tag(desk)) as url,
        open_page(user_agent=IPHONE) as watched,
        open_page(viewport={"width": 1440, "height": 900}) as people,
    ):
        await watched.page.add_init_script(ROOT)
        await watched.page.goto(url, referer=led)
        await watched.page.get_by_role("button", name="Open chat").click()
        await say(watched.page, "hello")
        await expect(watched.page.get_by_text("I do not know").first).to_be_visible()
        (talk,) = await desk.rows("conversations")
        assert talk["referrer"] == led
        seen = await inbox(people, ann, f"/panel/chats?conversation={talk['id']}")
        facts = seen.locator(".fd-kv")
        for name, value in (
            ("Came from", "search.example.org"),
            ("On page", "127.0.0.1"),
            ("Browser", "Safari, phone"),
        ):
            await expect(facts.locator(f"dt:text-is('{name}') + dd")).to_contain_text(value)


SOUNDS = """
    window.sounds = 0;
    const Real = window.AudioContext;
    window.AudioContext = function () { window.sounds += 1; return new Real(); };
"""


async def test_what_is_said_while_the_window_is_closed_is_counted_and_heard(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        await watched.page.add_init_script(SOUNDS)
        page = await answered(watched, url)
        key = await desk.key("api", "admin")
        await operator_says(desk, "Maya here", key)
        await expect(page.get_by_text("Maya here").first).to_be_visible()
        assert await page.evaluate("sounds") == 0
        await page.keyboard.press("Escape")
        await operator_says(desk, "One", key)
        await expect(page.get_by_role("button", name="Open chat, 1 unread")).to_be_visible()
        await page.wait_for_function("sounds === 1")
        assert await page.title() == "Shop"
        # As much of it on the next page, where nothing was opened yet.
        await page.goto(f"{url}/next")
        unread = page.get_by_role("button", name="Open chat, 1 unread")
        await expect(unread).to_be_visible()
        await unread.click()
        await expect(page.locator(".b", has_text="One")).to_be_visible()
        await page.get_by_role("button", name="Conversation menu").click()
        await page.get_by_role("menuitemcheckbox", name="Sound", checked=True).click()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Open chat", exact=True)).to_be_visible()
        await operator_says(desk, "Two", key)
        await expect(page.get_by_role("button", name="Open chat, 1 unread")).to_be_visible()
        assert await page.evaluate("sounds") == 0
        assert watched.complaints == []


async def menu(page: Page, item: str) -> None:
    await page.get_by_role("button", name="Conversation menu").click()
    await page.get_by_role("menuitem", name=item).click()


async def test_a_visitor_asks_for_a_person_takes_the_talk_along_ends_it_and_begins_another(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await answered(watched, url)
        await page.get_by_role("button", name="Conversation menu").click()
        assert await violations(page) == []
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Conversation menu")).to_be_focused()
        await menu(page, "Talk to a person")
        await expect(page.get_by_role("status").first).to_have_text(WAITS)
        await menu(page, "Stay with AI")
        await expect(page.get_by_role("status").first).to_have_text("AI assistant")
        async with page.expect_download() as taken:
            await menu(page, "Download")
        path = await (await taken.value).path()
        assert ": hello\n" in path.read_text(encoding="utf-8")
        await menu(page, "End conversation")
        await page.get_by_role("button", name="Start a new conversation").click()
        await expect(page.locator(".hero", has_text="Hello there")).to_be_visible()
        await say(page, "tell me something about you")
        await expect(page.locator(".b", has_text="I can help you work smarter")).to_be_visible()
        assert {row["owner"] for row in await desk.rows("conversations")} == {"closed", "bot"}
        assert watched.complaints == []


async def test_a_visitor_says_how_it_was_with_one_tap(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await answered(watched, url)
        key = await desk.key("api", "admin")
        asking = await desk.program.client.send(
            "PATCH", "/api/v1/desk", key=key, json={"ask_rating": True}, headers={"If-Match": "*"}
        )
        assert asking.status == 200, asking.body
        await operator_says(desk, "Maya here", key)
        await expect(page.get_by_text("Maya here").first).to_be_visible()
        (talk,) = await desk.rows("conversations")
        closed = await desk.program.client.post(
            f"/api/v1/conversations/{talk['id']}/close", key=key, json={"outcome": "solved"}
        )
        assert closed.status == 200, closed.body
        good = page.get_by_role("button", name="Good, 4 of 5")
        await expect(good).to_be_visible()
        assert await violations(page) == []
        await good.click()
        await expect(page.get_by_text("Thank you for your rating.").first).to_be_visible()
        await expect(good).to_have_count(0)
        why = page.get_by_role("textbox", name="Would you like to say why?")
        await expect(why).to_be_visible()
        assert await violations(page) == []
        await why.fill("Quick and kind. Was that all?")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        await page.locator(".ask").evaluate(TWICE)
        await expect(why).to_have_count(0)
        assert sent.count("POST") == 1
        (talk,) = await desk.rows("conversations")
        assert (talk["rating"], talk["owner"]) == (4, "closed")
        assert talk["rating_comment"] == "Quick and kind. Was that all?"
        assert watched.complaints == []


async def test_a_visitor_has_a_copy_mailed_where_there_is_mail(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await answered(watched, url)
        await page.get_by_role("button", name="Conversation menu").click()
        await expect(page.get_by_role("menuitem", name="Download")).to_be_visible()
        await expect(page.get_by_role("menuitem", name="E-mail a copy")).to_have_count(0)
        await page.keyboard.press("Escape")
        async with mailing(desk) as server:
            await say(page, "tell me something about you")
            await expect(page.locator(".b", has_text="I can help you work smarter")).to_be_visible()
            await menu(page, "E-mail a copy")
            address = page.get_by_role("textbox", name="E-mail address")
            await expect(address).to_be_focused()
            assert await violations(page) == []
            await address.fill("jo@example")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("alert")).to_have_text("Enter an address like name@example.com")
            await address.fill("jo@example.com")
            sent: list[str] = []
            page.on(
                "request", lambda request: sent.append(f"{request.method} {request.url.rpartition('/')[2]}")
            )
            await page.locator(".menu form").evaluate(TWICE)
            await expect(page.get_by_text("A copy is on its way to jo@example.com.")).to_be_visible()
            assert sent.count("POST mail") == 1
            await page.get_by_role("button", name="Done").click()
            await expect(page.get_by_role("button", name="Conversation menu")).to_be_focused()

            async def has_come() -> bool:
                return len(server.received) == 1

            await until(has_come)


async def test_people_see_that_a_visitor_types_until_they_have_written(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        await say(page, "hello")
        await expect(page.get_by_text("I do not know").first).to_be_visible()
        field = page.get_by_role("textbox", name="Write a message")
        # An assistant is told nothing of it.
        await field.press_sequentially("to the assistant")
        await field.fill("")
        key = await desk.key("api", "admin")
        await operator_says(desk, "Maya here", key)
        await expect(page.get_by_text("Maya here").first).to_be_visible()
        assert "typing" not in asked
        async with seated(desk.program, open_page, desk) as seat:
            (talk,) = await desk.rows("conversations")
            await seat.go(f"/panel/chats?conversation={talk['id']}")
            await expect(seat.page.locator(".fd-thread")).to_contain_text("Maya here")
            await field.press_sequentially("where is it?", delay=20)
            seen = seat.page.locator(".fd-typing span")
            await expect(seen).to_be_visible()
            await page.keyboard.press("Enter")
            await expect(seat.page.locator(".fd-thread")).to_contain_text("where is it?")
            await expect(seen).to_have_count(0)
        assert "typing" in asked
