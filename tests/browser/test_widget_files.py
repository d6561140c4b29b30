"""Files in the site widget: a visitor sends some by every way there is, a person sends one back, and nothing is lost on the way."""

import base64
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, Route, expect
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.inbox import inbox
from tests.browser.test_widget import answered, opened, say, shop, tag
from tests.desk.people import person
from tests.kit.pictures import WIDTH, png
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE

PICTURE: FilePayload = {"name": "cup.png", "mimeType": "image/png", "buffer": png()}
HELD = """
    ([name, content, kind, how]) => {
        const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
        const given = new DataTransfer();
        given.items.add(new File([bytes], name, {type: kind}));
        const [root] = [...document.querySelectorAll("*")].map(each => each.shadowRoot).filter(Boolean);
        const options = {bubbles: true, cancelable: true};
        if (how === "paste") {
            const event = new ClipboardEvent("paste", {...options, clipboardData: given});
            return root.querySelector("textarea").dispatchEvent(event);
        }
        const panel = root.querySelector(".panel");
        panel.dispatchEvent(new DragEvent("dragover", {...options, dataTransfer: given}));
        return panel.dispatchEvent(new DragEvent("drop", {...options, dataTransfer: given}));
    }
"""


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE, slug="widget-files")
    await made.channel("web", {"title": "Northwind Audio", "files_mb": 1})
    program.forget_entrances()
    return made


async def held(page: Page, name: str, content: bytes, kind: str, how: str) -> None:
    """Somebody pastes a file into the field, or drops it on the window."""
    untouched = await page.evaluate(HELD, [name, base64.b64encode(content).decode(), kind, how])
    assert untouched is False


async def uploaded(page: Page, name: str) -> None:
    await expect(page.get_by_role("button", name=f"Remove {name}")).to_be_visible()


async def said_by_visitor(desk: Desk) -> list[Any]:
    return [row for row in await desk.rows("messages", "seq") if row["author"] == "contact"]


async def test_a_picture_is_sent_and_seen_in_the_inbox_and_a_file_comes_back(
    desk: Desk, open_page: OpenPage
) -> None:
    ann = await person(desk, "Ann Lee")
    async with (
        shop(desk.program.client.base_url, tag(desk)) as url,
        open_page() as visitors,
        open_page(viewport={"width": 1440, "height": 900}) as people,
    ):
        asked: list[str] = []
        visitors.page.on("request", lambda request: asked.append(request.url))
        page = await opened(visitors, url)
        await page.get_by_label("Attach a file").set_input_files(PICTURE)
        await uploaded(page, "cup.png")
        assert [each for each in asked if "widget_files.js" in each]
        await say(page, "Is this one yours?")
        shown = page.locator(".me img")
        await expect(shown).to_be_visible()
        assert await shown.evaluate("each => [each.naturalWidth, each.getAttribute('width'), each.alt]") == [
            WIDTH,
            str(WIDTH),
            "cup.png",
        ]
        assert await violations(page) == []
        (talk,) = await desk.rows("conversations")
        seen = await inbox(people, ann, f"/panel/chats?conversation={talk['id']}")
        await expect(seen.get_by_role("img", name="cup.png")).to_be_visible()
        key = await desk.key("api", "admin")
        client = desk.program.client
        made = (await client.post("/api/v1/files?name=form.pdf", key=key, body=b"%PDF-1.7 form")).json()["id"]
        parts = [{"type": "attachment", "name": "form.pdf", "file_id": made}]
        path = f"/api/v1/conversations/{talk['id']}/messages"
        answer = await client.post(path, key=key, json={"text": "Fill this in", "parts": parts})
        assert answer.status == 201, answer.body
        line = page.get_by_role("link", name="form.pdf")
        await expect(line).to_contain_text("1 kB")
        address = str(await line.get_attribute("href"))
        # It opens beside the page, whose conversation goes on.
        async with page.context.expect_event("request", lambda request: request.url == address):
            await line.click()
        taken = await client.get(address.removeprefix(client.base_url))
        assert (taken.status, taken.body) == (200, b"%PDF-1.7 form")
        assert taken.headers["content-disposition"].startswith("attachment;")
        # Nothing that opens the conversation stands in an address.
        token = await page.evaluate(
            "Object.values(localStorage).map(each => JSON.parse(each).token).find(Boolean)"
        )
        assert token
        assert [each for each in asked if token in each] == []
        assert visitors.complaints == []


