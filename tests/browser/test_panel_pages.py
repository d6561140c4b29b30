"""Channels, Tasks and Integrations as people meet them: by day and by night, wide and on a phone, with keys alone."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Dialog, expect
from tests.browser.conftest import OpenPage
from tests.browser.panel import HOSTILE, SIZES, furnished, seated
from tests.program import Desk, Program, until
from tests.web.people import make_account

PAGES = (
    "/panel/channels",
    "/panel/channels/new",
    "/panel/channels/{channel}",
    "/panel/integrations",
    "/panel/integrations/new",
    "/panel/integrations/{integration}",
    "/panel/integrations/api-rest",
    "/panel/integrations/4biz",
    "/panel/settings/integration",
    "/panel/settings/integration/shopify",
    "/panel/settings/integration/wordpress",
    "/panel/tasks",
    "/panel/tasks/new",
    "/panel/tasks/{task}",
)
NOWHERE = "http://127.0.0.1:1999/hook"


@asynccontextmanager
async def receiver() -> AsyncIterator[tuple[str, asyncio.Queue[dict[str, str]]]]:
    """A web server that takes webhooks; its address, and what came."""
    came: asyncio.Queue[dict[str, str]] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head.lower())
        assert length is not None
        came.put_nowait(json.loads(await reader.readexactly(int(length[1]))))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook", came


async def hand_in(desk: Desk, task_id: str) -> None:
    key = await desk.key("api", "send:messages")
    body = {"task_id": task_id, "chat_id": "123456789", "message": "hi"}
    sent = await desk.program.client.post("/api/1.1/wf/send_message_external", key=key, json=body)
    assert sent.status == 200, sent.body


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_can_be_used_by_everybody_and_shows_names_as_text(
    program: Program, open_page: OpenPage, size: str, scheme: str
) -> None:
    there = await furnished(program, NOWHERE)
    async with seated(
        program, open_page, there.desk, viewport=SIZES[size], color_scheme=scheme, reduced_motion="reduce"
    ) as seat:
        for path in PAGES:
            await seat.go(path.format(**there.ids))
            assert await seat.serious() == [], path
            assert not await seat.watched.overflows(), path
            assert await seat.page.locator("main img").count() == 0, path
        await seat.go("/panel/channels")
        await expect(seat.page.get_by_role("link", name=HOSTILE)).to_be_visible()
        assert seat.watched.complaints == []
        assert seat.watched.hosts == {seat.base.partition("//")[2]}


async def test_a_messenger_is_connected_by_mouse_from_channel_to_webhook(
    program: Program, open_page: OpenPage
) -> None:
    """S002-1 to S002-18, S003-37 without the AI, which is there; then a message and its webhook."""
    desk = await program.desk()
    async with receiver() as (url, came), seated(program, open_page, desk) as seat:
        page = seat.page
        await seat.go("/panel?menu=channels")
        await page.get_by_role("link", name="Add channel").first.click()
        dialog = page.get_by_role("dialog")
        await expect(page.get_by_label("Channel type").locator("option").first).to_have_text("Page messenger")
        await page.get_by_label("Name", exact=True).fill("Shop messenger")
        await dialog.get_by_role("button", name="Add channel").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Shop messenger")

        await seat.go("/panel?menu=integration")
        await page.get_by_role("link", name="Create integration").first.click()
        await expect(page.get_by_label("Integration type")).to_have_value("another")
        await page.get_by_label("Name", exact=True).fill("Shop backend")
        await page.get_by_label("Webhook URL").fill(url)
        await page.get_by_label("Webhook type").select_option(label="All messages")
        await dialog.get_by_role("button", name="Create integration").click()
        await dialog.get_by_role("link", name="I have kept it").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Shop backend")
        await page.get_by_role("button", name="Test").click()
        await expect(page.get_by_text("It arrived")).to_be_visible()
        assert (await came.get())["message_text"] == "This is a test of the integration."

        await seat.go("/panel?menu=tasks")
        await page.get_by_role("link", name="Create task").first.click()
        await expect(dialog.get_by_label("Type")).to_have_value("web")
        await dialog.get_by_label("AI first, then people").check()
        await dialog.get_by_label("Channel").select_option(label="Shop messenger")
        await dialog.get_by_label("Integration").select_option(label="Shop backend")
        await dialog.get_by_label("Manager").select_option(label="Tomas Lind")
        await dialog.get_by_role("button", name="Create task").click()
        await page.wait_for_url("**/panel/tasks/task_*")
        task_id = await page.locator("#task-id").inner_text()

        await hand_in(desk, task_id)
        told = [await came.get(), await came.get()]
        assert {one["message_type"] for one in told} == {"user", "bot"}
        assert {one["manager_id"] for one in told} == {seat.account.id}
        await seat.go("/panel?menu=integration")
        await expect(page.get_by_text("Delivering")).to_be_visible()


async def test_of_two_who_change_one_thing_the_second_is_told_and_loses_nothing(
    program: Program, open_page: OpenPage
) -> None:
    there = await furnished(program, NOWHERE)
    path = f"/panel/integrations/{there.ids['integration']}"
    async with seated(program, open_page, there.desk) as slow, seated(program, open_page, there.desk) as fast:
        for seat, name in ((slow, "Mine"), (fast, "Theirs")):
            await seat.go(path)
            await seat.page.get_by_label("Name", exact=True).fill(name)
        await fast.page.get_by_role("button", name="Save").click()
        await expect(fast.page.get_by_role("heading", level=1)).to_have_text("Theirs")
        page = slow.page
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Somebody changed this")).to_be_visible()
        await expect(page.get_by_label("Name", exact=True)).to_have_value("Mine")
        await expect(page.get_by_label("Name", exact=True)).to_have_accessible_description(
            "Now stored: Theirs"
        )
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Mine")


async def test_mistakes_stand_at_their_fields_and_nothing_typed_is_lost(
    program: Program, open_page: OpenPage
) -> None:
    desk = await program.desk()
    async with seated(program, open_page, desk) as seat:
        page = seat.page
        await seat.go("/panel/integrations/new")
        dialog = page.get_by_role("dialog")
        await page.get_by_label("Webhook URL").fill("ftp://nowhere")
        await page.get_by_label("Secret header").fill("X-Key")
        await dialog.get_by_role("button", name="Create integration").click()
        await expect(dialog.get_by_text("What has to be mended")).to_be_visible()
        await expect(page.get_by_label("Name", exact=True)).to_be_focused()
        await expect(page.get_by_label("Name", exact=True)).to_have_accessible_description("Fill this in.")
        await expect(page.get_by_label("Webhook URL")).to_have_value("ftp://nowhere")
        await expect(page.get_by_label("Webhook URL")).to_have_attribute("aria-invalid", "true")
        await expect(page.get_by_label("Secret header")).to_have_value("X-Key")


async def test_secrets_are_written_and_never_shown(program: Program, open_page: OpenPage) -> None:
    there = await furnished(program, NOWHERE)
    async with seated(program, open_page, there.desk) as seat:
        page = seat.page
        await seat.go(f"/panel/integrations/{there.ids['integration']}")
        await page.get_by_label("Secret header").fill("X-Key")
        await page.get_by_label("Secret value").fill("hush-hush")
        async with page.expect_navigation():
            await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("button", name="Replace: Secret value")).to_be_visible()
        assert "hush-hush" not in await page.content()
        await page.get_by_label("Name", exact=True).fill("With a secret")
        async with page.expect_navigation():
            await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("With a secret")
        await expect(page.get_by_role("button", name="Replace: Secret value")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
async def test_a_deleted_task_and_channel_come_back_by_the_toast_and_from_the_bin(
    program: Program, open_page: OpenPage, size: str
) -> None:
    there = await furnished(program, NOWHERE)
    task, channel = (f"/panel/{noun}s/{there.ids[noun]}" for noun in ("task", "channel"))
    async with seated(program, open_page, there.desk, viewport=SIZES[size]) as seat:
        page = seat.page
        await seat.go(task)
        await page.get_by_role("button", name="Delete task").click()
        await page.get_by_role("dialog").get_by_role("button", name="Delete task").click()
        await page.wait_for_url("**/panel/tasks")
        await page.get_by_role("button", name="Undo").click()
        await page.wait_for_url(f"**{task}")
        await seat.go(channel)
        await page.get_by_role("button", name="Delete channel").click()
        await page.get_by_role("dialog").get_by_role("button", name="Delete channel").click()
        await page.wait_for_url("**/panel/channels")
        await seat.go("/panel/settings/bin")
        assert await seat.serious() == []
        assert not await seat.watched.overflows()
        await page.get_by_role("button", name=f"Restore: {HOSTILE}").first.click()
        await page.wait_for_url(f"**{channel}")
        await page.get_by_role("button", name="Send a test").click()
        await expect(page.locator("#tried")).to_contain_text(there.ids["task"])
        await expect(page.locator("#tried")).to_contain_text("Nothing came yet")
        await hand_in(there.desk, there.ids["task"])
        await page.get_by_role("button", name="Look again").click()
        await expect(page.locator("#tried")).to_contain_text("Last message in")
        await expect(page.locator("#tried").get_by_role("button", name="Copy the command")).to_be_visible()
        assert await seat.serious() == []
        assert not await seat.watched.overflows()


async def test_keys_lead_everywhere(program: Program, open_page: OpenPage) -> None:
    there = await furnished(program, NOWHERE)
    async with seated(program, open_page, there.desk) as seat:
        page = seat.page
        await seat.go("/panel/channels")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        await page.keyboard.press("g")
        await page.keyboard.press("t")
        await page.wait_for_url("**/panel/tasks")
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("Control+k")
        await page.keyboard.type("create ta")
        await expect(page.get_by_role("option")).to_have_count(1)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/panel/tasks/new")
        await expect(page.get_by_role("dialog", name="Create task")).to_be_visible()
        # A letter in a field is a letter.
        await page.get_by_label("Name").fill("")
        await page.get_by_label("Name").press("?")
        await expect(page.get_by_label("Name")).to_have_value("?")
        assert [text for text in seat.watched.complaints if "404" not in text] == []


async def test_what_was_switched_off_is_taken_back(program: Program, open_page: OpenPage) -> None:
    there = await furnished(program, NOWHERE)
    async with seated(program, open_page, there.desk) as seat:
        page = seat.page
        await seat.go(f"/panel/tasks/{there.ids['task']}")
        await page.get_by_role("button", name="Switch off").click()
        await expect(page.get_by_text("The task is switched off.")).to_be_visible()
        await expect(page.get_by_role("status").get_by_role("button", name="Undo")).to_be_visible()
        await page.keyboard.press("Control+z")
        await expect(page.get_by_role("button", name="Switch off")).to_be_visible()
        await expect(page.get_by_text("The task is switched off.")).to_have_count(0)


async def test_leaving_with_changes_asks_first(program: Program, open_page: OpenPage) -> None:
    there = await furnished(program, NOWHERE)
    async with seated(program, open_page, there.desk) as seat:
        page = seat.page
        await seat.go(f"/panel/tasks/{there.ids['task']}")
        await page.get_by_label("Name").fill("Another name")
        await expect(page.get_by_text("1 change")).to_be_visible()
        asked: list[str] = []

        async def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            await dialog.dismiss()

        page.on("dialog", stay)
        await page.get_by_role("link", name="Channels").first.click(no_wait_after=True)

        async def was_asked() -> bool:
            return asked == ["beforeunload"]

        await until(was_asked)
        await expect(page.get_by_label("Name")).to_have_value("Another name")
        page.remove_listener("dialog", stay)
        await page.get_by_role("button", name="Discard").click()
        await expect(page.get_by_text("1 change")).to_have_count(0)


async def test_theme_language_and_navigation_stay_as_chosen(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk()
    async with seated(program, open_page, desk, color_scheme="light", locale="ru-RU") as seat:
        page = seat.page
        await seat.go("/panel/tasks")
        await expect(page.locator("html")).to_have_attribute("lang", "ru")
        await expect(page.get_by_role("link", name="Каналы")).to_be_visible()
        async with page.expect_response("**/api/v1/me") as kept:
            await page.get_by_role("button", name="Тема").first.click()
        assert (await kept.value).status == 200
        await expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        await page.get_by_role("button", name="Только значки").click()
        await expect(page.locator(".fd-nav-side")).to_have_css("width", "56px")
        await page.reload()
        await expect(page.locator(".fd-nav-side")).to_have_css("width", "56px")


async def test_who_only_looks_sees_no_buttons_and_changes_nothing(
    program: Program, open_page: OpenPage
) -> None:
    there = await furnished(program, NOWHERE)
    await make_account(program.running.store, there.desk.workspace)
    async with seated(program, open_page, there.desk, role="viewer") as seat:
        page = seat.page
        for path, button in (
            ("/panel/channels", "Add channel"),
            ("/panel/integrations", "Create integration"),
            ("/panel/tasks", "Create task"),
        ):
            await seat.go(path)
            await expect(page.get_by_role("link", name=button)).to_have_count(0)
        await seat.go(f"/panel/tasks/{there.ids['task']}")
        await expect(page.get_by_role("button", name="Save")).to_have_count(0)
        csrf = await page.locator("meta[name=csrf]").get_attribute("content")
        answer = await page.request.post(
            f"{seat.base}/panel/tasks/{there.ids['task']}/switch?to=off",
            headers={"Origin": seat.base, "X-CSRF-Token": csrf or ""},
            form={},
        )
        assert answer.status == 403


async def test_right_to_left_holds_together(program: Program, open_page: OpenPage) -> None:
    there = await furnished(program, NOWHERE)
    async with seated(program, open_page, there.desk, viewport=SIZES["wide"]) as seat:
        for path in PAGES:
            await seat.go(path.format(**there.ids))
            await seat.page.evaluate("document.documentElement.dir = 'rtl'")
            assert not await seat.watched.overflows(), path
            box = await seat.page.locator(".fd-nav-side").bounding_box()
            assert box is not None
            assert box["x"] > SIZES["wide"]["width"] / 2


async def test_the_box_posts_as_a_system_outside_would(program: Program, open_page: OpenPage) -> None:
    """S000-19 to S000-24."""
    desk = await program.desk()
    async with seated(program, open_page, desk) as seat:
        page = seat.page
        await seat.go("/panel/integrations/api-rest")
        await expect(page.locator("#endpoint")).to_have_text(f"{seat.base}{desk.webhook}")
        await page.get_by_role("button", name="Send message").click()
        await expect(page.get_by_role("status").filter(has_text="200 ·")).to_have_text(
            re.compile(r"^200 · \d+ ms$")
        )
        await expect(page.get_by_label("Answer", exact=True)).to_contain_text('"recipient_id": "jhon"')
        assert seat.watched.complaints == []


async def test_of_what_the_reference_tries_only_one_line_is_read_aloud(
    program: Program, open_page: OpenPage
) -> None:
    desk = await program.desk()
    async with seated(program, open_page, desk) as seat:
        page = seat.page
        await seat.go("/panel/settings/api/reference/list_keys")
        await page.get_by_role("button", name="Send").click()
        said = page.get_by_role("status").filter(has_text="GET /api/v1/keys")
        await expect(said).to_have_text(re.compile(r"^GET /api/v1/keys · 200 · \d+ ms$"))
        await expect(page.get_by_label("The answer", exact=True)).to_contain_text('"next_cursor"')
        assert seat.watched.complaints == []
