"""People in front of the panel: signed in, with a workspace that has something of everything to show."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage, Watched
from tests.program import Desk, Program
from tests.web.people import PASSWORD, make_account

from frontdesk.core.permission import Role
from frontdesk.store.accounts import Account

SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}} \u202eevil'


@dataclass(frozen=True)
class Seat:
    """A page of somebody who has signed in."""

    watched: Watched
    base: str
    account: Account

    @property
    def page(self) -> Page:
        return self.watched.page

    async def go(self, path: str) -> None:
        await self.page.goto(self.base + path)

    async def serious(self) -> list[str]:
        """What keeps people from using the page that is open: the rule, and the places."""
        return await violations(self.page)


@asynccontextmanager
async def seated(
    program: Program, open_page: OpenPage, desk: Desk, *, role: Role = "owner", **options: Any
) -> AsyncIterator[Seat]:
    """Somebody of the desk's workspace, signed in; `options` are those of a browser context."""
    account = await make_account(program.running.store, desk.workspace, role=role, name="Tomas Lind")
    base = program.client.base_url
    async with open_page(**options) as watched:
        answer = await watched.page.request.post(
            f"{base}/api/v1/session",
            data={"email": account.email, "password": PASSWORD},
            headers={"Origin": base},
        )
        assert answer.status == 201, await answer.text()
        yield Seat(watched, base, account)


@dataclass(frozen=True)
class Furnished:
    """A desk with a page messenger, an integration and the task that binds them, all with hostile names."""

    desk: Desk
    ids: Mapping[str, str]


async def furnished(program: Program, webhook_url: str) -> Furnished:
    desk = await program.desk()
    await desk.say("jhon", "hi")
    key, client = await desk.key("api", "admin"), program.client

    async def make(path: str, **body: object) -> str:
        answer = await client.post(f"/api/v1/{path}", key=key, json=body)
        assert answer.status == 201, answer.body
        return str(answer.json()["id"])

    channel = await make("channels", type="external", name=HOSTILE)
    settings = {"webhook_url": webhook_url}
    integration = await make("integrations", type="another", name=HOSTILE, settings=settings)
    task = await make(
        "tasks",
        name=HOSTILE[:90],
        channel_id=channel,
        assistant_id=desk.assistant_id,
        integration_id=integration,
        service_mode="ai_then_people",
    )
    return Furnished(desk, {"channel": channel, "integration": integration, "task": task})
