"""Links that let somebody in end with what they were made for, and with the reach of who made them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.doubles.http_client import HttpClient
from tests.web.conftest import MakeKey, MovableClock
from tests.web.people import PASSWORD, Browser, make_account, signed_in

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import Role
from frontdesk.store.accounts import Account
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.keys import list_keys, revoke_key

pytestmark = pytest.mark.usefixtures("no_tries")

PEOPLE = "/api/v1/people"
INVITATIONS = "/api/v1/invitations"
OTHER = "another password of mine"
HOME = "https://desk.example"


@pytest.fixture
async def owner(client: HttpClient, store: Store, workspace: WorkspaceId) -> Browser:
    return (await signed_in(store, workspace, client))[0]


async def change(owner: Browser, account: Account, **change: str) -> None:
    answer = await owner.patch(f"{PEOPLE}/{account.id}", json=change, headers={"If-Match": "*"})
    assert answer.status == 200, answer.body


async def invitation(browser: Browser, role: Role) -> str:
    body = {"email": f"{mint('acct')}@example.com", "role": role}
    answer = await browser.put(INVITATIONS, json=body)
    assert answer.status == 200, answer.body
    return str(answer.json()["link"]).removeprefix(HOME)


async def reset_link(browser: Browser, account: Account) -> str:
    answer = await browser.put(f"{PEOPLE}/{account.id}/reset-link")
    assert answer.status == 200, answer.body
    return str(answer.json()["link"]).removeprefix(HOME)


async def opens(client: HttpClient, path: str) -> bool:
    """Whether its page is there, and what it sends is taken; asked in that order, both say the same."""
    shown = (await client.get(path)).status
    took = (await Browser(client).form(path, name="Bo", password=OTHER)).status
    assert (shown, took) in {(200, 303), (401, 401)}
    return took == 303


async def kept(client: HttpClient, path: str) -> bool:
    return (await client.get(path)).status == 200


@pytest.mark.parametrize(
    ("left", "lost", "still"),
    [
        ({"status": "disabled"}, ("admin", "manager", "author", "viewer"), ()),
        ({"role": "manager"}, ("admin", "author"), ("manager", "operator", "viewer")),
        ({"role": "operator"}, ("admin", "operator", "viewer"), ()),
        ({"role": "owner"}, (), ("admin", "viewer")),
    ],
)
async def test_an_invitation_ends_when_who_made_it_could_make_it_no_more(
    client: HttpClient,
    store: Store,
    workspace: WorkspaceId,
    owner: Browser,
    left: dict[str, str],
    lost: tuple[Role, ...],
    still: tuple[Role, ...],
) -> None:
    admin, account = await signed_in(store, workspace, client, role="admin")
    of_others = await invitation(owner, "admin")
    ended, living = [[await invitation(admin, role) for role in roles] for roles in (lost, still)]
    await change(owner, account, **left)
    listed = [one["role"] for one in (await owner.get(INVITATIONS)).json()["data"]]
    assert listed == ["admin", *still]
    assert [await opens(client, path) for path in (*ended, *living)] == [False] * len(ended) + [True] * len(
        living
    )
    assert await opens(client, of_others)


async def test_what_was_made_before_a_maker_left_ends_also_where_it_was_not_taken_back(
    client: HttpClient, store: Store, workspace: WorkspaceId, owner: Browser
) -> None:
    """Whoever lost their reach by another way than the panel: the link asks for it again when it is used."""
    admin, account = await signed_in(store, workspace, client, role="admin")
    target = await make_account(store, workspace, role="viewer")
    paths = [await invitation(admin, "viewer"), await reset_link(admin, target)]
    async with store.turn_work(workspace) as connection:
        await connection.execute(
            "UPDATE accounts SET role = 'author' WHERE workspace_id = $1 AND id = $2", workspace, account.id
        )
    assert [await opens(client, path) for path in paths] == [False, False]
    async with store.turn_work(workspace) as connection:
        await connection.execute(
            "UPDATE accounts SET role = 'manager' WHERE workspace_id = $1 AND id = $2", workspace, account.id
        )
    assert [await opens(client, path) for path in paths] == [True, True]


async def role_changed(owner: Browser, _own: Browser, account: Account) -> None:
    await change(owner, account, role="owner")


async def switched_off_and_on(owner: Browser, _own: Browser, account: Account) -> None:
    await change(owner, account, status="disabled")
    await change(owner, account, status="active")


async def email_changed(_owner: Browser, own: Browser, account: Account) -> None:
    body = {"email": f"new-{account.email}", "password": PASSWORD}
    assert (await own.put("/api/v1/me/email", json=body)).status == 200


async def password_changed(_owner: Browser, own: Browser, _account: Account) -> None:
    body = {"password": PASSWORD, "new_password": "a third password of mine"}
    assert (await own.put("/api/v1/me/password", json=body)).status == 204


Act = Callable[[Browser, Browser, Account], Awaitable[None]]


@pytest.mark.parametrize("act", [role_changed, switched_off_and_on, email_changed, password_changed])
async def test_a_reset_link_ends_with_what_it_was_made_for(
    client: HttpClient, store: Store, workspace: WorkspaceId, owner: Browser, act: Act
) -> None:
    own, account = await signed_in(store, workspace, client, role="operator")
    manager, _ = await signed_in(store, workspace, client, role="manager")
    path = await reset_link(manager, account)
    await act(owner, own, account)
    assert not await opens(client, path)


async def test_a_change_of_name_leaves_links_as_they_are(
    client: HttpClient, store: Store, workspace: WorkspaceId, owner: Browser
) -> None:
    manager, maker = await signed_in(store, workspace, client, role="manager")
    target = await make_account(store, workspace, role="operator")
    paths = [await invitation(manager, "operator"), await reset_link(manager, target)]
    for account in (maker, target):
        await change(owner, account, name="Bo Lee")
    assert [await opens(client, path) for path in paths] == [True, True]


async def test_what_a_key_made_ends_with_the_key(
    client: HttpClient, store: Store, workspace: WorkspaceId, clock: MovableClock, make_key: MakeKey
) -> None:
    async def made(key: str) -> str:
        body = {"email": f"{mint('acct')}@example.com", "role": "admin"}
        answer = await client.send("PUT", INVITATIONS, key=key, json=body)
        return str(answer.json()["link"]).removeprefix(HOME)

    working, revoked = await make_key(workspace, "admin"), await make_key(workspace, "admin")
    short = await make_key(workspace, "admin", expires_at=datetime.now(UTC) + timedelta(hours=1))
    first, second, third = await made(working), await made(revoked), await made(short)
    async with store.unit_of_work(workspace) as tx:
        prefixes = {key.prefix: key.id for key in await list_keys(workspace, tx)}
        await revoke_key(
            workspace, tx, next(i for prefix, i in prefixes.items() if revoked.startswith(prefix))
        )
    assert [await kept(client, path) for path in (first, second, third)] == [True, False, True]
    clock.ahead = timedelta(hours=2)
    try:
        assert [await opens(client, path) for path in (first, third)] == [True, False]
    finally:
        clock.ahead = timedelta()
