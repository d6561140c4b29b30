"""The menu AI in Chromium: an assistant of a zip, its file written with the keyboard, talked to, published; as text."""

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.panel import SIZES, Seat, seated
from tests.program import Program

BOT = "format: assistant/v1\nassistant: {id: ann, name: Ann, language: en}\n"
HELLO = "flows:\n  hello:\n    trigger: {patterns: [hello]}\n    steps:\n      - say: %s\n"
EVIL = "<img src=x onerror=document.title='hit'><script>document.title='hit'</script>"


def packed(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


async def write(author: Seat, text: str) -> None:
    """All of the open file, saved with the keyboard."""
    before = await author.page.get_attribute("[name=mark]", "value")
    await author.page.fill("textarea[name=text]", text)
    await author.page.keyboard.press("Control+s")
    saved = f'#file-state[data-saved] [name=mark]:not([value="{before}"])'
    await author.page.wait_for_selector(saved, state="attached")


async def test_an_assistant_of_a_zip_is_written_talked_to_and_published(
    program: Program, open_page: OpenPage
) -> None:
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hi."})
    async with seated(program, open_page, desk, role="author") as author:
        page = author.page
        await author.go("/panel/ai")
        await page.click("[data-dialog=ai-new]")
        await page.fill("#ai-name", "Zipped")
        await page.check("[name=begin][value=files]")
        archive = packed({"folder/bot.yaml": BOT + HELLO % "From the zip."})
        await page.set_input_files(
            "#ai-zip", {"name": "bot.zip", "mimeType": "application/zip", "buffer": archive}
        )
        await page.click("#ai-new .btn-primary")
        await page.wait_for_url("**/panel/ai/asst_*")
        await page.wait_for_selector("text=Version 1 is live")
        await page.click("text=Files")
        await write(author, BOT + HELLO.replace("say", "sya") % "Hello.")
        assert await page.text_content(".fd-code-n .fd-error") == "7"
        await page.wait_for_selector(".fd-acts >> text=Review and publish")
        await write(author, BOT + HELLO % "Better.")
        assert await page.locator(".fd-code-n .fd-error").count() == 0
        await page.click(".fd-tabbar >> text=Try it")
        await page.fill("#try-text", "hello")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".fd-line-bot >> text=Better.")
        await page.click("text=Review and publish")
        await page.wait_for_selector(".fd-diff-l.fd-added >> text=Better.")
        await page.click("form .btn-primary >> text=Publish")
        await page.wait_for_selector("text=Version 2 is live")
        assert author.watched.complaints == []


async def test_an_archive_that_climbs_out_is_refused_in_the_dialog_and_a_folder_takes_its_place(
    program: Program, open_page: OpenPage, tmp_path: Path
) -> None:
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hi."})
    async with seated(program, open_page, desk) as author:
        page = author.page
        await author.go("/panel/ai")
        await page.click("[data-dialog=ai-new]")
        await page.fill("#ai-name", "Zipped")
        await page.check("[name=begin][value=files]")
        archive = packed({"bot.yaml": BOT, "../../evil.yaml": "x"})
        await page.set_input_files(
            "#ai-zip", {"name": "bot.zip", "mimeType": "application/zip", "buffer": archive}
        )
        await page.click("#ai-new .btn-primary")
        await page.wait_for_selector("#ai-new [data-problem] >> text=leads out of the folder")
        (tmp_path / "bot.yaml").write_text(BOT + HELLO % "From the folder.")
        await page.set_input_files("#ai-folder", tmp_path)
        assert await page.input_value("#ai-zip") == ""
        await page.click("#ai-new .btn-primary")
        await page.wait_for_selector("text=Version 1 is live")


