"""A person who is signed in to the panel of the whole program, in Chromium."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page
from tests.browser.conftest import OpenPage, Watched
from tests.program import Desk, Program
from tests.web.people import PASSWORD, make_account

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import Role


@dataclass
class Author:
    """Their page, where they stand, and what the browser complained of."""

    watched: Watched
    desk: Desk

    @property
    def page(self) -> Page:
        return self.watched.page

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.desk.program.client.base_url}/panel{path}")

    @property
    def assistant(self) -> str:
        return f"/ai/{self.desk.assistant_id}"


@asynccontextmanager
async def author_at(
    open_page: OpenPage, desk: Desk, role: Role = "owner", **options: Any
) -> AsyncIterator[Author]:
    program: Program = desk.program
    account = await make_account(program.running.store, WorkspaceId(desk.workspace), role=role)
    async with open_page(**options) as watched:
        page = watched.page
        await page.goto(f"{program.client.base_url}/sign-in")
        await page.fill("[name=email]", account.email)
        await page.fill("[name=password]", PASSWORD)
        await page.press("[name=password]", "Enter")
        await page.wait_for_url("**/panel/**")
        yield Author(watched, desk)
