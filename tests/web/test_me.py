"""One's own account: what it looks like, its password, its sessions, its one-time codes."""

import asyncio
import time
from base64 import b32decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.doubles.http_client import HttpClient
from tests.web.conftest import MakeKey, MovableClock
from tests.web.people import PASSWORD, Browser, make_account, signed_in

from frontdesk.access import totp
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import PERMISSIONS, ROLES, Role
from frontdesk.store.accounts import Account
from frontdesk.store.connect import Store
from frontdesk.web.session_ring import REMEMBER_S

pytestmark = pytest.mark.usefixtures("no_tries")

ME = "/api/v1/me"
OTHER = "another long password"
SETTINGS = {
    "notify": False,
    "keys": True,
    "mail_mentions": True,
    "mail_assigned": False,
    "push_mentions": True,
    "push_assigned": True,
    "push_queue": True,
    "push_lines": True,
    "push_text": False,
    "push_quiet": True,
}


@pytest.fixture
def later(clock: MovableClock) -> Iterator[MovableClock]:
    yield clock
    clock.ahead = timedelta()


@pytest.fixture
async def owner(client: HttpClient, store: Store, workspace: WorkspaceId) -> tuple[Browser, Account]:
    return await signed_in(store, workspace, client)


async def test_an_account_says_who_one_is_and_what_one_may_do(
    owner: tuple[Browser, Account], workspace: WorkspaceId
) -> None:
    browser, account = owner
    answer = await browser.get(ME)
    me = answer.json()
    assert (me["id"], me["name"], me["email"], me["role"]) == (account.id, "Ann Lee", account.email, "owner")
    assert (me["workspace_id"], me["workspace"]) == (workspace, "Test workspace")
    assert {"account.self", "workspace.own", "people.write"} <= set(me["permissions"]) <= set(PERMISSIONS)
    assert me["settings"] == {**SETTINGS, "sound": False, "enter_sends": True}
    assert answer.headers["ETag"] == '"1"'


@pytest.mark.parametrize("role", ROLES)
async def test_every_role_may_look_after_its_own_account(
    client: HttpClient, store: Store, workspace: WorkspaceId, role: Role
) -> None:
    browser, _ = await signed_in(store, workspace, client, role=role)
    assert (await browser.patch(ME, json={"theme": "dark"})).json()["theme"] == "dark"


async def test_a_key_has_no_account(client: HttpClient, workspace: WorkspaceId, make_key: MakeKey) -> None:
    assert (await client.get(ME, key=await make_key(workspace, "admin"))).status == 403


async def test_what_is_changed_stays_and_two_tabs_are_told_of_each_other(
    owner: tuple[Browser, Account],
) -> None:
    browser, _ = owner
    changed = await browser.patch(
        ME,
        json={
            "name": " Ann ",
            "language": "uz",
            "theme": "dark",
            "time_zone": "Asia/Tashkent",
            "signature": "Ann\nNorthwind",
            "settings": {"sound": True, "enter_sends": False},
        },
        headers={"If-Match": '"1"'},
    )
    assert changed.status == 200
    me = (await browser.get(ME)).json()
    assert (me["name"], me["language"], me["theme"], me["time_zone"]) == (
        "Ann",
        "uz",
        "dark",
        "Asia/Tashkent",
    )
    assert me["settings"] == {**SETTINGS, "sound": True, "enter_sends": False}
    late = await browser.patch(ME, json={"name": "Bo"}, headers={"If-Match": '"1"'})
    assert (late.status, late.json()["code"]) == (412, "conflict")
    assert (await browser.get(ME)).json()["name"] == "Ann"


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"name": "a\u202eb"},
        {"theme": "pink"},
        {"language": "tlh"},
        {"time_zone": "Mars/Olympus"},
        {"signature": "x" * 1001},
        {"role": "owner"},
        {"email": "x@example.com"},
        {"settings": {"sound": {"$ne": 1}}},
        {"name": {"a": 1}},
    ],
)
async def test_what_cannot_be_is_refused(owner: tuple[Browser, Account], change: dict[str, object]) -> None:
    answer = await owner[0].patch(ME, json=change)
    assert (answer.status, answer.json()["code"]) == (422, "invalid")


