"""Signing in and what a session is worth afterwards: cookies, renewal, forged requests, guessing."""

import asyncio
import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.doubles.http_client import HttpClient, http_client
from tests.doubles.server import serving
from tests.web.conftest import MakeKey, MovableClock
from tests.web.people import PASSWORD, Browser, make_account, signed_in

from frontdesk.access import passwords, sessions
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.accounts import read_account, update_account
from frontdesk.store.connect import Store
from frontdesk.web.app import build
from frontdesk.web.program import Program
from frontdesk.web.session_ring import COOKIE, REMEMBER_S

pytestmark = pytest.mark.usefixtures("no_tries")

SESSION = "/api/v1/session"
ASSISTANTS = "/api/v1/assistants"


@pytest.fixture
def later(clock: MovableClock) -> Iterator[MovableClock]:
    yield clock
    clock.ahead = timedelta()


@pytest.fixture
def browser(client: HttpClient) -> Browser:
    return Browser(client)


async def forgotten() -> None:
    """As long as a process remembers what it knew of a session."""
    await asyncio.sleep(REMEMBER_S)


async def test_a_password_opens_a_session_that_works_like_a_key(
    browser: Browser, store: Store, workspace: WorkspaceId, assistant_id: str
) -> None:
    account = await make_account(store, workspace)
    answer = await browser.sign_in(account.email.upper())
    assert answer.status == 201
    assert answer.json() == {
        "account_id": account.id,
        "name": "Ann Lee",
        "role": "owner",
        "workspace_id": workspace,
        "csrf": browser.csrf,
    }
    listed = await browser.get(ASSISTANTS)
    assert [one["id"] for one in listed.json()["data"]] == [assistant_id]
    read = await browser.get(f"{ASSISTANTS}/{assistant_id}")
    changed = await browser.patch(
        f"{ASSISTANTS}/{assistant_id}", json={"name": "Nora"}, headers={"If-Match": read.headers["ETag"]}
    )
    assert (changed.status, changed.json()["name"]) == (200, "Nora")


async def test_the_cookie_is_for_this_host_alone_and_no_script_sees_it(
    browser: Browser, store: Store, workspace: WorkspaceId
) -> None:
    answer = await browser.sign_in((await make_account(store, workspace)).email)
    (cookie,) = answer.headers.getall("Set-Cookie")
    first, *attributes = cookie.split("; ")
    assert first.startswith("__Host-frontdesk=")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(attributes)
    assert not any(attribute.startswith("Domain") for attribute in attributes)


async def test_what_a_role_may_not_do_a_session_may_not(
    client: HttpClient, store: Store, workspace: WorkspaceId, assistant_id: str
) -> None:
    viewer, _ = await signed_in(store, workspace, client, role="viewer")
    read = await viewer.get(f"{ASSISTANTS}/{assistant_id}")
    answer = await viewer.patch(
        f"{ASSISTANTS}/{assistant_id}", json={"name": "Mine"}, headers={"If-Match": read.headers["ETag"]}
    )
    assert (read.status, answer.status, answer.json()["code"]) == (200, 403, "forbidden")


