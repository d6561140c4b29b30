"""The menu Knowledge in Chromium: written with a preview, uploaded with outcomes, tried, removed and brought back."""

from typing import TYPE_CHECKING

from playwright.async_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.panel import seated
from tests.program import Program, until

if TYPE_CHECKING:
    from playwright.async_api import FilePayload

BOT = """\
format: assistant/v1
assistant: {id: ann, name: Ann, language: en}
fallback:
  steps:
    - answer: true
"""
EVIL = "<img src=x onerror=document.title='hit'><script>document.title='hit'</script>"


async def test_an_article_is_written_tried_removed_and_brought_back(
    program: Program, open_page: OpenPage
) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    async with seated(program, open_page, desk, role="author") as author:
        page = author.page
        await author.go("/panel/knowledge")
        await page.keyboard.press("n")
        await page.wait_for_url("**/knowledge/new")
        await page.fill("#f-title", "Gifts")
        await page.fill("#f-body", "# Paper\nWe wrap presents in green paper.\n\n- with a bow")
        await page.wait_for_selector("#article-preview li >> text=with a bow")
        assert "Paper" in (await page.text_content("#article-preview .fd-article-h") or "")
        await page.check("#f-publish")
        await page.click(".fd-savebar .btn-primary")
        await page.wait_for_url("**/knowledge/art_*")

        async def answered() -> int:
            await author.go("/panel/knowledge/try?q=do+you+wrap+presents")
            return await page.locator("text=We wrap presents in green paper.").count()

        await until(answered, within_s=20)
        await page.click(".fd-li a >> text=Gifts")
        await page.click("text=Put into the bin")
        await page.wait_for_url("**/panel/knowledge")
        await page.click(".fd-toast-w button")
        await page.wait_for_url("**/knowledge/art_*")
        assert await page.input_value("#f-title") == "Gifts"
        assert author.watched.complaints == []


async def test_a_question_that_is_missing_is_told_at_its_field(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    async with seated(program, open_page, desk) as author:
        page = author.page
        await author.go("/panel/knowledge/try")
        await page.get_by_role("button", name="Ask", exact=True).click()
        question = page.get_by_label("Question")
        await expect(question).to_be_focused()
        await expect(question).to_have_accessible_description("Fill this in.")
        assert await author.serious() == []
        await question.fill("do you wrap presents?")
        await expect(page.get_by_text("Fill this in.")).to_have_count(0)
        assert author.watched.complaints == []


async def test_files_are_uploaded_and_each_says_what_became_of_it(
    program: Program, open_page: OpenPage
) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    async with seated(program, open_page, desk) as author:
        page = author.page
        await author.go("/panel/knowledge/upload")
        files: list[FilePayload] = [
            {"name": "opening.md", "mimeType": "text/markdown", "buffer": b"# Opening\nWe open at nine."},
            {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 nothing"},
            {"name": f"{EVIL}.txt".replace("/", "_"), "mimeType": "text/plain", "buffer": EVIL.encode()},
        ]
        await page.set_input_files("#files", files)
        await page.click("[data-upload] .btn-primary")
        await page.wait_for_selector("[data-outcomes]:not(:has(progress)) > li:nth-child(3)")
        rows = await page.locator("[data-outcomes] > li").all_text_contents()
        assert "1 new" in rows[0]
        assert "broken.pdf" in rows[1]
        assert await page.locator("[data-outcomes] > li >> nth=1 >> .fd-badc").count() == 1
        assert "hit" not in await page.title()
        await author.go("/panel/knowledge")
        await page.wait_for_selector("td >> text=Opening")
        assert author.watched.complaints == []


async def test_what_stands_in_an_article_runs_nowhere(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk({"bot.yaml": BOT})
    async with seated(program, open_page, desk) as author:
        page = author.page
        await author.go("/panel/knowledge/new")
        await page.fill("#f-title", EVIL)
        await page.fill("#f-body", f"Words. {EVIL}\n\n`{EVIL}`\n\n[pay](javascript:document.title='hit')")
        await page.click("[data-preview]")
        await page.wait_for_selector("#article-preview >> text=Words.")
        await page.click(".fd-savebar .btn-primary")
        await page.wait_for_url("**/knowledge/art_*")
        for path in ("/knowledge", "/knowledge/try?q=words"):
            assert "hit" not in (await page.title()).replace("'hit'", "")
            await author.go(f"/panel{path}")
        assert await page.locator("img[src=x]").count() == 0
        assert author.watched.complaints == []