async def test_another_password_ends_every_other_session(
    client: HttpClient, owner: tuple[Browser, Account]
) -> None:
    browser, account = owner
    elsewhere = Browser(client)
    await elsewhere.sign_in(account.email)
    assert (await elsewhere.get(ME)).status == 200
    changed = await browser.put(ME + "/password", json={"password": PASSWORD, "new_password": OTHER})
    assert changed.status == 204
    await asyncio.sleep(REMEMBER_S)
    assert (await elsewhere.get(ME)).status == 401
    assert (await browser.get(ME)).status == 200
    assert (await Browser(client).sign_in(account.email, PASSWORD)).status == 401
    assert (await Browser(client).sign_in(account.email, OTHER)).status == 201


@pytest.mark.parametrize(
    ("shown", "wanted", "field"),
    [
        ("not the password", OTHER, "password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, "x" * 129, "new_password"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "new_password"),
    ],
)
async def test_a_password_is_changed_by_who_knows_it_and_to_one_that_holds(
    owner: tuple[Browser, Account], shown: str, wanted: str, field: str
) -> None:
    answer = await owner[0].put(ME + "/password", json={"password": shown, "new_password": wanted})
    assert (answer.status, answer.json()["field"]) == (422, field)


async def test_whoever_sits_down_at_an_open_session_does_not_get_to_guess(
    owner: tuple[Browser, Account],
) -> None:
    for _ in range(5):
        body = {"password": "a guess or two", "new_password": OTHER}
        assert (await owner[0].put(ME + "/password", json=body)).status == 422
    held = await owner[0].put(ME + "/password", json={"password": PASSWORD, "new_password": OTHER})
    assert (held.status, held.json()["code"]) == (429, "too_many_tries")
    assert int(held.headers["Retry-After"]) > 20


async def test_the_email_address_is_changed_by_who_knows_the_password(
    client: HttpClient, store: Store, other_workspace: WorkspaceId, owner: tuple[Browser, Account]
) -> None:
    browser, account = owner
    wrong = await browser.put(ME + "/email", json={"email": "new@example.com", "password": "not it, no"})
    assert wrong.status == 422
    taken = await make_account(store, other_workspace)
    answer = await browser.put(ME + "/email", json={"email": taken.email.upper(), "password": PASSWORD})
    assert (answer.status, answer.json()["code"]) == (409, "email_taken")
    wanted = f"new-{account.email}"
    assert (await browser.put(ME + "/email", json={"email": wanted, "password": PASSWORD})).status == 200
    assert (await Browser(client).sign_in(wanted)).status == 201
    assert (await Browser(client).sign_in(account.email)).status == 401


@pytest.mark.parametrize(
    "email", ["", "ann", "ann@", "@x", "a b@x", "a@b\nc@d", "a@b,c@d", "<a@b>", "x" * 300 + "@a"]
)
async def test_only_addresses_are_taken(owner: tuple[Browser, Account], email: str) -> None:
    answer = await owner[0].put(ME + "/email", json={"email": email, "password": PASSWORD})
    assert (answer.status, answer.json()["field"]) == (422, "email")


async def test_sessions_are_listed_and_ended_one_by_one_or_all_others(
    client: HttpClient, owner: tuple[Browser, Account]
) -> None:
    browser, account = owner
    tabs = []
    for name in ("Firefox", "Safari", "Edge"):
        tab = Browser(client, headers={"User-Agent": name})
        await tab.sign_in(account.email)
        tabs.append(tab)
    listed = (await browser.get(ME + "/sessions")).json()["data"]
    assert {one["browser"] for one in listed} >= {"Firefox", "Safari", "Edge"}
    assert [one["is_current"] for one in listed].count(True) == 1
    assert {one["address"] for one in listed} == {"127.0.0.1"}
    firefox = next(one["id"] for one in listed if one["browser"] == "Firefox")
    assert (await browser.send("DELETE", f"{ME}/sessions/{firefox}")).status == 204
    assert (await browser.send("DELETE", f"{ME}/sessions/{firefox}")).status == 404
    assert (await browser.send("DELETE", f"{ME}/sessions")).status == 204
    await asyncio.sleep(REMEMBER_S)
    assert [(await tab.get(ME)).status for tab in tabs] == [401, 401, 401]
    assert len((await browser.get(ME + "/sessions")).json()["data"]) == 1


async def test_nobody_ends_the_sessions_of_another(
    client: HttpClient, store: Store, workspace: WorkspaceId, owner: tuple[Browser, Account]
) -> None:
    colleague, _ = await signed_in(store, workspace, client, role="admin")
    (hers,) = (await owner[0].get(ME + "/sessions")).json()["data"]
    assert (await colleague.send("DELETE", f"{ME}/sessions/{hers['id']}")).status == 404
    assert (await owner[0].get(ME)).status == 200


def code_of(secret: str, at: datetime | None = None) -> str:
    moment = (at or datetime.now(UTC)).timestamp()
    return totp.code_at(b32decode(secret), int(moment) // totp.STEP_S)


def test_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B, the last six of eight digits.
    secret = b"12345678901234567890"
    for at, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert totp.code_at(secret, at // 30) == code


async def with_codes(browser: Browser) -> tuple[str, list[str]]:
    """Turns one-time codes on: the app's secret and the recovery codes."""
    begun = await browser.put(ME + "/totp", json={"password": PASSWORD})
    secret = begun.json()["secret"]
    on = await browser.put(ME + "/totp/code", json={"code": code_of(secret)})
    assert on.status == 200, on.body
    return secret, on.json()["recovery_codes"]


async def test_with_codes_on_a_password_alone_does_not_sign_in(
    client: HttpClient, owner: tuple[Browser, Account], later: MovableClock
) -> None:
    browser, account = owner
    secret, recovery = await with_codes(browser)
    assert len(set(recovery)) == 10
    me = (await browser.get(ME)).json()
    assert (me["has_totp"], me["recovery_codes_left"]) == (True, 10)
    stranger = Browser(client)
    asked = await stranger.sign_in(account.email)
    assert (asked.status, asked.json()["code"]) == (401, "code_needed")
    assert stranger.secret == ""
    assert (await stranger.sign_in(account.email, code="000000")).status == 401
    later.ahead = timedelta(seconds=totp.STEP_S)
    now = datetime.now(UTC) + later.ahead
    shown = code_of(secret, now)
    assert (await stranger.sign_in(account.email, code=f"{shown[:3]} {shown[3:]}")).status == 201


async def test_with_codes_on_another_address_wants_one_too(
    owner: tuple[Browser, Account], later: MovableClock
) -> None:
    browser, account = owner
    secret, _ = await with_codes(browser)
    body = {"email": f"new-{account.email}", "password": PASSWORD}
    for shown in ({}, {"code": "000000"}):
        refused = await browser.put(ME + "/email", json=body | shown)
        assert (refused.status, refused.json()["field"]) == (422, "code")
    assert (await browser.get(ME)).json()["email"] == account.email
    later.ahead = timedelta(seconds=2 * totp.STEP_S)
    code = code_of(secret, datetime.now(UTC) + later.ahead)
    assert (await browser.put(ME + "/email", json=body | {"code": code})).status == 200
    # Codes are guessed here no more often than at sign-in.
    tries = [
        (await browser.post(ME + "/totp/off", json={"password": PASSWORD, "code": f"{number:06}"})).status
        for number in range(6)
    ]
    assert tries[-1] == 429


async def test_a_code_is_taken_once_and_none_of_before_it(
    client: HttpClient, owner: tuple[Browser, Account], later: MovableClock
) -> None:
    browser, account = owner
    secret, _ = await with_codes(browser)
    # The one that turned the codes on was taken by that.
    assert (await Browser(client).sign_in(account.email, code=code_of(secret))).status == 401
    later.ahead = timedelta(seconds=2 * totp.STEP_S)
    now = datetime.now(UTC) + later.ahead
    assert (await Browser(client).sign_in(account.email, code=code_of(secret, now))).status == 201
    for at in (now, now - timedelta(seconds=totp.STEP_S)):
        again = await Browser(client).sign_in(account.email, code=code_of(secret, at))
        assert (again.status, "used already" in again.json()["detail"]) == (401, True)


async def test_two_who_show_the_same_code_at_once_do_not_both_get_in(
    client: HttpClient, owner: tuple[Browser, Account], later: MovableClock
) -> None:
    browser, account = owner
    secret, _ = await with_codes(browser)
    later.ahead = timedelta(seconds=2 * totp.STEP_S)
    code = code_of(secret, datetime.now(UTC) + later.ahead)
    answers = await asyncio.gather(*(Browser(client).sign_in(account.email, code=code) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [201, 401, 401, 401]


async def test_a_recovery_code_opens_the_account_once(
    client: HttpClient, owner: tuple[Browser, Account]
) -> None:
    browser, account = owner
    _, recovery = await with_codes(browser)
    assert (await Browser(client).sign_in(account.email, code=recovery[0].upper())).status == 201
    assert (await Browser(client).sign_in(account.email, code=recovery[0])).status == 401
    assert (await browser.get(ME)).json()["recovery_codes_left"] == 9


async def test_codes_cannot_be_guessed(client: HttpClient, owner: tuple[Browser, Account]) -> None:
    browser, account = owner
    _, recovery = await with_codes(browser)
    statuses = [(await Browser(client).sign_in(account.email, code=f"{n:06}")).status for n in range(6)]
    assert statuses == [401] * 4 + [429] * 2 or statuses == [401] * 5 + [429]
    assert (await Browser(client).sign_in(account.email, code=recovery[0])).status == 429


async def test_codes_are_turned_off_by_who_knows_the_password_and_has_a_code(
    client: HttpClient, owner: tuple[Browser, Account], store: Store, workspace: WorkspaceId
) -> None:
    browser, account = owner
    _, recovery = await with_codes(browser)
    path, right = ME + "/totp/off", {"password": PASSWORD}
    wrong = await browser.post(path, json={"password": "not the one", "code": recovery[0]})
    assert (wrong.status, wrong.json()["field"]) == (422, "password")
    for shown in ({}, {"code": " "}, {"code": "000000"}, {"code": "aaaaa-aaaaa"}):
        refused = await browser.post(path, json=right | shown)
        assert (refused.status, refused.json()["field"]) == (422, "code")
    assert (await browser.get(ME)).json()["recovery_codes_left"] == 10
    assert (await browser.post(path, json=right | {"code": recovery[0]})).status == 204
    assert (await Browser(client).sign_in(account.email)).status == 201
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(
            "SELECT action FROM audit WHERE workspace_id = $1 ORDER BY seq", workspace
        )
        left = await connection.fetchval("SELECT count(*) FROM secrets WHERE owner_id = $1", account.id)
    assert [row["action"] for row in rows if "totp" in row["action"]] == [
        "account.totp_on",
        "account.totp_off",
    ]
    assert left == 0


async def test_codes_are_not_on_before_one_was_shown(
    client: HttpClient, owner: tuple[Browser, Account]
) -> None:
    browser, account = owner
    assert (await browser.put(ME + "/totp", json={"password": "not the one"})).status == 422
    begun = (await browser.put(ME + "/totp", json={"password": PASSWORD})).json()
    assert begun["address"].startswith("otpauth://totp/Test%20workspace%3A")
    assert (await browser.put(ME + "/totp/code", json={"code": "000000"})).status == 422
    assert (await Browser(client).sign_in(account.email)).status == 201


async def test_apps_read_the_workspaces_name_as_it_is_written(
    owner: tuple[Browser, Account], store: Store, workspace: WorkspaceId
) -> None:
    async with store.turn_work(workspace) as connection:
        await connection.execute(
            "UPDATE workspaces SET name = 'Acme & Sons' WHERE workspace_id = $1", workspace
        )
    address = (await owner[0].put(ME + "/totp", json={"password": PASSWORD})).json()["address"]
    assert address.startswith("otpauth://totp/Acme%20%26%20Sons%3A")
    assert address.endswith("&issuer=Acme%20%26%20Sons")


async def test_the_secret_of_the_codes_is_sealed(
    owner: tuple[Browser, Account], store: Store, workspace: WorkspaceId
) -> None:
    browser, account = owner
    secret, recovery = await with_codes(browser)
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch("SELECT s::text AS row FROM secrets s WHERE owner_id = $1", account.id)
        kept = await connection.fetchval("SELECT a::text FROM accounts a WHERE id = $1", account.id)
    everything = f"{[row['row'] for row in rows]}{kept}"
    assert b32decode(secret).hex() not in everything
    assert recovery[0].replace("-", "") not in everything


async def test_when_a_session_was_used_is_noted(owner: tuple[Browser, Account]) -> None:
    browser, _ = owner
    deadline = time.monotonic() + 60
    while (await browser.get(ME)).json()["last_seen_at"] is None:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
