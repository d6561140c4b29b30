"""People of a workspace: who may change whom, invitations and resets, and that each link works once."""

import asyncio

import pytest
from tests.doubles.http_client import HttpClient
from tests.web.conftest import MakeKey
from tests.web.people import Browser, make_account, signed_in

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import ROLES, SCOPES, Role
from frontdesk.store.accounts import Account
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.web.session_ring import REMEMBER_S

pytestmark = pytest.mark.usefixtures("no_tries")

PEOPLE = "/api/v1/people"
INVITATIONS = "/api/v1/invitations"


@pytest.fixture
async def owner(client: HttpClient, store: Store, workspace: WorkspaceId) -> tuple[Browser, Account]:
    return await signed_in(store, workspace, client)


async def changed(browser: Browser, account_id: str, **change: object) -> tuple[int, str]:
    read = await browser.get(f"{PEOPLE}/{account_id}")
    answer = await browser.patch(
        f"{PEOPLE}/{account_id}", json=change, headers={"If-Match": read.headers["ETag"]}
    )
    return answer.status, answer.json().get("code", "")


async def test_people_are_listed_with_what_they_are(
    owner: tuple[Browser, Account], store: Store, workspace: WorkspaceId
) -> None:
    browser, account = owner
    other = await make_account(store, workspace, role="operator", name="Bo <b>")
    listed = (await browser.get(PEOPLE)).json()
    assert [(one["id"], one["name"], one["role"], one["status"]) for one in listed["data"]] == [
        (account.id, "Ann Lee", "owner", "active"),
        (other.id, "Bo <b>", "operator", "active"),
    ]
    assert "password" not in str(listed)


async def test_a_role_is_changed_and_holds_at_once(
    client: HttpClient, store: Store, workspace: WorkspaceId, owner: tuple[Browser, Account]
) -> None:
    colleague, account = await signed_in(store, workspace, client, role="viewer")
    assert (await colleague.put(INVITATIONS, json={"email": "x@example.com", "role": "viewer"})).status == 403
    held = colleague.secret
    assert await changed(owner[0], account.id, role="manager") == (200, "")
    await asyncio.sleep(REMEMBER_S)
    assert (await colleague.put(INVITATIONS, json={"email": "x@example.com", "role": "viewer"})).status == 200
    # A role is worth another secret.
    assert colleague.secret != held


async def test_who_is_switched_off_is_out_and_stays_out(
    client: HttpClient, store: Store, workspace: WorkspaceId, owner: tuple[Browser, Account]
) -> None:
    colleague, account = await signed_in(store, workspace, client, role="operator")
    assert await changed(owner[0], account.id, status="disabled") == (200, "")
    await asyncio.sleep(REMEMBER_S)
    assert (await colleague.get(PEOPLE)).status == 401
    assert (await Browser(client).sign_in(account.email)).status == 401
    assert await changed(owner[0], account.id, status="active") == (200, "")
    assert (await Browser(client).sign_in(account.email)).status == 201


ACTS_ON: dict[Role, set[Role]] = {
    "owner": {"owner", "admin", "manager", "operator", "author", "viewer"},
    "admin": {"admin", "manager", "operator", "author", "viewer"},
    # An author publishes bots, which a manager may not.
    "manager": {"manager", "operator", "viewer"},
    "operator": set(),
    "author": set(),
    "viewer": set(),
}
PAIRS = [(who, whom) for who in ROLES for whom in ROLES]


@pytest.mark.parametrize(("who", "whom"), PAIRS)
async def test_nobody_makes_or_becomes_somebody_who_can_do_more_than_they(
    client: HttpClient, store: Store, workspace: WorkspaceId, who: Role, whom: Role
) -> None:
    browser, own = await signed_in(store, workspace, client, role=who)
    await make_account(store, workspace, role="owner")
    target, viewer = [await make_account(store, workspace, role=role) for role in (whom, "viewer")]
    may = 200 if whom in ACTS_ON[who] else 403
    path = f"{PEOPLE}/{target.id}"
    assert (await browser.put(f"{path}/reset-link")).status == may
    assert (await browser.send("DELETE", f"{path}/sessions")).status == (204 if may == 200 else 403)
    assert (await changed(browser, target.id, name="Bo"))[0] == may
    assert (await changed(browser, target.id, role="viewer"))[0] == may
    assert (await changed(browser, viewer.id, role=whom))[0] == may
    body = {"email": f"new-{viewer.id}@example.com", "role": whom}
    assert (await browser.put(INVITATIONS, json=body)).status == may
    # Of one's own role last, for then it is another.
    assert (await changed(browser, own.id, role=whom))[0] == may
    listed = {one["id"]: one["role"] for one in (await browser.get(PEOPLE)).json()["data"]}
    kept = (whom, "viewer", who)
    assert (listed[target.id], listed[viewer.id], listed[own.id]) == (
        ("viewer", whom, whom) if may == 200 else kept
    )


