"""What the inbox shows is true: names, numbers, who did something, what there is to choose, and the end of a conversation."""

import re
import struct
import zlib

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.inbox import CHATS, inbox, trouble
from tests.desk.people import Person, person, team, waiting
from tests.program import Desk, Program

WIDE = {"width": 1440, "height": 900}
# A picture is loaded after the end was reached, and before the browser tells of the scrolling.
GROWS = """async () => {
    const box = document.querySelector('.fd-thread > .fd-scroll');
    const frame = () => new Promise(requestAnimationFrame);
    box.style.overflowAnchor = 'none';  // as in browsers that do not keep what is in sight by themselves
    box.scrollTop -= 40;
    await frame();
    await frame();
    box.scrollTop = box.scrollHeight;
    [...document.querySelectorAll('[role=log] .fd-m')].at(-1).style.paddingBottom = '500px';
    await frame();
    await frame();
}"""
AT_END = "box => box.scrollHeight - box.scrollTop - box.clientHeight < 2"


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def ann(desk: Desk) -> Person:
    return await person(desk, "Ann Lee")


def picture(width: int, height: int) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + b"\x90" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    made = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + made


async def at_end(page: Page) -> None:
    """The end of the conversation is in sight, with every picture loaded."""
    await page.wait_for_function(
        "() => [...document.querySelectorAll('[role=log] img')].every(one => one.complete && one.naturalHeight)"
    )
    await page.wait_for_function(f"() => ({AT_END})(document.querySelector('.fd-thread > .fd-scroll'))")


async def test_after_a_picture_was_sent_the_end_stays_in_sight_and_nothing_is_asked_for_in_vain(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    for number in range(15):
        await ann.write(conversation, f"Line {number}")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        log = page.get_by_role("log")
        await expect(log.get_by_text("Line 14")).to_be_visible()
        for name in ("first.png", "second.png"):
            await page.locator("input[type=file]").set_input_files(
                {"name": name, "mimeType": "image/png", "buffer": picture(300, 900)}
            )
            await expect(page.get_by_role("list", name="Files").locator("[aria-busy=false]")).to_be_visible()
            await page.get_by_role("textbox", name=re.compile("Reply to")).press("Enter")
            await expect(log.get_by_role("img", name=name)).to_be_visible()
            await expect(log.locator(".fd-pending")).to_have_count(0)
            await at_end(page)
        files = [url for url in asked if "/files/" in url]
        assert files
        assert all("token=" in url for url in files)
        assert trouble(watched) == []
        await page.evaluate(GROWS)
        await at_end(page)
        await page.mouse.move(700, 400)
        await page.mouse.wheel(0, -600)
        await page.wait_for_function(f"() => !({AT_END})(document.querySelector('.fd-thread > .fd-scroll'))")
        await desk.say("jo", "one more thing")
        await expect(page.get_by_role("button", name="1 new")).to_be_visible()


async def test_customers_teams_and_what_happened_are_named(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    boss = await person(desk, "Bo Boss", "owner")
    await team(boss, rule="none")
    conversation = await waiting(desk, "1001")
    await ann.write(conversation, "Here you are.", close="solved")
    await desk.say("1001", "human")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        await expect(page.locator(".fd-cv[data-id]").get_by_text("API chat 1001")).to_be_visible()
        await expect(page.get_by_text("Reopened: the customer wrote again.")).to_be_visible()
        contact = page.get_by_role("region", name="Contact")
        await expect(contact.get_by_text("1001", exact=True)).to_be_visible()
        views = page.get_by_role("region", name="Views")
        await expect(views.get_by_role("link", name=re.compile("Human"))).to_have_text(re.compile("1$"))
        await page.get_by_role("button", name="Filter").click()
        await expect(page.get_by_text("API Rest: Test assistant").first).to_be_visible()
        await expect(page.get_by_text("Preview: Test assistant")).to_have_count(0)
        await page.keyboard.press("Escape")
        await page.get_by_role("searchbox").first.fill("1001")
        await expect(page.locator(".fd-cv[data-id]")).to_have_count(1)
        await page.get_by_role("searchbox").first.fill("")
        await page.get_by_role("button", name="More", exact=True).click()
        await page.get_by_role("option", name=re.compile("Merge")).click()
        await expect(page.get_by_role("button", name=re.compile("^Merge conv"))).to_be_disabled()
        await page.keyboard.press("Escape")
        await views.get_by_role("link", name=re.compile("Snoozed")).click()
        await expect(page.get_by_text("Nothing is snoozed")).to_be_visible()
        await expect(page.get_by_text("appear here by themselves")).to_have_count(0)
        assert trouble(watched) == []


@pytest.mark.parametrize("name", ["conversation", "thread"])
async def test_an_address_opens_its_conversation_or_says_that_there_is_none(
    desk: Desk, ann: Person, open_page: OpenPage, program: Program, name: str
) -> None:
    conversation, foreign = await waiting(desk), await waiting(await program.desk())
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"/panel?menu=chats&{name}={foreign}")
        told = page.get_by_text("There is no such conversation, or it is not yours to see.")
        await expect(told).to_be_visible()
        await page.get_by_role("button", name="Back to the list").click()
        await expect(told).to_have_count(0)
        await expect(page.get_by_text("Choose a conversation")).to_be_visible()
        await expect(page).to_have_url(re.compile(f"{CHATS}$"))
        await page.goto(f"{desk.program.client.base_url}/panel?menu=chats&{name}={conversation}")
        await expect(page.get_by_role("log").get_by_text("human", exact=True)).to_be_visible()
        assert trouble(watched) == []


async def test_a_long_message_is_folded_and_unfolded_by_keyboard_where_its_reader_is(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    lines = [f"This is line {number} of what happened, told at length." for number in range(1, 101)]
    await desk.say("jo", "\n".join(lines))
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        log = page.get_by_role("log")
        await expect(log.get_by_text("line 12 of")).to_be_visible()
        await expect(log.get_by_text("line 13 of")).to_have_count(0)
        more = log.get_by_role("button", name="Show more")
        await more.press("Enter")
        less = log.get_by_role("button", name="Show less")
        await expect(less).to_be_focused()
        await expect(log.get_by_text("line 100 of")).to_have_count(1)
        # Whoever reads on stands where they were, not at the end.
        assert not await page.locator(".fd-thread > .fd-scroll").evaluate(AT_END)
        await less.press("Enter")
        await expect(more).to_be_focused()
        await expect(more).to_be_in_viewport()
        await expect(log.get_by_text("line 13 of")).to_have_count(0)
        assert trouble(watched) == []
