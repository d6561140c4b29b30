"""The whole way once, as people go it: from the first start's link to a customer's rating, by mouse, with a real receiver.

Two people in two browsers, the customer's company as an HTTP client and a receiver of webhooks; nothing is made beside it.
"""

import re
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import WITHIN_MS, OpenPage, Watched
from tests.database import migrated
from tests.doubles.http_server import FaultServer
from tests.program import Program, served, until

from frontdesk.app.first_start import set_up_link
from frontdesk.app.postgres import PostgresServer

WIDE = {"width": 1440, "height": 900}
OWNER, OPERATOR = "ann@example.com", "bo@example.com"
WORDS = "correct horse battery"
SEND = "/api/1.1/wf/send_message_external"
CHAT = "123456789"


@pytest.fixture
async def fresh(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """A program that nobody has set up yet, on a database of its own."""
    database = await migrated(server, f"walk_{secrets.token_hex(4)}")
    async with served(database, tmp_path_factory.mktemp("walk")) as program:
        yield program


@pytest.fixture
async def receiver() -> AsyncIterator[FaultServer]:
    async with FaultServer() as running:
        yield running


class Company:
    """The customer's company: hands messages in, and is told by webhooks."""

    def __init__(self, program: Program, receiver: FaultServer, key: str) -> None:
        self._program, self._receiver, self._key = program, receiver, key
        self.task_id = ""

    async def hand_in(self, message: str) -> dict[str, Any]:
        body = {"task_id": self.task_id, "chat_id": CHAT, "message": message}
        sent = await self._program.client.post(SEND, key=self._key, json=body)
        assert sent.status == 200, sent.body
        thread: dict[str, Any] = sent.json()["response"]["thread"]
        return thread

    async def told(self, **wanted: str) -> dict[str, str]:
        """The first webhook that says this, once it has come."""

        async def found() -> dict[str, str] | None:
            hooks: list[Any] = [got.json() for got in self._receiver.received]
            fits = (hook for hook in hooks if wanted.items() <= hook.items())
            return next(fits, None)

        hook: dict[str, str] = await until(found, within_s=WITHIN_MS / 1000)
        return hook


async def test_from_the_first_start_to_the_customers_rating(
    fresh: Program, receiver: FaultServer, open_page: OpenPage
) -> None:
    link = await set_up_link(fresh.running.installation)
    assert link is not None
    async with open_page(viewport=WIDE) as owner, open_page(viewport=WIDE) as operator:
        company = Company(fresh, receiver, await set_up(owner.page, link))
        await invite(fresh, owner.page, operator.page)
        await make_assistant(fresh, owner.page)
        await connect(fresh, owner.page, receiver.url("/hook"), company)
        await ask_for_ratings(fresh, owner.page)
        await wires_are_shown(fresh, owner.page)
        await bot_answers(company)
        manager = await person_answers(fresh, operator.page, company)
        await person_hands_back(operator.page, company)
        await person_closes(operator.page, company, manager)
        assert [trouble(who) for who in (owner, operator)] == [[], []]


def trouble(watched: Watched) -> list[str]:
    """Complaints of the browser, without those about answers that are no pages of ours."""
    return [text for text in watched.complaints if "status of 4" not in text]


# -- 1: the link of the first start, the owner, an operator


async def set_up(page: Page, link: str) -> str:
    """The owner's own workspace; the key that is shown once."""
    await page.goto(link)
    await page.get_by_label("Name of your workspace").fill("Northwind")
    await page.get_by_label("Your name").fill("Ann Lee")
    await page.get_by_label("Your e-mail address").fill(OWNER)
    await page.get_by_label("Your password").fill(WORDS)
    await page.get_by_role("button", name="Set up workspace").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("is set up")
    return await page.locator("#key").inner_text()


async def invite(program: Program, page: Page, other: Page) -> None:
    """A colleague follows the link, and signs in again later."""
    base = program.client.base_url
    await page.goto(f"{base}/panel/settings/people")
    await page.get_by_role("button", name="Invite somebody").click()
    await page.get_by_label("E-mail").fill(OPERATOR)
    await page.get_by_role("button", name="Make the invitation").click()
    await other.goto(await page.locator("#link").inner_text())
    await other.get_by_label("Your name").fill("Bo Diaz")
    await other.get_by_label("Your password").fill(WORDS)
    await other.get_by_role("button", name="Make my account").click()
    await other.wait_for_url("**/panel/**")
    await other.goto(f"{base}/panel/settings")
    await other.get_by_role("button", name="Sign out").first.click()
    await expect(other.get_by_text("You are signed out.")).to_be_visible()
    await other.goto(f"{base}/sign-in")
    await other.get_by_label("E-mail").fill(OPERATOR)
    await other.get_by_label("Password").fill(WORDS)
    await other.get_by_role("button", name="Sign in").click()
    await other.wait_for_url("**/panel/**")


# -- 2: assistant, channel, integration, task


async def make_assistant(program: Program, page: Page) -> None:
    """From the tutorial's bot, and published."""
    await page.goto(f"{program.client.base_url}/panel?menu=ai")
    await page.locator("[data-dialog=ai-new]").first.click()
    await page.locator("#ai-name").fill("Billing helper")
    await page.locator("#ai-new .btn-primary").click()
    await page.wait_for_url("**/panel/ai/asst_*")
    await expect(page.get_by_text("Version 1 is live")).to_be_visible()


async def connect(program: Program, page: Page, url: str, company: Company) -> None:
    base, dialog = program.client.base_url, page.get_by_role("dialog")
    await page.goto(f"{base}/panel?menu=channels")
    await page.get_by_role("link", name="Add channel").first.click()
    await expect(page.get_by_label("Channel type").locator("option").first).to_have_text("Page messenger")
    await page.get_by_label("Name", exact=True).fill("Shop messenger")
    await dialog.get_by_role("button", name="Add channel").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Shop messenger")

    await page.goto(f"{base}/panel?menu=integration")
    await page.get_by_role("link", name="Create integration").first.click()
    await expect(page.get_by_label("Integration type")).to_have_value("another")
    await page.get_by_label("Name", exact=True).fill("Shop backend")
    await page.get_by_label("Webhook URL").fill(url)
    await page.get_by_label("Webhook type").select_option(label="All messages")
    await dialog.get_by_role("button", name="Create integration").click()
    await dialog.get_by_role("link", name="I have kept it").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Shop backend")

    await page.goto(f"{base}/panel?menu=tasks")
    await page.get_by_role("link", name="Create task").first.click()
    await expect(dialog.get_by_label("Type")).to_have_value("web")
    await dialog.get_by_label("AI first, then people").check()
    await dialog.get_by_label("Channel").select_option(label="Shop messenger")
    await dialog.get_by_label("AI", exact=True).select_option(label="Billing helper")
    await dialog.get_by_label("Integration").select_option(label="Shop backend")
    await dialog.get_by_label("Manager").select_option(label="Ann Lee")
    await dialog.get_by_role("button", name="Create task").click()
    await page.wait_for_url("**/panel/tasks/task_*")
    company.task_id = await page.locator("#task-id").inner_text()


async def ask_for_ratings(program: Program, page: Page) -> None:
    await page.goto(f"{program.client.base_url}/panel/settings/desk")
    await page.get_by_label("Ask for a rating when people close a conversation").check()
    await page.get_by_role("button", name="Save").first.click()
    # Said by the page that opens after saving: nothing else may be opened before it.
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    rows = await program.query("SELECT settings FROM desk_settings")
    assert any('"ask_rating": true' in row["settings"] for row in rows)


# -- 4: what other systems are given


async def wires_are_shown(program: Program, page: Page) -> None:
    base = program.client.base_url
    await page.goto(f"{base}/panel/integrations/api-rest")
    await expect(page.get_by_text("/webhooks/rest/webhook").first).to_be_visible()
    await expect(page.get_by_text("/webhooks/rest/messages")).to_be_visible()
    await page.goto(f"{base}/panel/integrations/4biz")
    for number in ("402", "441", "442"):
        await expect(page.get_by_text(number, exact=True).first).to_be_visible()


# -- 3 and 5: the bot answers, a person takes over, hands back and closes


async def bot_answers(company: Company) -> None:
    thread = await company.hand_in("hi")
    assert (thread["chat_id"], thread["operator"]) == (CHAT, False)
    user = await company.told(message_type="user", message_text="hi")
    bot = await company.told(message_type="bot", external_chat_id=CHAT)
    assert user["manager_id"] == bot["manager_id"] != ""
    assert bot["thread_id"] == thread["_id"]


async def person_answers(program: Program, page: Page, company: Company) -> str:
    """Out of the queue into the inbox; the manager that the webhook names."""
    thread = await company.hand_in("human")
    assert thread["operator"] is True
    await page.goto(f"{program.client.base_url}/panel?menu=chats")
    await page.get_by_role("button", name="Take").first.click()
    await expect(page.get_by_text("You took it.")).to_be_visible()
    await answer(page, "Bo here. How can I help?")
    hook = await company.told(message_type="operator", message_text="Bo here. How can I help?")
    assert hook["thread_id"] == thread["_id"]
    assert re.fullmatch(r"acct_\w{26}", hook["manager_id"])
    # While people have it the bot says nothing.
    assert (await company.hand_in("balance"))["operator"] is True
    await expect(page.get_by_role("log").get_by_text("balance", exact=True)).to_be_visible()
    return hook["manager_id"]


async def answer(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("Reply to"))
    await box.fill(text)
    await box.press("Enter")
    await expect(page.get_by_role("log").get_by_text(text)).to_be_visible()
    await expect(box).to_have_value("")
    await box.press("Escape")


async def person_hands_back(page: Page, company: Company) -> None:
    await page.keyboard.press("b")
    await expect(page.locator(".fd-menu-i").first).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You handed back to the bot.")).to_be_visible()
    thread = await company.hand_in("hello")
    assert thread["operator"] is False
    await expect(page.get_by_role("log").get_by_text("hello", exact=True)).to_be_visible()


async def person_closes(page: Page, company: Company, manager: str) -> None:
    await company.hand_in("human")
    await page.get_by_role("button", name="Take").first.click()
    await answer(page, "All is settled.")
    await page.keyboard.press("e")
    await expect(page.locator(".fd-menu-i").first).to_be_visible()
    await page.keyboard.press("1")
    await expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    asked = await company.told(message_type="bot", close="yes")
    assert "How satisfied are you" in asked["message_text"]
    assert asked["manager_id"] == manager
    await company.hand_in("5")
    await company.told(message_type="bot", message_text="Thank you for your rating.")
    await expect(page.get_by_role("log").get_by_text("Thank you for your rating.")).to_be_visible()