@pytest.mark.parametrize("whom", ROLES)
async def test_an_invitation_is_replaced_and_taken_back_by_who_may_give_its_role(
    client: HttpClient, store: Store, workspace: WorkspaceId, owner: tuple[Browser, Account], whom: Role
) -> None:
    manager, _ = await signed_in(store, workspace, client, role="manager")
    token = await invited(owner[0], whom)
    (listed,) = (await owner[0].get(INVITATIONS)).json()["data"]
    may = whom in ACTS_ON["manager"]
    body = {"email": "NEW@example.com", "role": "viewer"}
    assert (await manager.put(INVITATIONS, json=body)).status == (200 if may else 403)
    if may:
        (listed,) = (await owner[0].get(INVITATIONS)).json()["data"]
        assert listed["role"] == "viewer"
    took = await manager.send("DELETE", f"{INVITATIONS}/{listed['id']}")
    assert took.status == (204 if may else 403)
    page = await client.send("GET", f"/invitation?token={token}")
    assert page.status == (401 if may else 200)


READS = [scope for scope in SCOPES if scope.startswith("read:")]
KEYS: list[tuple[list[str], set[Role]]] = [
    (["write:people"], set()),
    (["write:people", "write:conversations", "write:contacts"], set()),
    (["write:people", *READS], {"viewer"}),
    (["write:people", "write:conversations", "write:contacts", *READS], {"operator", "viewer"}),
    (["write:people", "write:bots", "write:assistants", "write:articles", *READS], {"author", "viewer"}),
    (["admin"], ACTS_ON["admin"]),
]


@pytest.mark.parametrize(("scopes", "acts_on"), KEYS, ids=lambda found: "+".join(sorted(found)) or "nobody")
async def test_a_key_lets_in_nobody_who_can_do_more_than_it(
    client: HttpClient,
    store: Store,
    workspace: WorkspaceId,
    make_key: MakeKey,
    scopes: list[str],
    acts_on: set[Role],
) -> None:
    key = await make_key(workspace, *scopes)
    for role in ROLES:
        may = 200 if role in acts_on else 403
        account = await make_account(store, workspace, role=role)
        reset = await client.send("PUT", f"{PEOPLE}/{account.id}/reset-link", key=key)
        body = {"email": f"{role}@example.com", "role": role}
        invitation = await client.send("PUT", INVITATIONS, key=key, json=body)
        assert (role, reset.status, invitation.status) == (role, may, may)


async def test_a_key_for_some_assistants_lets_nobody_in(
    client: HttpClient, store: Store, workspace: WorkspaceId, make_key: MakeKey
) -> None:
    key = await make_key(workspace, "admin", assistant_ids=[mint("asst")])
    account = await make_account(store, workspace, role="viewer")
    assert (await client.send("PUT", f"{PEOPLE}/{account.id}/reset-link", key=key)).status == 403


async def test_the_last_owner_stays(
    store: Store, workspace: WorkspaceId, owner: tuple[Browser, Account]
) -> None:
    browser, account = owner
    assert await changed(browser, account.id, role="admin") == (409, "last_owner")
    assert await changed(browser, account.id, status="disabled") == (409, "last_owner")
    second = await make_account(store, workspace, role="owner")
    assert await changed(browser, second.id, status="disabled") == (200, "")
    assert await changed(browser, account.id, role="admin") == (409, "last_owner")
    assert await changed(browser, second.id, status="active") == (200, "")
    assert await changed(browser, account.id, role="admin") == (200, "")


