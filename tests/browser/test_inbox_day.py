"""What an operator's day needs besides answering: nothing moves away, saved replies, files, notes, a line that goes."""

import re

import pytest
from playwright.async_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.inbox import CHATS, answers, cut, fill_in, inbox, trouble
from tests.desk.people import Person, person, waiting
from tests.program import Desk, Program, until

WIDE = {"width": 1440, "height": 900}
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def ann(desk: Desk) -> Person:
    return await person(desk, "Ann Lee")


async def test_rows_stay_under_the_pointer_and_what_is_new_waits(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    await waiting(desk, "jo")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann)
        rows = page.locator(".fd-cv[data-id]")
        await expect(rows).to_have_count(1)
        await rows.first.hover()
        await waiting(desk, "al")
        await expect(page.get_by_role("button", name="1 new")).to_be_visible()
        await expect(rows).to_have_count(1)
        await page.mouse.move(900, 400)
        await expect(rows).to_have_count(2)
        await expect(page.get_by_role("button", name="1 new")).to_have_count(0)


async def test_a_place_that_nothing_is_known_for_never_reaches_the_customer(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    boss = await person(desk, "Bo Boss", "owner")
    text = "Hello {{contact.name}}, {{agent.name}} here."
    await boss.post("/api/v1/saved-replies", {"name": "Greeting", "text": text}, 201)
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        box = page.get_by_role("textbox", name=re.compile("Reply to"))
        held = page.get_by_text("Nothing is known for {{contact.name}}.")
        await box.click()
        await box.press_sequentially("/gre")
        await expect(page.get_by_role("option", name=re.compile("Greeting"))).to_be_visible()
        await box.press("Enter")
        await expect(box).to_have_value("Hello {{contact.name}}, Ann Lee here.")
        await expect(held).to_be_visible()
        await box.press("Enter")
        await box.press("Control+Enter")
        await page.locator(".fd-send").get_by_role("button", name=re.compile("^Send")).click(force=True)
        await expect(box).to_have_value("Hello {{contact.name}}, Ann Lee here.")
        # The place is marked: what is typed stands in its stead.
        await expect(box).to_be_focused()
        await page.keyboard.type("there")
        await expect(held).to_have_count(0)
        await box.press("Enter")
        await expect(page.get_by_role("log").get_by_text("Hello there, Ann Lee here.")).to_be_visible()

        async def there() -> bool:
            return await answers(ann, conversation) == ["Hello there, Ann Lee here."]

        await until(there)


async def test_braces_that_somebody_means_are_sent(desk: Desk, ann: Person, open_page: OpenPage) -> None:
    boss = await person(desk, "Bo Boss", "owner")
    await boss.post("/api/v1/saved-replies", {"name": "Places", "text": "Write {{contact.name}} there."}, 201)
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        box = page.get_by_role("textbox", name=re.compile("Reply to"))
        log = page.get_by_role("log")
        await box.fill("Put {{x}} into it.")
        await box.press("Enter")
        await expect(log.get_by_text("Put {{x}} into it.")).to_be_visible()
        await box.press_sequentially("/pla")
        await expect(page.get_by_role("option", name=re.compile("Places"))).to_be_visible()
        await box.press("Enter")
        await expect(box).to_have_value("Write {{contact.name}} there.")
        # What is held stays held after the page was loaded anew.
        await page.reload()
        await expect(page.get_by_role("button", name="Send as it is")).to_be_visible()
        await box.press("Enter")
        await expect(box).to_have_value("Write {{contact.name}} there.")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Send as it is")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(log.get_by_text("Write {{contact.name}} there.")).to_be_visible()
        await expect(box).to_have_value("")

        async def there() -> bool:
            return await answers(ann, conversation) == ["Put {{x}} into it.", "Write {{contact.name}} there."]

        await until(there)


async def test_a_saved_reply_a_file_and_a_note(desk: Desk, ann: Person, open_page: OpenPage) -> None:
    boss = await person(desk, "Bo Boss", "owner")
    await boss.post("/api/v1/saved-replies", {"name": "Greeting", "text": "Hello, {{agent.name}} here."}, 201)
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        box = page.get_by_role("textbox", name=re.compile("Reply to"))
        await box.click()
        await box.press_sequentially("/gre")
        await expect(page.get_by_role("option", name=re.compile("Greeting"))).to_be_visible()
        await box.press("Enter")
        await expect(box).to_have_value("Hello, Ann Lee here.")
        await page.locator("input[type=file]").set_input_files(
            {"name": "bill.png", "mimeType": "image/png", "buffer": PICTURE}
        )
        await expect(page.get_by_role("list", name="Files").locator("[aria-busy=false]")).to_be_visible()
        await box.press("Enter")
        await expect(page.get_by_role("log").get_by_text("Hello, Ann Lee here.")).to_be_visible()
        await expect(page.get_by_role("log").get_by_role("img", name="bill.png")).to_be_visible()
        await box.press("Escape")
        await page.keyboard.press("n")
        note = page.get_by_role("textbox", name="Private note")
        await note.press_sequentially("Look, @bo")
        await expect(page.get_by_role("option", name=re.compile("Bo Boss"))).to_be_visible()
        await note.press("Tab")
        await expect(note).to_have_value("Look, @Bo Boss ")
        await note.press("Enter")
        await expect(page.get_by_role("log").locator(".fd-note .fd-at")).to_have_text("@Bo Boss")
        assert await answers(ann, conversation) == ["Hello, Ann Lee here."]
        assert trouble(watched) == []


async def test_while_the_line_is_gone_it_is_said_and_afterwards_nothing_is_missing(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        box = page.get_by_role("textbox", name=re.compile("Reply to"))
        await expect(box).to_be_visible()
        await cut(page)
        await expect(page.get_by_text("Not connected, trying again. What you write is kept.")).to_be_visible()
        await desk.say("jo", "are you there")
        await box.fill("Written without a line")
        await box.press("Enter")
        await expect(page.get_by_text("Sending")).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.get_by_role("log").get_by_text("are you there")).to_be_visible()
        # The customer wrote in between, so the answer waits for a look at it.
        await page.get_by_role("button", name="Send anyway").click()

        async def sent() -> bool:
            return await answers(ann, conversation) == ["Written without a line"]

        await until(sent)


async def test_everything_of_a_conversation_is_done_by_keyboard(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann)
        await expect(page.locator(".fd-cv[data-id]")).to_have_count(1)
        for key in ("j", "t"):
            await page.keyboard.press(key)
        await expect(page.get_by_text("You took it.")).to_be_visible()
        for key in ("p", "1"):
            await page.keyboard.press(key)
        await expect(page.get_by_text("You set the priority: Urgent.")).to_be_visible()
        for key in ("z", "1"):
            await page.keyboard.press(key)
        await expect(page.get_by_text(re.compile("You snoozed it until"))).to_be_visible()
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog").get_by_text("Hand back to the bot")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await page.keyboard.press("b")
        await expect(page.locator(".fd-menu-i").first).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("You handed back to the bot.")).to_be_visible()
        full = await ann.read(conversation)
        assert (full["owner"], full["priority"]) == ("bot", "urgent")
        assert trouble(watched) == []