@pytest.mark.parametrize("how", ["paste", "drop"])
async def test_a_picture_is_pasted_or_dropped_and_taken_away_again(
    desk: Desk, open_page: OpenPage, how: str
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await held(page, "cup.png", png(), "image/png", how)
        await uploaded(page, "cup.png")
        send = page.get_by_role("button", name="Send")
        await expect(send).to_be_enabled()
        await page.get_by_role("button", name="Remove cup.png").click()
        await expect(page.locator(".tray")).to_have_count(0)
        await expect(send).to_be_disabled()
        assert watched.complaints == []


async def test_a_file_that_is_dropped_on_the_form_goes_nowhere(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk(WIRE, slug="widget-asks")
    await desk.channel(
        "web", {"title": "Northwind Audio", "ask_email": "required", "consent": "I agree that this is kept."}
    )
    program.forget_entrances()
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await expect(page.get_by_label("E-mail")).to_be_visible()
        # Nor to a page of its own, which takes the place of the shop.
        await held(page, "passport.png", png(), "image/png", "drop")
        await page.get_by_label("E-mail").fill("ada@example.com")
        await page.get_by_label("I agree").check()
        await page.get_by_role("button", name="Start chat").click()
        await expect(page.get_by_label("Write a message")).to_be_visible()
        await expect(page.locator(".tray")).to_have_count(0)
        assert (await desk.rows("visitor_sessions"), await desk.rows("uploads")) == ([], [])
        assert watched.complaints == []


async def test_what_cannot_be_sent_says_why_and_what_to_do(desk: Desk, open_page: OpenPage) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        field = page.get_by_label("Attach a file")
        await field.set_input_files({"name": "film.png", "mimeType": "image/png", "buffer": bytes(1_500_000)})
        await expect(page.get_by_role("alert")).to_contain_text("1.5 MB is over the limit of 1 MB")
        await page.get_by_role("button", name="Remove film.png").click()
        await field.set_input_files(
            {"name": "run.exe", "mimeType": "image/png", "buffer": b"MZ" + bytes(100)}
        )
        await expect(page.get_by_role("alert")).to_contain_text(
            "Try one of these: PDF, JPG, PNG, DOCX, XLSX …"
        )
        await expect(page.get_by_role("button", name="Send")).to_be_disabled()
        await field.set_input_files([PICTURE] * 6)
        await expect(page.get_by_text("Only 5 files at a time")).to_be_visible()
        await expect(page.get_by_role("button", name="Remove cup.png")).to_have_count(5)
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator(".me img")).to_have_count(5)
        (line,) = await said_by_visitor(desk)
        assert len(line["parts"]) > 0
        assert [text for text in watched.complaints if "status of 4" not in text] == []


async def test_a_file_waits_without_a_connection_survives_a_reload_and_goes_out_once(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await answered(watched, url)

        async def cut(route: Route) -> None:
            await route.abort("internetdisconnected")

        async def lost(route: Route) -> None:
            # The program has it, the answer does not come back.
            await route.fetch()
            await route.abort("internetdisconnected")

        await page.route("**/files?name=*", cut)
        await page.get_by_label("Attach a file").set_input_files(PICTURE)
        await expect(page.get_by_role("button", name="Cancel upload of cup.png")).to_be_visible()
        await say(page, "this one")
        await expect(page.get_by_text("Waiting for connection")).to_be_visible()
        await page.unroute("**/files?name=*", cut)
        await page.route("**/messages?*", lost, times=1)
        await page.reload()
        await expect(page.locator(".me img")).to_be_visible()
        await expect(page.locator(".wait")).to_have_count(0)
        await expect(page.locator(".me .b", has_text="this one")).to_have_count(1)
        assert len(await said_by_visitor(desk)) == 2
        waits = "indexedDB.databases().then(found => found.length)"
        assert await page.evaluate(waits) == 1


async def test_a_channel_that_takes_no_files_offers_none(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk(WIRE, slug="no-files")
    await desk.channel("web", {"title": "Northwind Audio", "files": "off"})
    program.forget_entrances()
    async with shop(program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        await expect(page.get_by_role("textbox", name="Write a message")).to_be_visible()
        await expect(page.get_by_label("Attach a file")).to_have_count(0)


async def test_enter_where_nothing_is_to_be_sent_leaves_why_a_file_was_refused(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        film: FilePayload = {"name": "film.png", "mimeType": "image/png", "buffer": bytes(1_500_000)}
        await page.get_by_label("Attach a file").set_input_files(film)
        await expect(page.get_by_role("alert")).to_be_visible()
        field = page.get_by_role("textbox", name="Write a message")
        await field.press("Enter")
        await field.press_sequentially("x")
        # It is drawn anew.
        await expect(page.get_by_role("button", name="Send")).to_be_enabled()
        await expect(page.get_by_role("alert")).to_be_visible()
