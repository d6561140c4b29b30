"""The frame of the panel's pages: who gets in, what the navigation shows, how errors and forms are answered."""

from tests.doubles.http_client import HttpClient
from tests.web.conftest import MakeKey
from tests.web.people import Browser, make_account

from frontdesk.core.actor import Actor
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import ROLE_SCOPES
from frontdesk.store.connect import Store
from frontdesk.web.panel import menu

PAGE = "/panel/channels"


async def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(client: HttpClient) -> None:
    answer = await client.get(f"{PAGE}?q=a%26b")
    assert answer.status == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fpanel%2Fchannels%3Fq%3Da%2526b"


async def test_a_part_that_is_asked_for_without_a_session_leads_to_sign_in_as_well(
    client: HttpClient,
) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://desk.example/panel/tasks?a=1"}
    answer = await client.get(PAGE, headers=headers)
    assert answer.headers["hx-redirect"] == "/sign-in?next=%2Fpanel%2Ftasks%3Fa%3D1"


async def test_a_page_stands_in_the_frame_and_may_not_be_kept_or_framed(client: HttpClient, key: str) -> None:
    answer = await client.get(PAGE, key=key)
    body = answer.body.decode()
    assert answer.status == 200
    assert "Test workspace" in body
    assert 'href="/panel/channels"' in body
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


async def test_the_page_speaks_the_language_that_the_browser_asks_for(client: HttpClient, key: str) -> None:
    for asked, language in (("ru-RU,ru;q=0.9,en;q=0.5", "ru"), ("uz", "uz"), ("tlh, fr;q=0.3", "en")):
        answer = await client.get(PAGE, key=key, headers={"Accept-Language": asked})
        assert f'<html lang="{language}" dir="ltr">' in answer.body.decode()


async def test_a_form_from_another_site_is_refused(client: HttpClient, key: str) -> None:
    headers = {"Origin": "https://evil.example", "Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post(f"{PAGE}/new", key=key, headers=headers, body="name=x")
    assert answer.status == 403
    assert "another address" in answer.body.decode()


async def test_an_error_keeps_the_frame_and_a_part_gets_a_line(
    client: HttpClient, make_key: MakeKey, workspace: WorkspaceId
) -> None:
    key = await make_key(workspace, "read:channels")
    answer = await client.get(f"{PAGE}/chan_01m81er83rebgt14gkt00vhbbx", key=key)
    assert answer.status == 404
    assert "fd-nav-side" in answer.body.decode()
    answer = await client.get(
        f"{PAGE}/chan_01m81er83rebgt14gkt00vhbbx", key=key, headers={"HX-Request": "true"}
    )
    assert answer.status == 404
    assert answer.headers["hx-retarget"] == "#fd-problem"
    assert "fd-nav-side" not in answer.body.decode()


def test_the_navigation_shows_what_a_role_may_open() -> None:
    nobody = Actor("session", WorkspaceId("ws_1"), "acct_1", frozenset({"self"}))
    assert "channels" not in [entry.menu.id for entry in menu.entries(nobody, "")]
    viewer = Actor("session", WorkspaceId("ws_1"), "acct_1", ROLE_SCOPES["viewer"])
    assert "channels" in [entry.menu.id for entry in menu.entries(viewer, "")]


def test_a_menu_opens_under_the_names_that_were_given_out() -> None:
    owner = Actor("session", WorkspaceId("ws_1"), "acct_1", ROLE_SCOPES["owner"])
    assert menu.path_of(owner, "channels") == PAGE
    assert menu.path_of(owner, "") is not None
    assert menu.path_of(owner, "nothing-like-it") is None


async def test_who_may_only_look_is_told_so_in_their_language_and_led_on(
    client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    account = await make_account(store, workspace, role="viewer")
    browser = Browser(client)
    await browser.sign_in(account.email)
    asked = {"Accept-Language": "ru"}
    answer = await browser.send("GET", f"{PAGE}/new", headers=asked)
    body = answer.body.decode()
    assert answer.status == 403
    assert "fd-nav-side" in body
    assert "Ваша роль: Наблюдатель. Администратор может сделать это за вас" in body
    assert f'<a class="btn" href="{PAGE}">' in body
    assert "channels.write" not in body
    answer = await browser.send("GET", f"{PAGE}/new", headers={**asked, "HX-Request": "true"})
    assert "Ваша роль: Наблюдатель" in answer.body.decode()


async def test_an_address_without_a_page_keeps_the_frame_and_leads_on(
    client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    account = await make_account(store, workspace)
    browser = Browser(client)
    await browser.sign_in(account.email)
    for path in (f"{PAGE}/chan_01m81er83rebgt14gkt00vhbbx", f"{PAGE}/a/b/c", "/panel/no-such-menu"):
        answer = await browser.send("GET", path, headers={"Accept-Language": "uz"})
        body = answer.body.decode()
        assert answer.status == 404
        assert "fd-nav-side" in body
        assert "Bu yerda hech narsa" in body
        assert f'href="{PAGE if path.startswith(PAGE) else "/panel/chats"}">' in body
