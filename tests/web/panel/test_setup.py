"""The set-up link: it names the workspace once, shows the first key once, and tells nobody anything."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from tests.doubles.http_client import Answer, HttpClient
from tests.web.conftest import MakeKey, MovableClock
from tests.web.people import make_account

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import audit
from frontdesk.store.bots import create_assistant
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.keys import list_keys
from frontdesk.web import static_files, time_zones
from frontdesk.web.auth import REMEMBER_S
from frontdesk.web.panel.form import MEDIA_TYPE
from frontdesk.web.panel.setup import MOST_FORM_BYTES, MOST_NAME

Send = Callable[..., Awaitable[Answer]]


@pytest.fixture
async def link(workspace: WorkspaceId, make_key: MakeKey) -> str:
    expires_at = datetime.now(UTC) + timedelta(days=1)
    return f"/setup?token={await make_key(workspace, kind='setup', expires_at=expires_at)}"


@pytest.fixture
def send(client: HttpClient, link: str) -> Send:
    """Sends the form as a browser does; header values of None are left out."""

    async def post(
        name: str = "Northwind",
        time_zone: str = "Asia/Tashkent",
        owner: dict[str, str] | None = None,
        **changed: str | None,
    ) -> Answer:
        headers = {"Origin": client.base_url, "Content-Type": MEDIA_TYPE}
        for header, value in changed.items():
            headers[header.replace("_", "-")] = value or ""
        kept = {header: value for header, value in headers.items() if value}
        fields = {"name": name, "time_zone": time_zone, **(owner or {})}
        return await client.post(link, headers=kept, body=urlencode(fields))

    return post


def text_of(answer: Answer) -> str:
    return unescape(re.sub(r"<[^>]+>", "", answer.body.decode()))


def key_in(answer: Answer) -> str:
    (found,) = {match[0] for match in re.finditer(r"fd_api_[0-9a-z]+", answer.body.decode())}
    return found


async def facts(store: Store, workspace: WorkspaceId) -> tuple[str, str, bool]:
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(
            "SELECT name, time_zone, set_up_at IS NOT NULL FROM workspaces WHERE workspace_id = $1", workspace
        )
    assert row is not None
    return row[0], row[1], row[2]


async def test_the_link_opens_a_form_that_needs_no_script(client: HttpClient, link: str) -> None:
    answer = await client.get(link)
    page = answer.body.decode()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert '<form method="post"' in page
    assert '<option value="Asia/Tashkent">Tashkent</option>' in page
    assert f'maxlength="{MOST_NAME}"' in page
    assert 'value="UTC"' in page


async def test_setting_up_names_the_workspace_and_gives_a_key_that_works(
    client: HttpClient, send: Send, store: Store, workspace: WorkspaceId
) -> None:
    answer = await send(name="  Northwind Audio ")
    assert answer.status == 200
    assert "Northwind Audio is set up" in text_of(answer)
    assert await facts(store, workspace) == ("Northwind Audio", "Asia/Tashkent", True)
    listed = await client.get("/api/v1/assistants", key=key_in(answer))
    assert (listed.status, listed.json()["data"]) == (200, [])


async def test_browsers_that_ask_for_an_icon_by_themselves_get_ours(client: HttpClient) -> None:
    answer = await client.get("/favicon.ico")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.body == static_files.FILES["icon.svg"]


async def test_the_page_leads_on_in_the_panel(send: Send) -> None:
    owner = {"person": "Ann Lee", "email": f"{mint('acct')}@example.com", "password": "a long password"}
    page = (await send(owner=owner)).body.decode()
    for path, said in (("/panel/ai", "Create an AI"), ("/panel/channels/new", "Add a channel")):
        assert f'<a href="{path}">{said}</a>' in page
    assert page.index('href="/panel/ai"') < page.index("bot publish")
    assert page.index('id="key"') < page.index("Open the panel")


async def test_without_an_account_the_page_does_not_lead_to_the_panel(send: Send) -> None:
    assert 'href="/panel' not in (await send()).body.decode()


async def test_the_page_shows_the_command_to_try_ready_to_paste(send: Send) -> None:
    answer = await send()
    wanted = f"curl -H 'Authorization: Bearer {key_in(answer)}' https://desk.example/api/v1/assistants"
    assert wanted in text_of(answer)


async def test_the_page_says_which_assistants_are_there(
    send: Send, store: Store, workspace: WorkspaceId
) -> None:
    async with store.unit_of_work(workspace) as tx:
        for name in ("Shop <desk>", "Night"):
            await create_assistant(workspace, tx, slug=name[:4].lower(), name=name, is_default=False, env={})
    said = text_of(await send())
    assert "There so far: Shop <desk>, Night." in said
    assert "There are none yet" not in said


async def test_without_assistants_the_page_says_so_and_names_the_commands_as_they_are_typed(
    send: Send,
) -> None:
    said = text_of(await send())
    assert "There are none yet" in said
    assert "FRONTDESK_DATA=/srv/desk frontdesk doctor" in said
    assert "FRONTDESK_DATA=/srv/desk frontdesk key create" in said
    assert "FRONTDESK_DATA=/srv/desk frontdesk bot publish FOLDER" in said


async def test_setting_up_is_in_the_audit_log_without_the_key(
    send: Send, store: Store, workspace: WorkspaceId
) -> None:
    secret = key_in(await send())
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch("SELECT * FROM audit WHERE workspace_id = $1", workspace)
    (entry,) = rows
    assert (entry["action"], entry["target"], entry["ip"]) == ("workspace.set_up", workspace, "127.0.0.1")
    assert entry["actor"].startswith("key:key_")
    assert secret not in str(dict(entry))
    assert await audit.verify(workspace, store) == audit.Verdict(audit.Chain(1, entry["hash"]))


async def test_the_link_works_once(
    client: HttpClient, send: Send, link: str, store: Store, workspace: WorkspaceId
) -> None:
    await send()
    again, opened = await send(name="Intruder"), await client.get(link)
    for answer in (again, opened):
        assert answer.status == 401
        assert "frontdesk setup-link" in text_of(answer)
    assert (await facts(store, workspace))[0] == "Northwind"
    async with store.unit_of_work(workspace) as tx:
        found = await list_keys(workspace, tx)
    assert sorted((key.kind, key.revoked_at is None) for key in found) == [("api", True), ("setup", False)]


async def test_another_link_of_a_workspace_that_is_set_up_is_worth_nothing(
    client: HttpClient, send: Send, workspace: WorkspaceId, make_key: MakeKey
) -> None:
    other = f"/setup?token={await make_key(workspace, kind='setup')}"
    await send()
    assert (await client.get(other)).status == 401


async def test_an_expired_link_says_how_to_get_another(
    client: HttpClient, link: str, clock: MovableClock
) -> None:
    clock.ahead = timedelta(days=1, seconds=REMEMBER_S)
    try:
        answer = await client.get(link)
    finally:
        clock.ahead = timedelta()
    assert answer.status == 401
    assert "This link does not work any more" in text_of(answer)
    assert "frontdesk setup-link" in text_of(answer)


@pytest.mark.parametrize("query", ["", "?token=", "?token=fd_setup_nonsense", "?token=%3Cscript%3E"])
async def test_a_wrong_token_gets_the_same_page_and_nothing_of_it_back(
    client: HttpClient, query: str
) -> None:
    answer = await client.get(f"/setup{query}")
    assert (answer.status, answer.headers["Content-Type"]) == (401, "text/html; charset=utf-8")
    assert "This link does not work any more" in text_of(answer)
    assert "script" not in answer.body.decode()
    assert "nonsense" not in answer.body.decode()


async def test_a_key_for_the_api_does_not_open_the_page(
    client: HttpClient, workspace: WorkspaceId, make_key: MakeKey
) -> None:
    answer = await client.get(f"/setup?token={await make_key(workspace, 'admin')}")
    assert (answer.status, answer.headers["Content-Type"]) == (403, "text/html; charset=utf-8")


async def test_the_links_token_opens_nothing_else(client: HttpClient, link: str) -> None:
    token = link.partition("=")[2]
    assert (await client.get("/api/v1/assistants", key=token)).status == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", None, "https://desk.example.evil.example"]
)
async def test_a_form_of_another_site_changes_nothing(
    send: Send, store: Store, workspace: WorkspaceId, origin: str | None
) -> None:
    answer = await send(Origin=origin)
    assert answer.status == 403
    assert "sent from another address" in text_of(answer)
    assert (await facts(store, workspace))[2] is False


@pytest.mark.parametrize("origin", ["https://desk.example", "https://{host}"])
async def test_the_public_address_and_a_proxy_with_tls_are_our_own(
    client: HttpClient, send: Send, origin: str
) -> None:
    host = client.base_url.partition("//")[2]
    assert (await send(Origin=origin.format(host=host))).status == 200


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "Give the workspace a name."),
        (" \t ", "Give the workspace a name."),
        ("x" * (MOST_NAME + 1), f"at most {MOST_NAME} characters"),
        ("two\nlines", "one line of plain text"),
        ("turned \u202e round", "one line of plain text"),
    ],
)
async def test_a_name_that_cannot_be_one_is_pointed_at_and_the_rest_kept(
    send: Send, store: Store, workspace: WorkspaceId, name: str, complaint: str
) -> None:
    answer = await send(name=name)
    assert answer.status == 422
    assert complaint in text_of(answer)
    assert '<option value="Asia/Tashkent" selected>' in answer.body.decode()
    assert (await facts(store, workspace))[2] is False


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd"])
async def test_only_time_zones_of_the_list_are_taken(send: Send, zone: str) -> None:
    answer = await send(time_zone=zone)
    assert answer.status == 422
    assert "Choose a time zone of the list." in text_of(answer)
    assert 'value="Northwind"' in answer.body.decode()


def test_there_is_a_time_zone_for_every_place_and_each_can_be_used() -> None:
    assert {"UTC", "Asia/Tashkent", "America/Argentina/Buenos_Aires"} <= time_zones.known()
    for zone in time_zones.known():
        assert ZoneInfo(zone).key == zone


XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


async def test_a_name_is_text_wherever_it_is_shown(send: Send) -> None:
    asked_again = await send(name=XSS, time_zone="")
    done = await send(name=XSS)
    for answer in (asked_again, done):
        page = answer.body.decode()
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "{{ 7*7 }}" in page
    assert f"{XSS} is set up" in unescape(re.sub(r"</?bdi>", "", done.body.decode()))


@pytest.mark.parametrize("step", ["open", "wrong", "foreign", "asked again", "done", "dead"])
async def test_no_page_can_be_framed_kept_or_made_to_run_anything(
    client: HttpClient, send: Send, link: str, step: str
) -> None:
    answers: dict[str, Send] = {
        "open": lambda: client.get(link),
        "wrong": lambda: client.send("DELETE", link),
        "foreign": lambda: send(Origin="https://evil.example"),
        "asked again": lambda: send(name=""),
        "done": send,
        "dead": lambda: client.get("/setup"),
    }
    answer = await answers[step]()
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script>", answer.body.decode())
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", answer.body.decode())


async def test_a_body_is_bounded_and_has_to_be_a_form(client: HttpClient, send: Send, link: str) -> None:
    assert (await send(name="x" * MOST_FORM_BYTES)).status == 413
    assert (await send(Content_Type="application/json")).status == 415
    headers = {"Origin": client.base_url, "Content-Type": MEDIA_TYPE}
    for body in (b"name=\xff", b"name=%ff", b"&".join([b"a=b"] * 60)):
        assert (await client.post(link, headers=headers, body=body)).status == 400


@pytest.mark.parametrize("name", ["frontdesk.css", "copy.js", "icon.svg"])
async def test_files_of_pages_are_kept_only_under_the_address_that_names_their_version(
    client: HttpClient, send: Send, name: str
) -> None:
    (address,) = set(re.findall(rf"/static/{name}\?v=\w+", (await send()).body.decode()))
    kept, asked = await client.get(address), await client.get(f"/static/{name}?v=older")
    assert "immutable" in kept.headers["Cache-Control"]
    assert asked.headers["Cache-Control"] == "no-cache"
    assert kept.body == asked.body
    assert kept.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/static/", "/static/../setup.py", "/static/%2e%2e/setup.py", "/static/x.css"]
)
async def test_nothing_else_is_served_from_there(client: HttpClient, path: str) -> None:
    assert (await client.get(path)).status == 404


def owner(workspace: WorkspaceId, **changed: str) -> dict[str, str]:
    given = {"person": "Ann Lee", "email": f"{workspace}@example.com", "password": "correct horse battery"}
    return {**given, **changed}


async def test_setting_up_makes_the_owners_account_and_signs_them_in(
    client: HttpClient, send: Send, store: Store, workspace: WorkspaceId
) -> None:
    answer = await send(owner=owner(workspace))
    assert answer.status == 200
    assert 'href="/panel"' in answer.body.decode()
    assert key_in(answer)
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    me = (await client.get("/api/v1/me", headers={"Cookie": cookie})).json()
    assert (me["name"], me["email"], me["role"], me["workspace"], me["time_zone"]) == (
        "Ann Lee",
        f"{workspace}@example.com",
        "owner",
        "Northwind",
        "Asia/Tashkent",
    )
    shown = {"email": f"{workspace}@example.com", "password": "correct horse battery"}
    assert (await client.post("/api/v1/session", json=shown)).status == 201


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"person": ""}, "Write your name"),
        ({"email": "ann"}, "Write an e-mail address"),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": ""}, "at least 10 characters"),
    ],
)
async def test_what_an_owner_cannot_be_is_pointed_at_and_nothing_is_set_up(
    send: Send, store: Store, workspace: WorkspaceId, changed: dict[str, str], complaint: str
) -> None:
    answer = await send(owner=owner(workspace, **changed))
    assert (answer.status, complaint in text_of(answer)) == (422, True)
    assert 'type="password"' in answer.body.decode()
    assert "correct horse" not in answer.body.decode()
    assert (await facts(store, workspace))[2] is False
    assert (await send(owner=owner(workspace))).status == 200


async def test_an_address_that_has_an_account_elsewhere_is_pointed_at_and_nothing_is_set_up(
    send: Send, store: Store, workspace: WorkspaceId, other_workspace: WorkspaceId
) -> None:
    taken = await make_account(store, other_workspace)
    answer = await send(owner=owner(workspace, email=taken.email))
    assert (answer.status, "Another account has this e-mail address." in text_of(answer)) == (422, True)
    assert (await facts(store, workspace))[2] is False


async def test_an_owner_is_not_asked_for_a_password_over_plain_http_from_elsewhere(
    client: HttpClient, send: Send, link: str, store: Store, workspace: WorkspaceId
) -> None:
    lan = {"Host": "desk.lan", "Origin": "http://desk.lan"}
    page = await client.get(link, headers=lan)
    assert (page.status, "ssh -L" in text_of(page)) == (403, True)
    assert (await send(owner=owner(workspace), **lan)).status == 403
    assert (await facts(store, workspace))[2] is False