async def test_who_is_signed_out_is_told_and_what_was_written_is_sent_after_signing_in(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        box = page.get_by_role("textbox", name=re.compile("Reply to"))
        await expect(box).to_be_visible()
        assert (await ann.send("DELETE", "/api/v1/me/sessions")).status == 204
        await box.fill("Kept")
        await box.press("Enter")
        await expect(page.get_by_text("You are signed out. What you write is kept.")).to_be_visible()
        await page.get_by_role("link", name="Sign in").click()
        await page.locator("#password").wait_for()
        await fill_in(page, ann)

        async def sent() -> bool:
            return await answers(ann, conversation) == ["Kept"]

        await until(sent)
        await expect(page).to_have_url(re.compile(f"conversation={conversation}"))


async def test_what_is_known_of_a_contact_is_changed_beside_the_conversation(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        card = page.get_by_role("complementary", name="Contact")
        await card.get_by_role("button", name="Edit").click()
        await card.get_by_label("Name", exact=True).first.fill("Maya Okafor")
        await card.get_by_label("E-mail").fill("not an address")
        await card.get_by_role("button", name="Save").click()
        await expect(card.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
        await card.get_by_label("E-mail").fill("maya@example.com")
        await card.get_by_role("button", name="Add a detail").click()
        await card.get_by_placeholder("Name").fill("plan")
        await card.get_by_placeholder("Value").fill("Studio")
        await card.get_by_role("button", name="Save").click()
        await expect(card.get_by_text("maya@example.com")).to_be_visible()
        await expect(card.get_by_text("Studio")).to_be_visible()
        await expect(page.get_by_role("heading", level=2, name="Maya Okafor")).to_be_visible()
        await card.get_by_role("button", name="Add a note on this contact").click()
        await card.get_by_role("textbox", name="Add a note on this contact").fill("Prefers e-mail")
        await card.get_by_role("button", name="Add note").click()
        await expect(card.get_by_text("Prefers e-mail")).to_be_visible()
        assert (await ann.read(conversation))["contact"]["email"] == "maya@example.com"
        assert trouble(watched) == []


async def test_why_the_bot_said_it(desk: Desk, ann: Person, open_page: OpenPage) -> None:
    conversation = await waiting(desk)
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        await page.get_by_role("button", name="Why", exact=True).first.click()
        dialog = page.get_by_role("dialog", name="Why the bot said this")
        await expect(dialog.get_by_text("human", exact=True).first).to_be_visible()
        await expect(dialog.get_by_text("Not asked")).to_be_visible()
        await expect(dialog.get_by_text("Version 1 of the bot")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        assert trouble(watched) == []


async def test_a_trace_that_is_gone_is_said_to_be(desk: Desk, ann: Person, open_page: OpenPage) -> None:
    conversation = await waiting(desk)
    await desk.program.execute("DELETE FROM traces WHERE workspace_id = $1", desk.workspace)
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        await page.get_by_role("button", name="Why", exact=True).first.click()
        await expect(page.get_by_text("There is no trace of this.")).to_be_visible()
