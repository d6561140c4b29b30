"""Files of a visitor that the program puts off: the window says so, what is written meanwhile goes out, and the file goes once
it may. An hour passes by the rows that count it being older.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import FilePayload, expect
from tests.browser.conftest import OpenPage
from tests.browser.test_widget import opened, say, shop, tag
from tests.database import Database
from tests.program import Desk, Program, served, until
from tests.web.rasa_wire import WIRE
from tests.web.test_widget import begin

PUT_OFF = "No more files are taken just now. Try again later."
AGAIN_MS = 8_000
"""More than the seconds after which a file is tried again that finds no place."""
FULL: FilePayload = {"name": "full.txt", "mimeType": "text/plain", "buffer": b"a" * 1_000_000}
MORE: FilePayload = {"name": "more.txt", "mimeType": "text/plain", "buffer": b"and more"}


@pytest.fixture
async def narrow(database: Database, tmp_path: Path) -> AsyncIterator[Program]:
    """A program that takes one megabyte of files within an hour, and one file at a time."""
    async with served(
        database, tmp_path, jobs=False, widget_files_mb_per_address=1, widget_uploads_per_address=1
    ) as program:
        yield program


@pytest.fixture
async def desk(narrow: Program) -> Desk:
    made = await narrow.desk(WIRE, slug="put-off")
    await made.channel("web", {"title": "Northwind Audio", "files_mb": 1})
    narrow.forget_entrances()
    return made


async def _an_hour_later(desk: Desk) -> None:
    await desk.program.execute(
        "UPDATE visitor_bytes SET from_at = from_at - interval '2 hours' WHERE workspace_id = $1",
        desk.workspace,
    )


async def _said(desk: Desk) -> list[tuple[str, ...]]:
    """What the visitor has said: texts, and names of files."""
    rows = [row for row in await desk.rows("messages", "seq") if row["author"] == "contact"]
    return [tuple(part.get("text") or part["name"] for part in _parts(row)) for row in rows]


def _parts(row: dict[str, Any]) -> list[dict[str, Any]]:
    parts = row["parts"]
    return list(json.loads(parts) if isinstance(parts, str) else parts)


async def test_a_file_over_the_allowance_says_so_and_goes_with_a_later_message(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        clip, tray = page.get_by_label("Attach a file"), page.get_by_role("group", name="Files to send")
        await clip.set_input_files(FULL)
        await expect(page.get_by_role("button", name="Remove full.txt")).to_be_visible()
        await say(page, "first")
        await expect(page.get_by_role("link", name="full.txt")).to_be_visible()
        async with page.expect_response(lambda answer: "/files?name=" in answer.url) as refused:
            await clip.set_input_files(MORE)
        answer = await refused.value
        assert (answer.status, await answer.header_value("retry-after")) == (429, "600")
        await expect(tray.get_by_role("alert")).to_contain_text(PUT_OFF)
        await say(page, "something else meanwhile")
        await expect(page.locator(".me .b.wait")).to_have_count(0)
        async with page.expect_response(lambda answer: "/files?name=" in answer.url) as still:
            await tray.get_by_role("button", name="Try again").click()
        assert (await still.value).status == 429
        await expect(tray.get_by_role("alert")).to_contain_text(PUT_OFF)
        assert await _said(desk) == [("first", "full.txt"), ("something else meanwhile",)]
        await _an_hour_later(desk)
        await tray.get_by_role("button", name="Try again").click()
        await expect(page.get_by_role("button", name="Remove more.txt")).to_be_visible()
        await expect(tray.get_by_role("alert")).to_have_count(0)
        await say(page, "here it is")
        await expect(page.get_by_role("link", name="more.txt")).to_be_visible()
        await expect(tray).to_have_count(0)
        assert await _said(desk) == [
            ("first", "full.txt"),
            ("something else meanwhile",),
            ("here it is", "more.txt"),
        ]
        assert len(await desk.rows("uploads")) == 2
        assert [text for text in watched.complaints if "status of 429" not in text] == []


async def test_a_message_whose_file_is_put_off_says_so_and_lets_what_was_written_after_it_go(
    desk: Desk, open_page: OpenPage
) -> None:
    async with shop(desk.program.client.base_url, tag(desk)) as url, open_page() as watched:
        page = await opened(watched, url)
        clip = page.get_by_label("Attach a file")
        await clip.set_input_files(FULL)
        await expect(page.get_by_role("button", name="Remove full.txt")).to_be_visible()
        await say(page, "first")
        await expect(page.get_by_role("link", name="full.txt")).to_be_visible()
        await page.context.set_offline(True)
        await clip.set_input_files(MORE)
        await expect(page.get_by_role("button", name="Cancel upload of more.txt")).to_be_visible()
        await say(page, "with a file")
        await say(page, "and one without")
        await expect(page.locator(".me .b.wait")).to_have_count(2)
        await page.context.set_offline(False)
        stuck = page.locator(".meta.bad")
        await expect(stuck).to_contain_text(PUT_OFF)
        await expect(page.locator(".me .b.wait")).to_have_count(1)
        assert await _said(desk) == [("first", "full.txt"), ("and one without",)]
        await _an_hour_later(desk)
        await stuck.get_by_role("button", name="Try again").click()
        await expect(page.get_by_role("link", name="more.txt")).to_be_visible()
        await expect(page.locator(".wait")).to_have_count(0)
        await page.reload()
        await expect(page.get_by_role("link", name="more.txt")).to_have_count(1)
        assert await _said(desk) == [("first", "full.txt"), ("and one without",), ("with a file", "more.txt")]
        assert len(await desk.rows("uploads")) == 2


async def test_a_file_that_is_put_off_for_seconds_goes_by_itself(desk: Desk, open_page: OpenPage) -> None:
    """Another one of the same network is on its way and has not ended."""
    token, begun, rest = await begin(desk), asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        # The program reads on once it has a place.
        begun.set()
        yield b"a"
        await rest.wait()

    async with (
        shop(desk.program.client.base_url, tag(desk)) as url,
        open_page() as watched,
        aiohttp.ClientSession() as client,
        asyncio.TaskGroup() as group,
    ):
        await watched.page.clock.install()
        page = await opened(watched, url)
        address = f"{desk.program.client.base_url}/widget/{desk.assistant_id}/files?name=slow.txt"
        headers = {"Authorization": f"Bearer {token}"}
        group.create_task(_ended(client.post(address, data=slowly(), headers=headers, expect100=True)))
        await begun.wait()
        async with page.expect_response(lambda answer: "/files?name=" in answer.url) as refused:
            await page.get_by_label("Attach a file").set_input_files(MORE)
        assert (await refused.value).status == 429
        going = page.get_by_role("button", name="Cancel upload of more.txt")
        await expect(going).to_be_visible()
        await expect(page.get_by_text(PUT_OFF)).to_have_count(0)
        await say(page, "hello")
        await expect(page.locator(".me .b", has_text="hello")).to_be_visible()
        rest.set()

        async def is_there() -> bool:
            # The slow one gives its place back a moment later.
            await page.clock.fast_forward(AGAIN_MS)
            return "more.txt" in [each for line in await _said(desk) for each in line]

        await until(is_there)
        assert (await _said(desk))[-1] == ("hello", "more.txt")


async def _ended(request: Any) -> None:
    async with request as answer:
        assert answer.status == 201
