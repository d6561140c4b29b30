"""Signing in by form where an account wants one-time codes."""

import re
from base64 import b32decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from tests.doubles.http_client import Answer, HttpClient
from tests.web.conftest import MovableClock
from tests.web.people import PASSWORD, Browser, signed_in

from frontdesk.access import totp
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.accounts import Account
from frontdesk.store.connect import Store

pytestmark = pytest.mark.usefixtures("no_tries")

ME = "/api/v1/me"
OTHER = "another long password"


@pytest.fixture
def later(clock: MovableClock) -> Iterator[MovableClock]:
    yield clock
    clock.ahead = timedelta()


@pytest.fixture
async def owner(client: HttpClient, store: Store, workspace: WorkspaceId) -> tuple[Browser, Account]:
    return await signed_in(store, workspace, client)


def text_of(answer: Answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.body.decode())).split())


def code_of(secret: str, at: datetime) -> str:
    return totp.code_at(b32decode(secret), int(at.timestamp()) // totp.STEP_S)


async def test_with_codes_on_the_form_asks_for_one_and_opens_nothing_before(
    client: HttpClient, owner: tuple[Browser, Account], later: MovableClock
) -> None:
    first, account = owner
    secret = (await first.put(f"{ME}/totp", json={"password": PASSWORD})).json()["secret"]
    on = await first.put(f"{ME}/totp/code", json={"code": code_of(secret, datetime.now(UTC))})
    recovery = on.json()["recovery_codes"]
    browser = Browser(client)
    answer = await browser.form("/sign-in", email=account.email, password=PASSWORD, next="/panel/channels")
    assert answer.headers["Location"].startswith("/sign-in/code?next=%2Fpanel%2Fchannels")
    for path in (ME, "/panel/channels"):
        assert (await browser.get(path)).status in {401, 303}
    page = await browser.get(answer.headers["Location"])
    assert 'autocomplete="one-time-code"' in page.body.decode()
    wrong = await browser.form("/sign-in/code", code="000000", next="/panel/channels")
    assert (wrong.status, "That is not the code of this moment. 4 tries left." in text_of(wrong)) == (
        401,
        True,
    )
    later.ahead = timedelta(seconds=2 * totp.STEP_S)
    held = browser.secret
    shown = code_of(secret, datetime.now(UTC) + later.ahead)
    right = await browser.form("/sign-in/code", code=shown, next="/panel/channels")
    assert (right.status, right.headers["Location"]) == (303, "/panel/channels")
    assert browser.secret != held
    assert (await browser.get("/panel/channels")).status == 200
    assert (await Browser(client, held).get("/sign-in/code")).headers["Location"] == "/sign-in"
    spare = Browser(client)
    await spare.form("/sign-in", email=account.email, password=PASSWORD)
    assert (await spare.form("/sign-in/code", code=recovery[3], recovery="1")).status == 303
    assert (await spare.get("/panel/channels")).status == 200


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "This code was used already; wait for the next one."),
        ("ru", "Этот код уже использован; дождитесь следующего."),
        ("uz", "lingan; keyingisini kuting."),
    ],
)
async def test_a_code_that_was_used_says_so(
    client: HttpClient, owner: tuple[Browser, Account], language: str, why: str
) -> None:
    first, account = owner
    secret = (await first.put(f"{ME}/totp", json={"password": PASSWORD})).json()["secret"]
    # That of the next half minute is one of the moment for the longest.
    code = code_of(secret, datetime.now(UTC) + timedelta(seconds=totp.STEP_S))
    assert (await first.put(f"{ME}/totp/code", json={"code": code})).status == 200
    browser = Browser(client)
    await browser.form("/sign-in", email=account.email, password=PASSWORD)
    again = await browser.form("/sign-in/code", code=code, lang=language)
    assert (again.status, why in text_of(again)) == (401, True)
    off = await first.form("/panel/settings/totp/off", password=PASSWORD, code=code)
    assert (off.status, "This code was used already" in text_of(off)) == (422, True)


async def test_who_waits_too_long_with_the_code_begins_anew(
    client: HttpClient, owner: tuple[Browser, Account], later: MovableClock
) -> None:
    first, account = owner
    secret = (await first.put(f"{ME}/totp", json={"password": PASSWORD})).json()["secret"]
    await first.put(f"{ME}/totp/code", json={"code": code_of(secret, datetime.now(UTC))})
    browser = Browser(client)
    await browser.form("/sign-in", email=account.email, password=PASSWORD)
    later.ahead = timedelta(minutes=5)
    shown = code_of(secret, datetime.now(UTC) + later.ahead)
    answer = await browser.form("/sign-in/code", code=shown)
    assert answer.headers["Location"] == "/sign-in"


async def test_a_reset_link_does_not_go_round_one_time_codes(
    client: HttpClient, owner: tuple[Browser, Account]
) -> None:
    browser, account = owner
    secret = (await browser.put(f"{ME}/totp", json={"password": PASSWORD})).json()["secret"]
    await browser.put(f"{ME}/totp/code", json={"code": code_of(secret, datetime.now(UTC))})
    made = await browser.put(f"/api/v1/people/{account.id}/reset-link")
    stranger = Browser(client)
    answer = await stranger.form(made.json()["link"].removeprefix("https://desk.example"), password=OTHER)
    assert answer.headers["Location"].startswith("/sign-in/code")
    assert (await stranger.get(ME)).status == 401
