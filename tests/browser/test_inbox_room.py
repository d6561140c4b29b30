"""Nothing in the inbox lies over what is needed next, and no name turns or breaks what stands around it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.inbox import CHATS, inbox, sign_in, trouble
from tests.browser.panel import SIZES
from tests.desk.people import Person, person, waiting
from tests.program import Desk, Program

WIDE = SIZES["wide"]
TURNING = "\u202eevil مريم"
# Each letter of our own in the sentence stands to the right of the one before; what is between the isolating signs is foreign.
IN_ORDER = """element => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const places = [];
    let depth = 0;
    let foreign = false;
    for (let node; (node = walker.nextNode());) {
        [...node.data].forEach((letter, at) => {
            if (letter === '\\u2068') { depth += 1; foreign = true; }
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            if (depth === 0 && letter.trim()) places.push(range.getBoundingClientRect().left);
            if (letter === '\\u2069') depth -= 1;
        });
    }
    return foreign && depth === 0 && places.every((left, at) => at === 0 || left > places[at - 1]);
}"""


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def ann(desk: Desk) -> Person:
    return await person(desk, "Ann Lee")


async def named(desk: Desk, conversation: str, name: str) -> None:
    await desk.program.query(
        "UPDATE contacts SET name = $3 WHERE workspace_id = $1"
        " AND id = (SELECT contact_id FROM conversations WHERE workspace_id = $1 AND id = $2)",
        desk.workspace,
        conversation,
        name,
    )


async def apart(one: Locator, other: Locator) -> bool:
    first, second = await one.bounding_box(), await other.bounding_box()
    assert first is not None
    assert second is not None
    beside = first["x"] + first["width"] <= second["x"] or second["x"] + second["width"] <= first["x"]
    return (
        beside or first["y"] + first["height"] <= second["y"] or second["y"] + second["height"] <= first["y"]
    )


async def told(page: Page) -> Locator:
    """The toast that says that the open conversation was marked."""
    await page.keyboard.press("u")
    toast = page.locator(".fd-toast-w").filter(has_text="Marked as unread")
    await expect(toast).to_be_visible()
    return toast


@pytest.mark.parametrize("size", SIZES)
async def test_a_toast_lies_over_nothing_that_is_needed_next(
    desk: Desk, ann: Person, open_page: OpenPage, size: str
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    for number in range(12):
        await ann.write(conversation, f"Line {number}")
    async with open_page(viewport=SIZES[size]) as watched:
        page = await inbox(watched, ann)
        await page.locator(".fd-cv .fd-cover").first.click()
        last = page.get_by_role("log").get_by_text("Line 11")
        composer, send = page.locator(".fd-compose"), page.locator(".fd-send > .btn")
        await expect(last).to_be_in_viewport()
        before = await send.bounding_box()
        toast = await told(page)
        await expect(toast).to_be_in_viewport(ratio=1)
        await expect(last).to_be_in_viewport(ratio=1)
        for other in (composer, last, page.locator(".fd-acts")):
            assert await apart(toast, other)
        # Who is about to press Send does so.
        assert await send.bounding_box() == before
        if size == "phone":
            await page.get_by_role("button", name="Back to the list").click()
            await expect(toast).to_be_in_viewport(ratio=1)
            assert await apart(toast, page.locator(".fd-botnav"))
            assert await apart(toast, page.locator(".fd-list"))
        await toast.get_by_role("button", name="Dismiss").click()
        await expect(toast).to_have_count(0)
        assert trouble(watched) == []


async def test_a_name_turns_no_sentence_around_it(desk: Desk, ann: Person, open_page: OpenPage) -> None:
    conversation = await waiting(desk)
    other = await person(desk, TURNING)
    await named(desk, conversation, TURNING)
    await other.act(conversation, "take")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        log = page.get_by_role("log")
        strip = log.locator(".fd-hand b", has_text="took it")
        await expect(strip).to_be_visible()
        assert await strip.evaluate(IN_ORDER)
        folded = page.locator(".fd-folded > span").first
        await expect(folded).to_contain_text(re.compile("owns"))
        assert await folded.evaluate(IN_ORDER)
        # The page has not heard yet that a colleague gave it to somebody else: the toast names them.
        await page.route(re.compile("/feed"), lambda route: route.abort())
        await page.reload()
        await expect(folded).to_be_visible()
        third = await person(desk, f"Bo {TURNING}")
        await other.act(conversation, "assign", {"assignee_id": third.id})
        await page.get_by_role("button", name=re.compile("^Take over")).click()
        toast = page.locator(".fd-toast-w > span")
        await expect(toast).to_be_visible()
        assert await toast.evaluate(IN_ORDER)


async def test_whatever_somebody_writes_stays_in_its_pane(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 4
    conversation = await waiting(desk)
    await named(desk, conversation, word[:120])
    await ann.act(conversation, "take")
    await ann.write(conversation, word)
    await ann.write(conversation, f"Look: {word}", note=True)
    boss = await person(desk, "Bo Boss", "owner")
    for name in ("x" * 60, "second", "third"):
        await boss.post("/api/v1/labels", {"name": name}, 201)
        await ann.act(conversation, "labels", {"add": [name], "remove": []})
    for width in (1440, 1024, 768, 390):
        async with open_page(viewport={"width": width, "height": 900}) as watched:
            page = await inbox(watched, ann)
            row = page.locator(".fd-cv[data-id]").first
            await expect(row.get_by_text("+1")).to_be_visible()
            cover = row.locator(".fd-cover")
            await cover.hover()
            await expect(cover).to_have_attribute("title", word[:120])
            await cover.click()
            await expect(page.get_by_role("log").get_by_text("Look:")).to_be_visible()
            wide = await page.evaluate(
                "[...document.querySelectorAll('.fd-inbox .fd-scroll')].filter(one => one.scrollWidth > one.clientWidth).length"
            )
            assert wide == 0, width
            assert not await watched.overflows(), width


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_the_name_has_the_room_of_the_head_first(
    desk: Desk, ann: Person, open_page: OpenPage, language: str
) -> None:
    conversation = await waiting(desk)
    await named(desk, conversation, "API chat 1045")
    await ann.act(conversation, "take")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await ann.act(conversation, "snooze", {"until": tomorrow.isoformat()})
    assert (await ann.send("PATCH", "/api/v1/me", json={"language": language})).status == 200
    others = [await person(desk, other) for other in ("Bo Boss", "Cy Clark")]
    async with open_page(viewport=WIDE) as watched:
        await sign_in(watched.page, ann)
        await watched.page.goto(f"{desk.program.client.base_url}{CHATS}?conversation={conversation}")
        head = watched.page.locator(".fd-conv > .fd-pane-h")
        await expect(head.locator(".fd-tag")).to_have_count(2)
        for one in others:
            here = {"viewing": True, "typing": False}
            await one.send("POST", f"/api/v1/conversations/{conversation}/presence", json=here)
        await expect(head.locator(".fd-here")).to_have_count(2)
        await expect(head.get_by_role("heading")).to_have_text("API chat 1045")
        assert await head.get_by_role("heading").evaluate("name => name.scrollWidth <= name.clientWidth")


async def test_what_has_no_room_in_the_head_opens_from_behind_the_dots(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    for size, names in (
        ({"width": 390, "height": 844}, ("Assign", "Snooze", "Labels", "Hand back to the bot")),
        ({"width": 1024, "height": 768}, ("Hand back to the bot",)),
        (WIDE, ("Snooze", "Labels", "Hand back to the bot")),
    ):
        async with open_page(viewport=size) as watched:
            page = await inbox(watched, ann)
            await page.locator(".fd-cv .fd-cover").first.click()
            for name in names:
                await page.get_by_role("button", name="More", exact=True).click()
                await page.get_by_role("option", name=name).click()
                menu = page.get_by_role("dialog", name=name)
                await expect(menu).to_be_in_viewport(ratio=1)
                await page.keyboard.press("Escape")
                await expect(menu).to_have_count(0)
            assert trouble(watched) == []
