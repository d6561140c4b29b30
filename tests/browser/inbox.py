"""The inbox opened in a browser by somebody who is signed in."""

from playwright.async_api import Page, expect
from tests.browser.conftest import Watched
from tests.desk.people import Person
from tests.web.people import PASSWORD

from frontdesk.store.accounts import read_account

CHATS = "/panel/chats"


async def sign_in(page: Page, who: Person) -> None:
    await page.goto(f"{who.desk.program.client.base_url}/sign-in")
    await fill_in(page, who)


async def fill_in(page: Page, who: Person) -> None:
    """The form of the page that is open."""
    store = who.desk.program.running.store
    async with store.unit_of_work(who.desk.workspace) as tx:
        account = await read_account(who.desk.workspace, tx, who.id)
    assert account is not None
    await page.locator("#email").fill(account.email)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("#password").press("Enter")
    await page.wait_for_url("**/panel/**")


async def inbox(watched: Watched, who: Person, path: str = CHATS) -> Page:
    await sign_in(watched.page, who)
    await watched.page.goto(f"{who.desk.program.client.base_url}{path}")
    await expect(watched.page.get_by_role("list", name="Conversations")).to_be_visible()
    return watched.page


async def cut(page: Page) -> None:
    """No line any more. The browser tells the page a moment before its network knows: a stream opened then lives on."""
    await page.context.set_offline(True)
    await page.wait_for_function("fetch('/healthz', {cache: 'no-store'}).then(() => false, () => true)")
    await page.evaluate("dispatchEvent(new Event('offline'))")


async def answers(who: Person, conversation: str) -> list[str]:
    """What people wrote to the customer."""
    lines = await who.lines(conversation)
    return [line["parts"][0]["text"] for line in lines if line["author"] == "operator"]


def trouble(watched: Watched) -> list[str]:
    """Complaints of the browser, without those about answers that are no pages of ours."""
    return [text for text in watched.complaints if "status of 4" not in text]
