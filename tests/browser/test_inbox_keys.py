"""The sheet of keys: each does what it says in the state it is meant for, as fast as fingers are, on any layout."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import WITHIN_MS, OpenPage
from tests.browser.inbox import CHATS, answers, inbox, trouble
from tests.browser.panel import SIZES
from tests.desk.people import Person, conversation_of, person, waiting
from tests.program import Desk, Program, until

WIDE = SIZES["wide"]
CYRILLIC = dict(zip("qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзфывапролдячсмить", strict=True))
PANE = "document.activeElement.closest('.fd-pane, nav')?.classList.toString().replace('fd-pane ', '')"
LAYOUTS: tuple[dict[str, str], ...] = ({}, CYRILLIC)


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def ann(desk: Desk) -> Person:
    return await person(desk, "Ann Lee")


async def at_once(page: Page, *keys: str) -> None:
    """Pressed one right after the other: none waits for what the one before has done."""
    await asyncio.gather(*(page.keyboard.press(key) for key in keys))


class Typist:
    """Presses keys by what is printed on them; what they type is up to the layout."""

    def __init__(self, page: Page, layout: dict[str, str]) -> None:
        self._page, self._layout = page, layout

    async def press(self, letters: str, modifiers: int = 0) -> None:
        session = await self._page.context.new_cdp_session(self._page)
        for letter in letters:
            is_digit = letter.isdigit()
            key = {
                "key": self._layout.get(letter, letter),
                "code": f"{'Digit' if is_digit else 'Key'}{letter.upper()}",
                "windowsVirtualKeyCode": ord(letter.upper()),
                "modifiers": modifiers,
            }
            await session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
            await session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        await session.detach()


@pytest.mark.parametrize("layout", LAYOUTS, ids=["latin", "cyrillic"])
async def test_keys_open_menus_and_lead_to_fields(
    desk: Desk, ann: Person, open_page: OpenPage, layout: dict[str, str]
) -> None:
    await waiting(desk, "al")
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        typist, editor = Typist(page, layout), page.locator("#fd-editor")
        await expect(editor).to_be_visible()
        for letter, name in (
            ("a", "Assign"),
            ("b", "Hand back to the bot"),
            ("l", "Labels"),
            ("p", "Priority"),
        ):
            await typist.press(letter)
            await expect(page.get_by_role("dialog", name=name)).to_be_visible()
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("dialog", name=name)).to_have_count(0)
        await typist.press("m")
        await expect(page.get_by_role("dialog", name=re.compile("Merge"))).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        contact = page.get_by_role("region", name="Contact")
        await typist.press("i")
        await expect(contact).to_have_count(0)
        await typist.press("i")
        await expect(contact).to_be_visible()
        for letter, mode in (("r", "Reply"), ("n", "Note"), ("r", "Reply")):
            await typist.press(letter)
            await expect(editor).to_be_focused()
            await expect(page.get_by_role("tab", name=mode)).to_have_attribute("aria-selected", "true")
            await page.keyboard.press("Escape")
            await expect(editor).not_to_be_focused()
        await typist.press("k", modifiers=2)
        await expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await typist.press("go")
        await page.wait_for_url("**/panel/contacts")
        assert trouble(watched) == []


@pytest.mark.parametrize("layout", LAYOUTS, ids=["latin", "cyrillic"])
async def test_keys_change_the_conversation(
    desk: Desk, ann: Person, open_page: OpenPage, layout: dict[str, str]
) -> None:
    await waiting(desk, "al")
    conversation = await waiting(desk)
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        typist, log = Typist(page, layout), page.get_by_role("log")
        await expect(log.get_by_text("human", exact=True)).to_be_visible()
        await expect(page.locator(".fd-cv[data-id]")).to_have_count(2)
        for letter in "jk":
            await typist.press(letter)
            await expect(page.locator(".fd-cover:focus")).to_have_count(1)
        await page.evaluate("document.activeElement.blur()")
        await typist.press("t")
        await expect(log.get_by_text("You took it.")).to_be_visible()
        await typist.press("p1")
        await expect(log.get_by_text("You set the priority: Urgent.")).to_be_visible()
        await typist.press("u")
        await expect(page.get_by_text("Marked as unread")).to_be_visible()
        await typist.press("z1")
        await expect(log.get_by_text(re.compile("You snoozed it until"))).to_be_visible()
        await expect(page.locator(".fd-toast-w").get_by_role("button", name="Undo")).to_be_visible()
        await typist.press("z", modifiers=2)
        await expect(page.get_by_role("button", name="Wake")).to_have_count(0)
        await typist.press("e1")
        await expect(page.get_by_role("button", name="Reopen")).to_be_visible()
        assert trouble(watched) == []


async def test_who_types_fast_loses_no_key(desk: Desk, ann: Person, open_page: OpenPage) -> None:
    await desk.say("jo", "hi")
    conversation = await conversation_of(desk, "jo")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        editor, log = page.locator("#fd-editor"), page.get_by_role("log")
        await expect(page.get_by_role("button", name=re.compile("^Take over"))).to_be_visible()
        # Nothing can be handed back that the bot has: the keys go on working.
        await at_once(page, "b", "n", "h", "i", " ", "u", "p")
        await expect(editor).to_have_value("hi up")
        await at_once(page, "Enter", "Escape")
        await expect(log.locator(".fd-note")).to_contain_text("hi up")
        await at_once(page, "t", "r", "y", "e", "s")
        await expect(editor).to_have_value("yes")
        await at_once(page, "Enter", "o", "k", "Enter", "Escape", "n", "k")
        await expect(editor).to_have_value("k")
        await at_once(page, "Escape", "r", "!", "Escape", "e", "1")
        await expect(page.get_by_role("button", name="Reopen")).to_be_visible()

        async def done() -> bool:
            said = await answers(ann, conversation)
            return said == ["yes", "ok"] and (await ann.read(conversation))["outcome"] == "solved"

        await until(done, within_s=WITHIN_MS / 1000)
        assert trouble(watched) == []


async def test_a_name_is_picked_and_written_on_at_the_speed_of_a_machine(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    await person(desk, "Bob Boss")
    conversation = await waiting(desk)
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        await page.get_by_role("tab", name="Note").click()
        editor = page.locator("#fd-editor")
        await editor.press_sequentially("@")
        await expect(page.get_by_role("option", name="Bob Boss")).to_be_visible()
        for begun, more in (("@B", "please look"), ("@Bob", " please look")):
            await editor.fill("")
            await at_once(page, *begun, "Enter", *more)
            await expect(editor).to_have_value("@Bob Boss please look")
        # Where the keyboard makes "@" hard, a button begins a name at the caret.
        await editor.fill("See")
        await page.get_by_role("button", name="Name a colleague in a note").click()
        await expect(page.get_by_role("option", name="Bob Boss")).to_be_visible()
        await at_once(page, *"bob", "Enter")
        await expect(editor).to_have_value("See @Bob Boss ")
        assert trouble(watched) == []


async def test_each_press_of_f6_leads_to_the_next_pane_and_with_shift_back(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        await expect(page.get_by_role("log").get_by_text("human", exact=True)).to_be_visible()

        async def panes(keys: str) -> list[str]:
            found = []
            for _ in range(6):
                await page.keyboard.press(keys)
                found.append(await page.evaluate(PANE))
            return found

        order = ["fd-nav-side", "fd-views", "fd-list", "fd-conv", "fd-contact"]
        assert await panes("F6") == [*order, "fd-nav-side"]
        assert await panes("Shift+F6") == [*reversed(order), "fd-contact"]


async def test_the_next_and_the_previous_are_opened_and_every_key_acts_on_the_one_that_is_marked(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    made = {name: await waiting(desk, name) for name in ("al", "bo", "cy")}
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann)
        marked = page.locator(".fd-cv[aria-current]")
        await expect(page.locator(".fd-cv[data-id]")).to_have_count(3)

        async def stands_at(name: str) -> None:
            await expect(marked).to_have_attribute("data-id", made[name])
            await expect(
                page.get_by_role("region", name=f"Conversation with API chat {name}")
            ).to_be_visible()
            await expect(page.locator(".fd-cv[aria-current] .fd-cover")).to_be_focused()

        for key, name in (("j", "al"), ("j", "bo"), ("ArrowDown", "cy"), ("j", "cy"), ("k", "bo")):
            await page.keyboard.press(key)
            await stands_at(name)
        await expect(page.get_by_role("log").get_by_text("human", exact=True)).to_be_visible()
        await at_once(page, "k", "j", "p", "1")
        await expect(page.get_by_role("log").get_by_text("You set the priority: Urgent.")).to_be_visible()
        await page.keyboard.press("t")
        await expect(page.get_by_role("log").get_by_text("You took it.")).to_be_visible()
        found = {name: await ann.read(one) for name, one in made.items()}
        assert {name: (one["owner"], one["priority"]) for name, one in found.items()} == {
            "al": ("queued", "normal"),
            "bo": ("human", "urgent"),
            "cy": ("queued", "normal"),
        }
        assert trouble(watched) == []


async def test_the_field_of_commands_finds_what_can_be_done_with_the_open_conversation(
    desk: Desk, ann: Person, open_page: OpenPage
) -> None:
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    async with open_page(viewport=WIDE) as watched:
        page = await inbox(watched, ann, f"{CHATS}?conversation={conversation}")
        await expect(page.locator("#fd-editor")).to_be_visible()
        found = page.locator("#fd-palette-list").get_by_role("option")
        dialog = page.get_by_role("dialog")
        for word, shown, opens in (
            ("merge", "Merge M", "Merge"),
            ("snooze", "Snooze Z", "Snooze"),
            ("close", "Close E", "Close"),
        ):
            await page.keyboard.press("Control+k")
            await page.keyboard.type(word)
            await expect(found).to_have_text([shown])
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("dialog", name=re.compile(opens))).to_be_visible()
            await page.keyboard.press("Escape")
            await expect(dialog).to_have_count(0)
        # It is theirs already.
        await page.keyboard.press("Control+k")
        await page.keyboard.type("take")
        await expect(found).to_have_text(["Nothing found."])
        assert trouble(watched) == []