async def test_a_role_taken_away_is_gone_within_a_second(
    client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    admin, account = await signed_in(store, workspace, client, role="admin")
    assert (await admin.get("/api/v1/channels")).status == 200
    async with store.unit_of_work(workspace) as tx:
        found = await read_account(workspace, tx, account.id)
        await update_account(workspace, tx, found, {"status": "disabled"})
    # Remembered for less than that; a busy machine may only be slow to ask.
    assert REMEMBER_S < 1
    changed_at = time.monotonic()
    while (await admin.get("/api/v1/channels")).status == 200:
        assert time.monotonic() - changed_at < 20.0


FORGED: list[dict[str, str | None]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": None},
    {"Origin": "https://desk.example.evil.example"},
    {"X-CSRF-Token": None},
    {"X-CSRF-Token": ""},
    {"X-CSRF-Token": "x" * 43},
]


@pytest.mark.parametrize("headers", FORGED)
async def test_a_change_that_another_site_may_have_asked_for_is_refused(
    client: HttpClient,
    store: Store,
    workspace: WorkspaceId,
    assistant_id: str,
    headers: dict[str, str | None],
) -> None:
    owner, _ = await signed_in(store, workspace, client)
    read = await owner.get(f"{ASSISTANTS}/{assistant_id}")
    answer = await owner.patch(
        f"{ASSISTANTS}/{assistant_id}",
        json={"name": "Taken"},
        headers={"If-Match": read.headers["ETag"], **headers},
    )
    assert (answer.status, answer.json()["code"]) == (403, "forbidden")
    assert (await owner.get(f"{ASSISTANTS}/{assistant_id}")).json()["name"] == "Ann"


async def test_the_token_of_another_session_is_no_token(
    client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    one, _ = await signed_in(store, workspace, client)
    other, _ = await signed_in(store, workspace, client)
    answer = await one.send("DELETE", SESSION, headers={"X-CSRF-Token": other.csrf})
    assert answer.status == 403
    assert (await one.get(ASSISTANTS)).status == 200


async def test_another_site_signs_nobody_in(browser: Browser, store: Store, workspace: WorkspaceId) -> None:
    account = await make_account(store, workspace)
    shown = {"email": account.email, "password": PASSWORD}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert (await browser.post(SESSION, json=shown, headers=headers)).status == 403
    plain = await browser.post(SESSION, body=b"{}", headers={"Content-Type": "text/plain"})
    assert plain.status == 415
    assert browser.secret == ""


async def test_signing_out_ends_the_session_and_takes_the_cookie(
    client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    owner, _ = await signed_in(store, workspace, client)
    held = owner.secret
    assert (await owner.send("DELETE", SESSION)).status == 204
    assert owner.secret == ""
    await forgotten()
    owner.secret = held
    assert (await owner.get(ASSISTANTS)).status == 401


async def test_a_key_does_not_sign_out(client: HttpClient, workspace: WorkspaceId, make_key: MakeKey) -> None:
    assert (await client.send("DELETE", SESSION, key=await make_key(workspace, "admin"))).status == 403


@pytest.mark.parametrize(
    "secret", ["", "x", "x" * 43, "x" * 5000, '"', "\\", "a;b", "é", "'; DROP TABLE accounts --"]
)
async def test_a_cookie_that_is_none_opens_nothing(client: HttpClient, secret: str) -> None:
    answer = await client.get(ASSISTANTS, headers={"Cookie": f"{COOKIE}={secret}"})
    assert (answer.status, answer.json()["code"]) == (401, "unauthenticated")


async def test_nothing_that_a_browser_held_before_becomes_a_session(
    browser: Browser, store: Store, workspace: WorkspaceId
) -> None:
    account = await make_account(store, workspace)
    browser.secret = planted = "p" * 43
    await browser.sign_in(account.email)
    first = browser.secret
    await browser.sign_in(account.email)
    assert len({planted, first, browser.secret}) == 3


async def test_the_database_holds_hashes_of_sessions_only(
    client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    owner, account = await signed_in(store, workspace, client)
    chosen = "another horse, another battery"
    change = {"password": PASSWORD, "new_password": chosen}
    assert (await owner.put("/api/v1/me/password", json=change)).status == 204
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchval(
            "SELECT s::text FROM account_sessions s WHERE account_id = $1", account.id
        )
        kept = await connection.fetchval("SELECT a::text FROM accounts a WHERE id = $1", account.id)
    assert owner.secret not in row
    assert owner.csrf not in row
    assert chosen not in kept
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in kept


async def test_a_session_gets_another_secret_every_hour_and_all_tabs_the_same(
    client: HttpClient, store: Store, workspace: WorkspaceId, later: MovableClock
) -> None:
    owner, _ = await signed_in(store, workspace, client)
    first = owner.secret
    later.ahead = sessions.RENEW_AFTER
    tabs = [Browser(client, first) for _ in range(5)]
    answers = await asyncio.gather(*(tab.get(ASSISTANTS) for tab in tabs))
    assert {answer.status for answer in answers} == {200}
    handed = {tab.secret for tab in tabs}
    assert len(handed) == 1
    assert handed != {first}
    # Whose answer was lost goes on with what it has.
    assert (await Browser(client, first).get(ASSISTANTS)).status == 200
    # Once the new one was shown, the old one counts for a minute more.
    assert (await tabs[0].get(ASSISTANTS)).status == 200
    await forgotten()
    assert (await Browser(client, first).get(ASSISTANTS)).status == 200
    assert (await tabs[1].get(ASSISTANTS)).status == 200


async def test_an_old_cookie_that_comes_back_ends_the_session(
    client: HttpClient, store: Store, workspace: WorkspaceId, later: MovableClock
) -> None:
    owner, _ = await signed_in(store, workspace, client)
    stolen = Browser(client, owner.secret)
    later.ahead = sessions.RENEW_AFTER
    await owner.get(ASSISTANTS)
    await owner.get(ASSISTANTS)
    later.ahead += sessions.FORMER_FOR + timedelta(seconds=1)
    await forgotten()
    assert (await owner.get(ASSISTANTS)).status == 200
    assert (await stolen.get(ASSISTANTS)).status == 401
    await forgotten()
    assert (await owner.get(ASSISTANTS)).status == 401


@pytest.mark.parametrize("ahead", [sessions.IDLE, sessions.ABSOLUTE])
async def test_a_session_that_nobody_used_or_that_is_old_is_over(
    client: HttpClient, store: Store, workspace: WorkspaceId, later: MovableClock, ahead: timedelta
) -> None:
    owner, account = await signed_in(store, workspace, client)
    if ahead == sessions.ABSOLUTE:
        async with store.turn_work(workspace) as connection:
            await connection.execute(
                "UPDATE account_sessions SET seen_at = seen_at + interval '7 days' WHERE account_id = $1",
                account.id,
            )
    later.ahead = ahead - timedelta(minutes=1)
    assert (await owner.get(ASSISTANTS)).status == 200
    later.ahead = ahead
    assert (await owner.get(ASSISTANTS)).status == 401


async def test_wrong_passwords_are_counted_down_then_held_back_for_longer_each_time(
    browser: Browser, store: Store, workspace: WorkspaceId, later: MovableClock
) -> None:
    account = await make_account(store, workspace)
    for _ in range(5):
        wrong = await browser.sign_in(account.email, "not the password")
        assert (wrong.status, wrong.json()["code"]) == (401, "unauthenticated")
    held = await browser.sign_in(account.email)
    assert (held.status, held.json()["code"]) == (429, "too_many_tries")
    wait_s = int(held.headers["Retry-After"])
    assert 25 <= wait_s <= 30
    later.ahead = timedelta(seconds=wait_s)
    assert (await browser.sign_in(account.email, "not the password")).status == 401
    longer = await browser.sign_in(account.email)
    assert longer.status == 429
    assert wait_s < int(longer.headers["Retry-After"]) <= 60
    later.ahead += timedelta(seconds=60)
    assert (await browser.sign_in(account.email)).status == 201
    # The right one wipes the slate.
    assert (await browser.sign_in(account.email, "not the password")).status == 401
    assert (await browser.sign_in(account.email)).status == 201


async def test_guesses_at_the_same_moment_count_together(
    client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    account = await make_account(store, workspace)
    guesses = [Browser(client).sign_in(account.email, f"not the password {n}") for n in range(20)]
    statuses = [answer.status for answer in await asyncio.gather(*guesses)]
    assert statuses.count(401) == 5
    assert statuses.count(429) == 15


async def test_processes_count_together_and_a_session_of_one_is_known_to_the_other(
    client: HttpClient, web_program: Program, store: Store, workspace: WorkspaceId
) -> None:
    account = await make_account(store, workspace)
    async with serving(build(web_program)) as url, http_client(url) as elsewhere:
        statuses = [
            (await Browser(client if n % 2 else elsewhere).sign_in(account.email, "not the password")).status
            for n in range(7)
        ]
        assert statuses == [401] * 5 + [429] * 2
        other, _ = await signed_in(store, workspace, client)
        there = Browser(elsewhere, other.secret, other.csrf)
        assert (await there.get(ASSISTANTS)).status == 200
        assert (await there.send("DELETE", SESSION)).status == 204
        await forgotten()
        assert (await other.get(ASSISTANTS)).status == 401


async def test_an_address_that_nobody_has_is_answered_and_held_back_like_any_other(
    client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    account = await make_account(store, workspace)
    told = []
    for email in (account.email, f"nobody-{account.email}"):
        said = []
        for _ in range(6):
            answer = await Browser(client).sign_in(email, "not the password")
            body = answer.json()
            body.pop("request_id")
            said.append((answer.status, body, answer.headers.get("Retry-After") is None))
        told.append(said)
    assert told[0] == told[1]


async def test_an_address_that_nobody_has_takes_as_much_work(
    client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    took: dict[bool, list[float]] = {True: [], False: []}
    stored = await passwords.hash_of(PASSWORD)
    for n in range(8):
        known = (await make_account(store, workspace, password_hash=stored)).email
        for email in (known, f"nobody-{n}-{known}"):
            before = time.process_time()
            await Browser(client).sign_in(email, "not the password")
            took[email == known].append(time.process_time() - before)
    # Whatever else this process did beside it only adds to it, and the hash is most of the work.
    known_s, unknown_s = (min(took[known]) for known in (True, False))
    assert unknown_s > known_s / 2
    assert known_s > unknown_s / 2


async def test_objects_where_texts_belong_are_refused(browser: Browser) -> None:
    bodies: list[tuple[object, str]] = [
        ({"email": {"$ne": ""}, "password": "x"}, "email"),
        ({"email": ["a"], "password": "x"}, "email"),
        ({"email": "a@b.example", "password": True}, "password"),
        ({"email": "a@b.example"}, "password"),
        ({"email": "a@b.example", "password": "x", "role": "owner"}, "role"),
        ({"email": "a" * 400, "password": "x"}, "email"),
        ([], "body"),
    ]
    for body, field in bodies:
        answer = await browser.post(SESSION, json=body)
        assert (answer.status, answer.json()["code"], answer.json()["field"]) == (422, "invalid", field), body
    every = (await browser.post(SESSION, json={"email": 1})).json()
    assert every["errors"] == [
        {"field": "email", "message": "Write text, in quotes."},
        {"field": "password", "message": "This is needed."},
    ]
    assert (
        await browser.post(SESSION, body=b"x" * 5000, headers={"Content-Type": "application/json"})
    ).status == 413


async def test_signing_in_and_failing_to_is_in_the_audit_log(
    browser: Browser, store: Store, workspace: WorkspaceId
) -> None:
    account = await make_account(store, workspace)
    await browser.sign_in(account.email, "not the password")
    await browser.sign_in(account.email)
    await browser.send("DELETE", SESSION)
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch("SELECT * FROM audit WHERE workspace_id = $1 ORDER BY seq", workspace)
    assert [(row["action"], row["target"], row["ip"]) for row in rows] == [
        ("account.sign_in_failed", account.id, "127.0.0.1"),
        ("account.signed_in", account.id, "127.0.0.1"),
        ("account.signed_out", account.id, "127.0.0.1"),
    ]
    assert not re.search(r"password|correct horse", str([dict(row) for row in rows]))


async def test_the_session_that_a_browser_held_ends_when_it_is_given_another(
    browser: Browser, client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    first, second = [await make_account(store, workspace) for _ in range(2)]
    elsewhere = Browser(client)
    await elsewhere.sign_in(first.email)
    secrets = []
    for account in (first, first, second):
        assert (await browser.sign_in(account.email)).status == 201
        secrets.append(browser.secret)
    listed = (await elsewhere.get("/api/v1/me/sessions")).json()["data"]
    assert [one["is_current"] for one in listed] == [True]
    await forgotten()
    old = [Browser(client, secret) for secret in secrets]
    assert [(await one.get("/api/v1/me")).status for one in old] == [401, 401, 200]
    # A try that gives no other session leaves the one that is held.
    assert (await browser.sign_in(first.email, "not the password")).status == 401
    assert (await browser.get("/api/v1/me")).status == 200
    form = await browser.form("/sign-in", email=first.email, password=PASSWORD)
    assert form.status == 303
    await forgotten()
    assert (await old[-1].get("/api/v1/me")).status == 401
