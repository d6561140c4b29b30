"""Settings: one's own account and people, by the forms of the panel."""

import re
from base64 import b32decode
from datetime import UTC, datetime
from html import unescape

import pytest
import segno
from tests.doubles.http_client import Answer, HttpClient
from tests.web.people import PASSWORD, Browser, make_account, signed_in

from frontdesk.access import totp
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import ROLES, Role
from frontdesk.store.accounts import Account
from frontdesk.store.connect import Store

pytestmark = pytest.mark.usefixtures("no_tries")

ME = "/panel/settings"
PEOPLE = "/panel/settings/people"
OTHER = "another long password"


@pytest.fixture
async def owner(client: HttpClient, store: Store, workspace: WorkspaceId) -> tuple[Browser, Account]:
    return await signed_in(store, workspace, client)


def text_of(answer: Answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.body.decode())).split())


def hidden(answer: Answer, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.body.decode())
    assert found is not None
    return unescape(found[1])


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_has_a_page_of_their_own_account(
    client: HttpClient, store: Store, workspace: WorkspaceId, role: Role
) -> None:
    browser, account = await signed_in(store, workspace, client, role=role)
    page = await browser.get(ME)
    assert (page.status, account.email in page.body.decode()) == (200, True)
    assert hidden(page, "csrf") == browser.csrf
    people = await browser.get(PEOPLE)
    assert people.status == 200
    may_invite = role in {"owner", "admin", "manager"}
    assert ('action="/panel/settings/people/invite"' in people.body.decode()) is may_invite


async def test_a_profile_is_saved_and_pages_look_as_it_says(owner: tuple[Browser, Account]) -> None:
    browser, _ = owner
    version = hidden(await browser.get(ME), "version")
    saved = await browser.form(
        f"{ME}/profile",
        version=version,
        name="Ann Uzoq",
        language="uz",
        theme="dark",
        time_zone="Asia/Tashkent",
        signature="Ann",
    )
    assert (saved.status, saved.headers["Location"]) == (303, f"{ME}?done=profile")
    page = await browser.get(saved.headers["Location"])
    assert '<html lang="uz" dir="ltr" data-bs-theme="dark">' in page.body.decode()
    assert "Profilingiz saqlandi." in text_of(page)
    late = await browser.form(
        f"{ME}/profile", version=version, name="Bo", language="en", theme="light", time_zone="", signature=""
    )
    assert (late.status, "shu orada kimdir" in text_of(late)) == (422, True)
    assert (await browser.get("/api/v1/me")).json()["name"] == "Ann Uzoq"


async def test_what_one_is_told_by_mail_is_chosen_by_the_form(owner: tuple[Browser, Account]) -> None:
    browser, _ = owner
    await browser.patch("/api/v1/me", json={"settings": {"sound": True}})
    assert switched_on(await browser.get(ME)) == ["mail_mentions"]
    saved = await browser.form(f"{ME}/notices", mail_assigned="on")
    assert (saved.status, saved.headers["Location"]) == (303, f"{ME}?done=notices")
    page = await browser.get(saved.headers["Location"])
    assert "Your notices are saved." in text_of(page)
    assert switched_on(page) == ["mail_assigned"]
    assert (await browser.get("/api/v1/me")).json()["settings"]["sound"] is True


def switched_on(page: Answer) -> list[str]:
    found = re.findall(r'role="switch" name="(\w+)" checked', page.body.decode())
    return [str(name) for name in found]


@pytest.mark.parametrize(
    ("path", "fields", "complaint"),
    [
        ("profile", {"name": "", "theme": "dark"}, "A name is one line"),
        ("profile", {"name": "Ann", "theme": "pink"}, "That cannot be."),
        ("profile", {"name": "Ann", "theme": "dark", "time_zone": "Mars/Olympus"}, "That cannot be."),
        ("email", {"email": "no address", "password": PASSWORD}, "Write an e-mail address"),
        ("email", {"email": "new@example.com", "password": "not it"}, "not the current password"),
        ("password", {"password": PASSWORD, "new_password": "short"}, "at least 10 characters"),
        ("password", {"password": "not it", "new_password": OTHER}, "not the current password"),
        ("totp", {"password": "not it"}, "not the current password"),
    ],
)
async def test_what_cannot_be_is_said_on_the_page(
    owner: tuple[Browser, Account], path: str, fields: dict[str, str], complaint: str
) -> None:
    answer = await owner[0].form(f"{ME}/{path}", None, version="1", **fields)
    assert (answer.status, complaint in text_of(answer)) == (422, True)
    for typed in ("not it", PASSWORD, "short"):
        assert f'value="{typed}"' not in answer.body.decode()


async def test_a_password_is_changed_by_the_form(client: HttpClient, owner: tuple[Browser, Account]) -> None:
    browser, account = owner
    done = await browser.form(f"{ME}/password", password=PASSWORD, new_password=OTHER)
    assert done.headers["Location"] == f"{ME}?done=password"
    assert (await Browser(client).sign_in(account.email, OTHER)).status == 201