async def test_of_two_owners_who_step_down_at_once_one_stays(
    client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    one, first = await signed_in(store, workspace, client)
    two, second = await signed_in(store, workspace, client)
    statuses = await asyncio.gather(
        changed(one, first.id, role="viewer"), changed(two, second.id, role="viewer")
    )
    assert sorted(status for status, _ in statuses) == [200, 409]


async def test_two_people_who_change_one_account_are_told(
    owner: tuple[Browser, Account], store: Store, workspace: WorkspaceId
) -> None:
    browser, target = owner[0], await make_account(store, workspace, role="viewer")
    path = f"{PEOPLE}/{target.id}"
    tag = {"If-Match": (await browser.get(path)).headers["ETag"]}
    assert (await browser.patch(path, json={"role": "author"}, headers=tag)).status == 200
    late = await browser.patch(path, json={"role": "manager"}, headers=tag)
    assert (late.status, late.json()["code"]) == (412, "conflict")
    blind = await browser.patch(path, json={"role": "manager"})
    assert blind.status == 428
    assert (await browser.get(path)).json()["role"] == "author"


async def invited(browser: Browser, role: Role = "operator", email: str = "new@example.com") -> str:
    answer = await browser.put(INVITATIONS, json={"email": email, "role": role, "name": "Bo"})
    assert answer.status == 200, answer.body
    body = answer.json()
    assert body["mailed"] is False
    assert body["link"].startswith("https://desk.example/invitation?token=")
    return str(body["link"]).partition("token=")[2]


async def test_an_invitation_is_listed_without_its_link_and_taken_back(
    owner: tuple[Browser, Account],
) -> None:
    browser, account = owner
    token = await invited(browser)
    (listed,) = (await browser.get(INVITATIONS)).json()["data"]
    assert (listed["email"], listed["role"], listed["created_by"]) == (
        "new@example.com",
        "operator",
        f"session:{account.id}",
    )
    assert token not in str(listed)
    assert (await browser.send("DELETE", f"{INVITATIONS}/{listed['id']}")).status == 204
    assert (await browser.send("DELETE", f"{INVITATIONS}/{listed['id']}")).status == 404
    assert (await browser.get(INVITATIONS)).json()["data"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"email": "no address", "role": "viewer"},
        {"email": "a@example.com", "role": "king"},
        {"email": "a@example.com", "role": "viewer", "name": "x" * 81},
        {"email": "a@example.com"},
        {"email": ["a@example.com"], "role": "viewer"},
    ],
)
async def test_an_invitation_that_cannot_be_is_refused(
    owner: tuple[Browser, Account], body: dict[str, object]
) -> None:
    assert (await owner[0].put(INVITATIONS, json=body)).status == 422
    assert (await owner[0].get(INVITATIONS)).json()["data"] == []


async def test_who_is_here_is_not_invited(owner: tuple[Browser, Account]) -> None:
    body = {"email": owner[1].email.upper(), "role": "viewer"}
    answer = await owner[0].put(INVITATIONS, json=body)
    assert (answer.status, answer.json()["code"]) == (409, "email_taken")


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_see_people_sees_no_secrets(
    client: HttpClient, store: Store, workspace: WorkspaceId, role: Role
) -> None:
    browser, _ = await signed_in(store, workspace, client, role=role)
    for path in (PEOPLE, INVITATIONS):
        answer = await browser.get(path)
        assert answer.status == 200
        assert "hash" not in answer.body.decode()


async def test_what_was_done_to_people_is_in_the_audit_log_without_links(
    owner: tuple[Browser, Account], store: Store, workspace: WorkspaceId
) -> None:
    browser, target = owner[0], await make_account(store, workspace, role="viewer")
    token = await invited(browser)
    await changed(browser, target.id, role="author")
    reset = (await browser.put(f"{PEOPLE}/{target.id}/reset-link")).json()["link"]
    await browser.send("DELETE", f"{PEOPLE}/{target.id}/sessions")
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch("SELECT * FROM audit WHERE workspace_id = $1 ORDER BY seq", workspace)
    assert [row["action"] for row in rows] == [
        "account.signed_in",
        "account.invited",
        "account.updated",
        "account.reset_link_made",
        "account.sessions_ended",
    ]
    everything = str([dict(row) for row in rows])
    assert token not in everything
    assert reset.partition("token=")[2] not in everything
