"""Notices on a device: turned on in the page of one's account, shown by the service worker, leading to the conversation.

No browser of a test reaches a push service; what one would deliver is handed to the worker by the browser's own tools.
"""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import WITHIN_MS, OpenPage
from tests.browser.inbox import inbox
from tests.browser.panel import seated
from tests.desk.people import person, waiting
from tests.doubles.http_server import Answer
from tests.doubles.push_service import PushService, verified
from tests.program import Program, until

SETTINGS = "/panel/settings"
ALLOWED: dict[str, Any] = {"permissions": ["notifications"]}
TURN_ON = "Turn on notifications on this device"

REGISTER = """async () => {
    const made = await navigator.serviceWorker.register("/panel/push_worker.js", {scope: "/panel"});
    await navigator.serviceWorker.ready;
    return made.scope;
}"""
WITHIN_S = 40.0
"""Until a notice is shown: starting a worker takes Chromium its time where others use the machine."""
SHOWN = """async () => {
    const registration = await navigator.serviceWorker.getRegistration("/panel");
    return (await registration.getNotifications()).map((one) => ({title: one.title, body: one.body, tag: one.tag, path: one.data.path}));
}"""


async def delivering(page: Page) -> Any:
    """What hands a push message to the worker of the page that is open, as the browser does when one comes."""
    session = await page.context.new_cdp_session(page)
    known: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def heard(event: dict[str, Any]) -> None:
        for one in event["registrations"]:
            if one["scopeURL"].endswith("/panel") and not known.done():
                known.set_result(one["registrationId"])

    session.on("ServiceWorker.workerRegistrationUpdated", heard)
    await session.send("ServiceWorker.enable")
    registration = await asyncio.wait_for(known, WITHIN_MS / 1000)
    origin = await page.evaluate("location.origin")

    async def deliver(data: str) -> None:
        given = {"origin": origin, "registrationId": registration, "data": data}
        await session.send("ServiceWorker.deliverPushMessage", given)

    return deliver


async def test_the_worker_shows_a_notice_and_a_click_opens_the_conversation(
    program: Program, open_page: OpenPage
) -> None:
    desk = await program.desk()
    ann = await person(desk)
    conversation = await waiting(desk)
    async with open_page(**ALLOWED) as watched:
        page = await inbox(watched, ann)
        assert (await page.evaluate(REGISTER)).endswith("/panel")
        deliver = await delivering(page)
        told = {
            "title": "Mia <b>",
            "body": "Wrote to you",
            "tag": conversation,
            "path": f"/panel?menu=chats&conversation={conversation}",
            "lang": "en",
            "at": 1,
        }

        async def shown() -> list[dict[str, str]]:
            found: list[dict[str, str]] = await page.evaluate(SHOWN)
            return found

        async def told_one() -> list[dict[str, str]]:
            # A worker that is not awake yet can miss what the browser's tools hand it; one that comes twice replaces itself.
            await deliver(json.dumps(told))
            return await shown()

        assert await until(told_one, within_s=WITHIN_S) == [
            {key: told[key] for key in ("title", "body", "tag", "path")}
        ]

        # What cannot be read says that something waits, and leads nowhere else.
        async def told_both() -> bool:
            await deliver(json.dumps({"title": "x", "path": "https://evil.example"}))
            return len(await shown()) == 2

        await until(told_both, within_s=WITHIN_S)
        other = next(one for one in await shown() if one["tag"] != conversation)
        assert (other["title"], other["path"]) == ("Frontdesk", "/panel")
        assert f"conversation={conversation}" not in page.url
        (worker,) = page.context.service_workers
        await worker.evaluate(
            """async (tag) => {
                const [notification] = await self.registration.getNotifications({tag});
                self.dispatchEvent(new NotificationEvent("notificationclick", {notification}));
            }""",
            conversation,
        )
        await page.wait_for_url(f"**/panel/chats?conversation={conversation}")
        assert len(await shown()) == 1