def dark_in(page: str) -> list[list[int]]:
    """The modules of the QR code on a page, without the four empty ones that it has on each side."""
    ((size, svg),) = re.findall(r'<svg class="fd-qr" viewBox="0 0 (\d+) \1" role="img"(.*?)</svg>', page)
    assert "style=" not in svg
    modules = [[0] * int(size) for _ in range(int(size))]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg):
        modules[int(y)][int(x) : int(x) + int(width)] = [1] * int(width)
    assert not any(map(any, [*modules[:4], *modules[-4:]]))
    assert not any(any(row[:4] + row[-4:]) for row in modules)
    return [row[4:-4] for row in modules[4:-4]]


async def test_codes_are_turned_on_and_off_by_the_forms(
    client: HttpClient, owner: tuple[Browser, Account]
) -> None:
    browser, account = owner
    page = await browser.form(f"{ME}/totp", password=PASSWORD)
    shown = re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', page.body.decode())
    assert shown is not None
    address = unescape(re.findall(r'href="(otpauth://totp/[^"]+)"', page.body.decode())[0])
    assert dark_in(page.body.decode()) == [
        list(row) for row in segno.make(address, error="m", boost_error=False).matrix
    ]
    wrong = await browser.form(f"{ME}/totp/code", code="000000")
    assert (wrong.status, shown[1] in wrong.body.decode()) == (422, True)
    code = totp.code_at(b32decode(shown[1].replace(" ", "")), int(datetime.now(UTC).timestamp()) // 30)
    on = await browser.form(f"{ME}/totp/code", code=code)
    assert on.status == 200
    recovery = re.findall(r"\b[2-9a-z]{5}-[2-9a-z]{5}\b", on.body.decode())
    assert len(recovery) >= 10
    assert len(re.findall(r"<li>[2-9a-z]{5}-[2-9a-z]{5}</li>", on.body.decode())) == totp.RECOVERY_CODES
    assert (await Browser(client).sign_in(account.email)).json()["code"] == "code_needed"
    asking = (await browser.get(ME)).body.decode()
    assert (asking.count('autocomplete="one-time-code"'), 'id="email-code"' in asking) == (2, True)
    refused = await browser.form(f"{ME}/totp/off", password=PASSWORD, code="000000")
    assert (refused.status, "not the code of this moment" in refused.body.decode()) == (422, True)
    off = await browser.form(f"{ME}/totp/off", password=PASSWORD, code=recovery[0])
    assert off.headers["Location"] == f"{ME}?done=totp_off"
    assert (await Browser(client).sign_in(account.email)).status == 201


async def test_sessions_are_ended_by_the_forms(client: HttpClient, owner: tuple[Browser, Account]) -> None:
    browser, account = owner
    for _ in range(2):
        await Browser(client).sign_in(account.email)
    page = await browser.get(ME)
    others = re.findall(rf'action="({ME}/sessions/sess_\w+)"', page.body.decode())
    assert len(others) == 2
    assert (await browser.form(others[0])).headers["Location"] == f"{ME}?done=session"
    assert (await browser.form(f"{ME}/sessions")).headers["Location"] == f"{ME}?done=sessions"
    assert not re.findall(rf'action="({ME}/sessions/sess_\w+)"', (await browser.get(ME)).body.decode())


CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome on Linux"),
        (f"{CHROME} Edg/140.0.0.0".replace("X11; Linux x86_64", "Windows NT 10.0; Win64"), "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15.6; rv:142.0) Firefox/142.0", "Firefox on macOS"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.5.0", "curl"),
        ("<b>robot</b>", "<b>robot</b>"),
        ("", "Unknown"),
    ],
)
async def test_where_one_is_signed_in_is_said_in_words(
    client: HttpClient, owner: tuple[Browser, Account], user_agent: str, words: str
) -> None:
    browser, account = owner
    other = Browser(client, headers={"User-Agent": user_agent})
    assert (await other.sign_in(account.email)).status == 201
    rows = re.findall(r"<tr><td dir=\"auto\"([^>]*)>([^<]*)</td>", (await browser.get(ME)).body.decode())
    titles = {unescape(said): unescape(title) for title, said in rows}
    assert titles[words] == (f' title="{user_agent}"' if user_agent else "")


async def test_an_invitation_is_shown_once_to_be_handed_on(
    client: HttpClient, owner: tuple[Browser, Account]
) -> None:
    browser, account = owner
    email = f"bo-{account.email}"
    made = await browser.form(f"{PEOPLE}/invite", email=email, role="operator")
    link = re.search(r"https://desk\.example(/invitation\?token=[\w-]+)", made.body.decode())
    assert (made.status, "No mail is set up here" in text_of(made)) == (200, True)
    assert link is not None
    assert (await client.get(link[1])).status == 200
    page = await browser.get(PEOPLE)
    assert email in page.body.decode()
    assert link[1] not in page.body.decode()
    (path,) = re.findall(rf'action="({PEOPLE}/invitations/link_\w+)"', page.body.decode())
    assert (await browser.form(path)).headers["Location"] == f"{PEOPLE}?done=taken_back"
    assert (await client.get(link[1])).status == 401