async def test_two_who_write_one_file_lose_nothing(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hi."})
    async with seated(program, open_page, desk) as first, seated(program, open_page, desk) as second:
        for author in (first, second):
            await author.go(f"/panel/ai/{desk.assistant_id}/files")
        await write(first, BOT + HELLO % "First.")
        await second.page.fill("textarea[name=text]", BOT + HELLO % "Second.")
        await second.page.keyboard.press("Control+s")
        await second.page.wait_for_selector("#file-state[data-clash]")
        assert "First." in await second.page.input_value("[data-theirs]")
        assert "Second." in await second.page.input_value("textarea[name=text]")
        await second.page.click("text=Save mine over it")
        await second.page.wait_for_selector("#file-state[data-saved]")
        await first.page.reload()
        assert "Second." in await first.page.input_value("textarea[name=text]")


async def test_a_removed_file_comes_back_by_the_toast(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hi.", "notes/a.md": "Kept.\n"})
    async with seated(program, open_page, desk) as author:
        await author.go(f"/panel/ai/{desk.assistant_id}/files?path=notes%2Fa.md")
        await author.page.click("[data-remove-file]")
        await author.page.click(".fd-toast-w button")
        await author.page.wait_for_url("**path=notes*")
        assert await author.page.input_value("textarea[name=text]") == "Kept.\n"


async def test_what_stands_in_a_bot_runs_nowhere(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk(
        {"bot.yaml": BOT + HELLO % json.dumps(EVIL), "notes/a.md": f"</textarea>{EVIL}\n"}
    )
    async with seated(program, open_page, desk) as author:
        page = author.page
        for path in ("/files?path=notes%2Fa.md", "/versions/1", "/review"):
            await author.go(f"/panel/ai/{desk.assistant_id}{path}")
            assert "hit" not in await page.title()
        await author.go(f"/panel/ai/{desk.assistant_id}/try")
        await page.fill("#try-text", "hello")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".fd-line-bot")
        assert EVIL in (await page.text_content(".fd-line-bot") or "")
        assert "hit" not in await page.title()
        assert author.watched.complaints == []


PAGES = ("", "/files", "/review", "/try", "/versions", "/versions/1", "/settings")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_of_authors_can_be_used_by_everybody(
    program: Program, open_page: OpenPage, size: str, scheme: str
) -> None:
    broken = "- name: greets\n  talk:\n    - user: hello\n    - bot: Hello.\n"
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hi.", "tests/a.yaml": broken})
    async with seated(
        program, open_page, desk, viewport=SIZES[size], color_scheme=scheme, reduced_motion="reduce"
    ) as seat:
        page = seat.page
        path = f"/panel/ai/{desk.assistant_id}"
        await seat.go(f"{path}/files")
        await write(seat, BOT + HELLO % "Better.")
        await seat.go("/panel/knowledge/new")
        await page.fill("#f-title", "Gifts")
        await page.fill("#f-body", "# Paper\nWe wrap presents.\n\n- with a bow")
        await page.click(".fd-savebar .btn-primary")
        await page.wait_for_url("**/knowledge/art_*")
        article = urlsplit(page.url).path
        below = ("", "/new", "/try?q=do+you+wrap+presents", "/gaps", "/upload", "/bin")
        wanted = [
            *(f"{path}{each}" for each in PAGES),
            *("/panel/ai", "/panel/ai/services", "/panel/ai/services/new?kind=openai", article),
            *(f"/panel/knowledge{each}" for each in below),
        ]
        for each in wanted:
            await seat.go(each)
            await page.wait_for_load_state("networkidle")
            assert await seat.serious() == [], each
            assert not await seat.watched.overflows(), each
        assert seat.watched.complaints == []


async def test_publishing_waits_until_each_changed_answer_is_accepted(
    program: Program, open_page: OpenPage
) -> None:
    test = "- name: greets\n  talk:\n    - user: hello\n    - bot: Hello.\n"
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hello.", "tests/hi.yaml": test})
    key = await desk.key("api", "admin")
    base = f"/api/v1/assistants/{desk.assistant_id}/draft"
    got = await program.client.get(f"{base}/files/bot.yaml", key=key)
    changed, mark = {"text": BOT + HELLO % "Good day."}, {"If-Match": got.headers["ETag"]}
    await program.client.send("PUT", f"{base}/files/bot.yaml", key=key, json=changed, headers=mark)
    async with seated(program, open_page, desk) as seat:
        page = seat.page
        await seat.go(f"/panel/ai/{desk.assistant_id}/review")
        await page.get_by_text("Accept it if that is meant").wait_for()
        await page.get_by_role("button", name="Publish").click()
        await expect(page.get_by_label("Accept")).to_be_focused()
        await expect(page.get_by_text("1 answer to accept", exact=True)).to_be_visible()
        assert await seat.serious() == []
        await page.get_by_label("Accept").check()
        await expect(page.get_by_text("1 answer to accept", exact=True)).to_have_count(0)
        await page.get_by_role("button", name="Publish").click()
        await page.wait_for_url(f"**/panel/ai/{desk.assistant_id}")
        await expect(page.get_by_text("Version 2 is live.")).to_be_visible()


@pytest.mark.parametrize("size", ["wide", "phone"])
async def test_an_assistant_with_a_long_name_is_deleted_and_the_toast_takes_it_back(
    program: Program, open_page: OpenPage, size: str
) -> None:
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hi."})
    long_name = "Geschäftsbedingungsübersetzungsstelle" * 2 + EVIL[:20]
    key = await desk.key("api", "admin")
    path, client = f"/assistants/{desk.assistant_id}", program.client
    renamed = await client.send(
        "PATCH", f"/api/v1{path}", key=key, json={"name": long_name}, headers={"If-Match": "*"}
    )
    assert renamed.status == 200, renamed.body
    await desk.say("jo", "hello")
    async with seated(program, open_page, desk, viewport=SIZES[size]) as author:
        page = author.page
        await author.go(f"/panel/ai/{desk.assistant_id}/settings")
        assert not await author.watched.overflows()
        await page.click("[data-dialog=ai-delete]")
        dialog = page.locator("#ai-delete")
        await expect(dialog).to_contain_text("1 conversation is open")
        assert not await dialog.evaluate("one => one.scrollWidth > one.clientWidth")
        assert await author.serious() == []
        await dialog.locator(".btn-danger").click()
        await page.wait_for_url("**/panel/ai")
        await expect(page.locator("main")).to_contain_text("No assistant yet")
        await page.click("#fd-toast >> text=Undo")
        await page.wait_for_url(f"**/panel/ai/{desk.assistant_id}")
        await expect(page.locator("h1").first).to_be_attached()
        assert not await author.watched.overflows()
        assert author.watched.complaints == []


async def test_what_is_saved_is_talked_to_beside_the_file(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk({"bot.yaml": BOT + HELLO % "Hi."})
    async with seated(program, open_page, desk) as author:
        page = author.page
        await page.set_viewport_size({"width": 1440, "height": 900})
        await author.go(f"/panel/ai/{desk.assistant_id}/files")
        await page.fill("#try-text", "hello")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".fd-line-bot >> text=Hi.")
        await write(author, BOT + HELLO % "Better.")
        await page.wait_for_selector(".fd-try-anew")
        await page.fill("#try-text", "hello")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".fd-line-bot >> text=Better.")
        await page.click("text=Start over")
        await expect(page.locator(".fd-turn")).to_have_count(0)
        await page.set_viewport_size({"width": 390, "height": 844})
        await expect(page.locator("#try-text")).to_be_hidden()
        assert author.watched.complaints == []