async def test_without_permission_the_page_says_how_to_allow(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk()
    async with seated(program, open_page, desk, role="operator") as seat:
        await seat.page.add_init_script(
            'Object.defineProperty(Notification, "permission", {get: () => "denied"});'
        )
        await seat.go(SETTINGS)
        await expect(seat.page.get_by_text("The browser blocks notices from this page.")).to_be_visible()
        await expect(seat.page.get_by_role("button", name=TURN_ON)).to_be_hidden()


async def test_a_browser_that_cannot_says_so(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk()
    async with seated(program, open_page, desk, role="operator") as seat:
        await seat.page.add_init_script("delete window.PushManager;")
        await seat.go(SETTINGS)
        await expect(seat.page.get_by_text("This browser cannot show notices here.")).to_be_visible()


async def test_a_push_service_out_of_reach_is_told_honestly(program: Program, open_page: OpenPage) -> None:
    desk = await program.desk()
    async with seated(program, open_page, desk, role="operator", **ALLOWED) as seat:
        page = seat.page
        await page.add_init_script(
            """PushManager.prototype.subscribe = async () => {
                throw new DOMException("Registration failed - push service error", "AbortError");
            };"""
        )
        await seat.go(SETTINGS)
        await page.get_by_role("button", name=TURN_ON).click()
        await expect(page.get_by_text("Registration failed - push service error")).to_be_visible()
        await expect(page.get_by_role("button", name=TURN_ON)).to_be_enabled()
        assert await seat.serious() == []


@pytest.mark.parametrize("by", ["button", "list"])
async def test_a_device_is_turned_on_tried_and_off(program: Program, open_page: OpenPage, by: str) -> None:
    """The browser's part is played by the page; the push service is one on loopback."""
    desk = await program.desk()
    async with (
        PushService() as service,
        seated(program, open_page, desk, role="operator", **ALLOWED) as seat,
    ):
        page, endpoint = seat.page, service.server.url("/push/page")
        await page.add_init_script(SUBSCRIBES.replace("ENDPOINT", endpoint))
        await seat.go(SETTINGS)
        await page.get_by_role("button", name=TURN_ON).click()
        await expect(page.get_by_text("On in this browser")).to_be_visible()
        rows = await desk.rows("push_subscriptions")
        assert [(row["account_id"], row["endpoint"]) for row in rows] == [(seat.account.id, endpoint)]
        await page.get_by_role("button", name="Send a test").click()
        await service.server.asked(1)
        verified(service.received[0].headers["authorization"])
        await expect(page.get_by_text("Sent. It shows in a moment.")).to_be_visible()
        service.answers(Answer(403, b"BadJwtToken"))
        await expect(page.get_by_role("button", name="Send a test")).to_be_enabled()
        await page.get_by_role("button", name="Send a test").click()
        await expect(page.get_by_text("403 BadJwtToken")).to_be_visible()
        await page.reload()
        await expect(page.get_by_text("On in this browser")).to_be_visible()
        assert len(await desk.rows("push_subscriptions")) == 1
        if by == "button":
            await page.get_by_role("button", name="Turn off").click()
            await expect(page.get_by_role("button", name=TURN_ON)).to_be_visible()
        else:
            await page.get_by_role("button", name="Remove").click()
            await expect(page.get_by_text("That device is sent nothing any more.")).to_be_visible()
        assert await desk.rows("push_subscriptions") == []


SUBSCRIBES = """
    const KEPT = "test-subscription";
    const b64 = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const made = (kept) => ({
        endpoint: kept.endpoint,
        options: {applicationServerKey: bytes(kept.key).buffer},
        toJSON: () => ({endpoint: kept.endpoint, expirationTime: null, keys: kept.keys}),
        unsubscribe: async () => { localStorage.removeItem(KEPT); return true; },
    });
    PushManager.prototype.getSubscription = async () => {
        const kept = localStorage.getItem(KEPT);
        return kept ? made(JSON.parse(kept)) : null;
    };
    PushManager.prototype.subscribe = async ({applicationServerKey}) => {
        const pair = await crypto.subtle.generateKey({name: "ECDH", namedCurve: "P-256"}, true, ["deriveBits"]);
        const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
        const auth = crypto.getRandomValues(new Uint8Array(16));
        const kept = {
            endpoint: "ENDPOINT",
            key: applicationServerKey,
            keys: {p256dh: b64(point), auth: b64(auth)},
        };
        localStorage.setItem(KEPT, JSON.stringify(kept));
        return made(kept);
    };
"""