async def test_an_invitation_that_cannot_be_is_said_where_it_was_written(
    owner: tuple[Browser, Account],
) -> None:
    browser, account = owner
    for fields, complaint in (
        ({"email": "no address", "role": "viewer"}, "Write an e-mail address"),
        ({"email": account.email, "role": "viewer"}, "Another account has this e-mail address."),
    ):
        answer = await browser.form(f"{PEOPLE}/invite", None, **fields)
        assert (answer.status, complaint in text_of(answer)) == (422, True)
        assert "data-open" in answer.body.decode()


async def test_a_role_is_changed_and_an_account_switched_off_by_the_forms(
    client: HttpClient, owner: tuple[Browser, Account], store: Store, workspace: WorkspaceId
) -> None:
    browser, target = owner[0], await make_account(store, workspace, role="viewer")
    path = f"{PEOPLE}/{target.id}"
    version = hidden(await browser.get(path), "version")
    assert (await browser.form(path, version=version, name="Bo", role="author")).status == 303
    late = await browser.form(path, version=version, name="Bo", role="viewer")
    assert (late.status, "Somebody changed this meanwhile" in text_of(late)) == (422, True)
    page = await browser.get(f"{path}?done=changed")
    assert "The account is changed." in text_of(page)
    assert re.search(r'value="author" selected', page.body.decode())
    off = await browser.form(path, version=hidden(page, "version"), status="disabled")
    assert off.status == 303
    assert (await Browser(client).sign_in(target.email)).status == 401
    assert "Switched off" in text_of(await browser.get(PEOPLE))


async def test_the_last_owner_is_kept_and_the_page_says_why(owner: tuple[Browser, Account]) -> None:
    browser, account = owner
    path = f"{PEOPLE}/{account.id}"
    version = hidden(await browser.get(path), "version")
    answer = await browser.form(path, version=version, name="Ann", role="viewer")
    assert (answer.status, "The workspace would have no owner." in text_of(answer)) == (422, True)


async def test_who_reaches_less_far_sees_and_changes_nothing_of_the_wider(
    client: HttpClient, owner: tuple[Browser, Account], store: Store, workspace: WorkspaceId
) -> None:
    manager, _ = await signed_in(store, workspace, client, role="manager")
    path = f"{PEOPLE}/{owner[1].id}"
    page = await manager.get(path)
    assert (page.status, "disabled" in page.body.decode()) == (200, True)
    assert "/reset-link" not in page.body.decode()
    answer = await manager.form(path, version="1", status="disabled")
    assert (answer.status, "Only somebody with a wider role" in text_of(answer)) == (422, True)
    assert (await manager.form(f"{path}/reset-link")).status == 422


async def test_a_reset_link_is_shown_once(
    client: HttpClient, owner: tuple[Browser, Account], store: Store, workspace: WorkspaceId
) -> None:
    target = await make_account(store, workspace, role="viewer")
    made = await owner[0].form(f"{PEOPLE}/{target.id}/reset-link")
    link = re.search(r"https://desk\.example(/reset\?token=[\w-]+)", made.body.decode())
    assert link is not None
    assert (await client.get(link[1])).status == 200


async def test_forms_need_the_pages_token(owner: tuple[Browser, Account]) -> None:
    browser, _ = owner
    browser.csrf = ""
    for path in (f"{ME}/profile", f"{ME}/sessions", f"{PEOPLE}/invite"):
        assert (await browser.form(path, name="Eve")).status == 403


XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


async def test_names_are_text_wherever_they_are_shown(
    client: HttpClient, store: Store, workspace: WorkspaceId
) -> None:
    browser, _ = await signed_in(store, workspace, client)
    target = await make_account(store, workspace, name=XSS, role="viewer")
    for path in (PEOPLE, f"{PEOPLE}/{target.id}"):
        body = (await browser.get(path)).body.decode()
        assert "<script>alert" not in body
        assert "<img" not in body
        assert "{{ 7*7 }}" in body


async def test_what_devices_are_told_is_chosen_by_the_form(owner: tuple[Browser, Account]) -> None:
    browser, _ = owner
    before = (await browser.get("/api/v1/me")).json()["settings"]
    done = await browser.form(f"{ME}/push", push_queue="on")
    assert done.headers["Location"] == f"{ME}?done=push"
    after = (await browser.get("/api/v1/me")).json()["settings"]
    assert {name for name, value in after.items() if name.startswith("push_") and value} == {"push_queue"}
    others = {name: value for name, value in before.items() if not name.startswith("push_")}
    assert after | others == after
