"""The pages that let people in: signing in by form, invitations, resets, and what they refuse."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from tests.doubles.http_client import Answer, HttpClient, http_client
from tests.doubles.server import serving
from tests.program import until
from tests.web.conftest import MovableClock
from tests.web.people import PASSWORD, Browser, make_account, signed_in

from frontdesk.access import links
from frontdesk.access.letters import Letter
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.accounts import Account
from frontdesk.store.connect import Store
from frontdesk.store.tx import Tx
from frontdesk.web.app import build
from frontdesk.web.panel.alone import safe_next
from frontdesk.web.program import Program
from frontdesk.web.session_ring import REMEMBER_S

pytestmark = pytest.mark.usefixtures("no_tries")

ME = "/api/v1/me"
OTHER = "another long password"


@pytest.fixture
def later(clock: MovableClock) -> Iterator[MovableClock]:
    yield clock
    clock.ahead = timedelta()


@pytest.fixture
def browser(client: HttpClient) -> Browser:
    return Browser(client)


@pytest.fixture
async def owner(client: HttpClient, store: Store, workspace: WorkspaceId) -> tuple[Browser, Account]:
    return await signed_in(store, workspace, client)


def text_of(answer: Answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.body.decode())).split())


async def test_the_form_signs_in_and_leads_back_to_where_one_was(
    browser: Browser, store: Store, workspace: WorkspaceId
) -> None:
    account = await make_account(store, workspace)
    page = await browser.get("/sign-in?next=%2Fpanel%2Fchannels%3Fa%3D1")
    assert page.status == 200
    assert 'name="next" value="/panel/channels?a=1"' in page.body.decode()
    answer = await browser.form(
        "/sign-in", email=account.email, password=PASSWORD, next="/panel/channels?a=1"
    )
    assert (answer.status, answer.headers["Location"]) == (303, "/panel/channels?a=1")
    assert (await browser.get("/panel/channels")).status == 200
    again = await browser.get("/sign-in?next=/panel/channels")
    assert (again.status, again.headers["Location"]) == (303, "/panel/channels")


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "",
        "x",
        "/" + "a" * 3000,
    ],
)
def test_signing_in_leads_nowhere_else(wanted: str) -> None:
    assert safe_next(wanted) == "/panel"


async def test_what_was_wrong_is_one_line_that_names_neither_and_counts_down(
    browser: Browser, store: Store, workspace: WorkspaceId
) -> None:
    account = await make_account(store, workspace)
    for email in (account.email, f"nobody-{account.email}"):
        for left in (
            "4 tries left.",
            "3 tries left.",
            "2 tries left.",
            "1 try left.",
            "That was the last try for now.",
        ):
            answer = await browser.form("/sign-in", email=email, password="not the one", next="/panel")
            assert answer.status == 401
            assert f"E-mail and password do not match. {left}" in text_of(answer)
            assert "not the one" not in answer.body.decode()
            assert f'value="{email}"' in answer.body.decode()
        held = await browser.form("/sign-in", email=email, password=PASSWORD, next="/panel")
        assert held.status == 429
        assert re.search(r"Too many tries\. Try again in (29|30) seconds\.", text_of(held))
        assert int(held.headers["Retry-After"]) in {29, 30}
    assert browser.secret == ""


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
async def test_the_page_speaks_the_language_that_was_chosen(browser: Browser, language: str) -> None:
    page = await browser.get(f"/sign-in?lang={language}", headers={"Accept-Language": "fr"})
    assert f'<html lang="{language}"' in page.body.decode()
    wrong = await browser.form("/sign-in", email="a@b.example", password="no", lang=language)
    said = {"en": "do not match", "ru": "не подходят", "uz": "mos emas"}
    assert said[language] in text_of(wrong)


async def test_a_form_of_another_site_signs_nobody_in(
    browser: Browser, store: Store, workspace: WorkspaceId
) -> None:
    account = await make_account(store, workspace)
    for origin in ("https://evil.example", "null", None):
        answer = await browser.form(
            "/sign-in", headers={"Origin": origin}, email=account.email, password=PASSWORD
        )
        assert answer.status == 403
    assert browser.secret == ""


async def test_over_plain_http_from_elsewhere_no_password_is_asked_for(
    browser: Browser, store: Store, workspace: WorkspaceId
) -> None:
    account = await make_account(store, workspace)
    lan = {"Host": "desk.lan:8000", "Origin": "http://desk.lan:8000"}
    page = await browser.get("/sign-in", headers=lan)
    assert page.status == 403
    assert 'type="password"' not in page.body.decode()
    said = text_of(page)
    assert "PUBLIC_URL" in said
    assert re.search(r"ssh -L \d+:localhost:\d+ desk\.lan", said)
    rewritten = {"Host": "127.0.0.1:8000", "Origin": "http://desk.lan"}
    assert (
        await browser.form("/sign-in", headers=rewritten, email=account.email, password=PASSWORD)
    ).status == 403
    for path in ("/sign-in", "/forgot", "/sign-in/code"):
        assert (await browser.form(path, headers=lan, email=account.email, password=PASSWORD)).status == 403
    by_api = await browser.post(
        "/api/v1/session", headers=lan, json={"email": account.email, "password": PASSWORD}
    )
    assert (by_api.status, by_api.json()["code"]) == (403, "forbidden")
    assert browser.secret == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "desk.example"},
        {"Host": "desk.other", "Origin": "https://desk.other"},
        {"Host": "localhost:8000", "Origin": "http://localhost:8000"},
        {"Host": "[::1]:8000", "Origin": "http://[::1]:8000"},
        {"Host": "desk.localhost", "Origin": "http://desk.localhost"},
    ],
)
async def test_behind_a_proxy_with_tls_and_on_the_machine_itself_it_is(
    browser: Browser, store: Store, workspace: WorkspaceId, headers: dict[str, str]
) -> None:
    account = await make_account(store, workspace)
    sent = {"Origin": "https://desk.example", **headers}
    answer = await browser.form("/sign-in", headers=sent, email=account.email, password=PASSWORD)
    assert answer.status == 303


async def test_signing_out_by_form_needs_the_pages_token(owner: tuple[Browser, Account]) -> None:
    browser, _ = owner
    token, browser.csrf = browser.csrf, ""
    assert (await browser.form("/sign-out")).status == 403
    assert (await browser.form("/sign-out", csrf="x" * 43)).status == 403
    assert (
        await browser.form("/sign-out", csrf=token, headers={"Origin": "https://evil.example"})
    ).status == 403
    assert (await browser.get(ME)).status == 200
    answer = await browser.form("/sign-out", csrf=token)
    assert (answer.status, answer.headers["Location"], browser.secret) == (303, "/sign-in?out=1", "")
    assert "You are signed out." in text_of(await browser.get("/sign-in?out=1"))


async def invited(browser: Browser, **wanted: str) -> str:
    body = {"email": "bo@example.com", "role": "operator", "name": "Bo", **wanted}
    link = (await browser.put("/api/v1/invitations", json=body)).json()["link"]
    return str(link).removeprefix("https://desk.example")


async def test_an_invitation_makes_an_account_with_its_role_once(
    client: HttpClient, owner: tuple[Browser, Account], workspace: WorkspaceId
) -> None:
    email = f"bo-{owner[1].email}"
    path = await invited(owner[0], email=email)
    browser = Browser(client)
    page = await browser.get(path)
    assert "Your role: Operator." in text_of(page)
    assert 'value="Bo"' in page.body.decode()
    answer = await browser.form(path, name="Bo Diaz", password=OTHER)
    assert (answer.status, answer.headers["Location"]) == (303, "/panel")
    me = (await browser.get(ME)).json()
    assert (me["email"], me["name"], me["role"], me["workspace_id"]) == (
        email,
        "Bo Diaz",
        "operator",
        workspace,
    )
    for again in (await client.get(path), await Browser(client).form(path, name="Eve", password=OTHER)):
        assert again.status == 401
        assert "This link does not work any more" in text_of(again)
    assert (await Browser(client).sign_in(email, OTHER)).status == 201


async def test_of_two_who_send_an_invitation_at_once_one_gets_in(
    client: HttpClient, owner: tuple[Browser, Account]
) -> None:
    path = await invited(owner[0], email=f"bo-{owner[1].email}")
    answers = await asyncio.gather(
        *(Browser(client).form(path, name=f"Bo {n}", password=OTHER) for n in range(4))
    )
    assert sorted(answer.status for answer in answers) == [303, 401, 401, 401]


async def test_an_invitation_runs_out_is_replaced_and_is_taken_back(
    client: HttpClient, owner: tuple[Browser, Account], later: MovableClock
) -> None:
    browser, account = owner
    email = f"bo-{account.email}"
    first, second = await invited(browser, email=email), await invited(browser, email=email.upper())
    assert (await client.get(first)).status == 401
    assert (await client.get(second)).status == 200
    (listed,) = (await browser.get("/api/v1/invitations")).json()["data"]
    await browser.send("DELETE", f"/api/v1/invitations/{listed['id']}")
    assert (await client.get(second)).status == 401
    third = await invited(browser, email=email)
    later.ahead = links.INVITATION_LIVES
    assert (await client.get(third)).status == 401
    assert (await Browser(client).form(third, name="Bo", password=OTHER)).status == 401


@pytest.mark.parametrize(
    ("name", "password", "complaint"),
    [
        ("", OTHER, "Write your name"),
        ("a\u202eb", OTHER, "one line of plain text"),
        ("Bo", "short", "at least 10 characters"),
        ("Bo", "", "at least 10 characters"),
        ("Bo", "abababababababab", "repeats a few characters"),
    ],
)
async def test_what_an_invitation_cannot_take_is_pointed_at_and_the_link_lives_on(
    client: HttpClient, owner: tuple[Browser, Account], name: str, password: str, complaint: str
) -> None:
    path = await invited(owner[0], email=f"bo-{owner[1].email}")
    answer = await Browser(client).form(path, name=name, password=password)
    assert (answer.status, complaint in text_of(answer)) == (422, True)
    assert (await Browser(client).form(path, name="Bo", password=OTHER)).status == 303


async def test_an_address_with_an_account_elsewhere_is_told_to_its_holder_only(
    client: HttpClient, owner: tuple[Browser, Account], store: Store, other_workspace: WorkspaceId
) -> None:
    elsewhere = await make_account(store, other_workspace)
    path = await invited(owner[0], email=elsewhere.email)
    answer = await Browser(client).form(path, name="Bo", password=OTHER)
    assert (answer.status, "Another account has this e-mail address." in text_of(answer)) == (422, True)


@pytest.mark.parametrize("query", ["", "?token=", "?token=%3Cscript%3E", "?token=" + "x" * 43])
@pytest.mark.parametrize("path", ["/invitation", "/reset"])
async def test_links_that_are_none_say_so_and_nothing_of_it_back(
    client: HttpClient, path: str, query: str
) -> None:
    answer = await client.get(path + query)
    assert answer.status == 401
    assert "This link does not work any more" in text_of(answer)
    assert "script>" not in answer.body.decode()


async def test_a_link_of_one_kind_is_none_of_the_other(
    client: HttpClient, owner: tuple[Browser, Account]
) -> None:
    path = await invited(owner[0], email=f"bo-{owner[1].email}")
    assert (await client.get(path.replace("/invitation", "/reset"))).status == 401
    assert (await client.get(path)).status == 200


async def test_a_reset_link_gives_another_password_once_and_ends_every_session(
    client: HttpClient, owner: tuple[Browser, Account], store: Store, workspace: WorkspaceId
) -> None:
    colleague, account = await signed_in(store, workspace, client, role="operator")
    made = await owner[0].put(f"/api/v1/people/{account.id}/reset-link")
    path = made.json()["link"].removeprefix("https://desk.example")
    browser = Browser(client)
    assert account.email in text_of(await browser.get(path))
    assert (await browser.form(path, password="short")).status == 422
    assert (await browser.form(path, password=OTHER)).status == 303
    assert (await browser.get(ME)).json()["id"] == account.id
    await asyncio.sleep(REMEMBER_S)
    assert (await colleague.get(ME)).status == 401
    assert (await Browser(client).form(path, password="yet another password")).status == 401
    assert (await Browser(client).sign_in(account.email, OTHER)).status == 201


@pytest.fixture
async def posted(web_program: Program) -> AsyncIterator[tuple[HttpClient, list[Letter]]]:
    """A program that has mail set up."""
    letters: list[Letter] = []

    async def post(_workspace: WorkspaceId, _tx: Tx, letter: Letter) -> bool:
        letters.append(letter)
        return True

    async with (
        serving(build(replace(web_program, post=post))) as url,
        http_client(url) as opened,
    ):
        yield opened, letters


async def test_who_forgot_gets_a_link_by_mail_and_nobody_learns_who_is_here(
    posted: tuple[HttpClient, list[Letter]], store: Store, workspace: WorkspaceId
) -> None:
    client, letters = posted
    account, browser = await make_account(store, workspace), Browser(posted[0])
    known = await browser.form("/forgot", email=account.email)
    unknown = await browser.form("/forgot", email=f"nobody-{account.email}")
    assert (known.status, known.body) == (200, unknown.body)

    async def arrived() -> bool:
        return bool(letters)

    await until(arrived)
    (letter,) = letters
    assert (letter.kind, letter.to) == ("reset", account.email)
    path = letter.link.removeprefix("https://desk.example")

    async def works() -> bool:
        return (await client.get(path)).status == 200

    await until(works)  # the letter is written in the commit that makes the link
    assert (await Browser(client).form(path, password=OTHER)).status == 303


async def test_strangers_do_not_learn_where_and_how_the_program_runs(client: HttpClient) -> None:
    for answer in (
        await client.get("/forgot"),
        await client.get("/forgot?lang=ru"),
        await client.get("/forgot?lang=uz"),
        await Browser(client).form("/forgot", email="nobody@example.com"),
    ):
        body = answer.body.decode()
        assert (answer.status, "People" in body) == (200, True)
        assert not re.findall("FRONTDESK_DATA|/srv|user reset", body)


async def test_who_asks_for_links_again_and_again_is_held_back_and_can_still_sign_in(
    posted: tuple[HttpClient, list[Letter]], store: Store, workspace: WorkspaceId
) -> None:
    client, _ = posted
    account = await make_account(store, workspace)
    # A whole office behind one address asks, each for their own.
    statuses = [
        (await Browser(client).form("/forgot", email=f"{number}-{account.email}")).status
        for number in range(32)
    ]
    assert statuses == [200] * 30 + [429] * 2
    assert (await Browser(client).sign_in(account.email)).status == 201


async def test_the_address_of_before_is_told_that_another_signs_in(
    posted: tuple[HttpClient, list[Letter]], store: Store, workspace: WorkspaceId
) -> None:
    client, letters = posted
    browser, account = await signed_in(store, workspace, client)
    new = f"new-{account.email}"
    for email in (new, new):  # the second time nothing is changed
        answer = await browser.put(f"{ME}/email", json={"email": email, "password": PASSWORD})
        assert answer.status == 200
    (letter,) = letters
    assert (letter.kind, letter.to, letter.email) == ("email_changed", account.email, new)


async def test_without_mail_asking_does_not_spoil_a_link_that_was_handed_on(
    client: HttpClient, owner: tuple[Browser, Account]
) -> None:
    browser, account = owner
    made = await browser.put(f"/api/v1/people/{account.id}/reset-link")
    assert (await Browser(client).form("/forgot", email=account.email)).status == 200
    assert (await client.get(made.json()["link"].removeprefix("https://desk.example"))).status == 200


async def test_an_invitation_is_mailed_where_mail_is_set_up(
    posted: tuple[HttpClient, list[Letter]], store: Store, workspace: WorkspaceId
) -> None:
    client, letters = posted
    browser, account = await signed_in(store, workspace, client)
    answer = await browser.put(
        "/api/v1/invitations", json={"email": f"bo-{account.email}", "role": "manager"}
    )
    assert answer.json()["mailed"] is True
    (letter,) = letters
    assert (letter.kind, letter.by, letter.role, letter.link) == (
        "invitation",
        "Ann Lee",
        "manager",
        answer.json()["link"],
    )


XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


async def test_whatever_is_typed_is_text(client: HttpClient, owner: tuple[Browser, Account]) -> None:
    path = await invited(owner[0], email=f"bo-{owner[1].email}", name=XSS[:70])
    answers = [
        await Browser(client).form("/sign-in", email=XSS, password=XSS, next=XSS, lang=XSS),
        await client.get("/sign-in?next=%3Cscript%3E&lang=%22%3E%3Cscript%3E&%22%3E%3Cscript%3E=1"),
        await Browser(client).form("/forgot", email=XSS),
        await client.get(path),
        await Browser(client).form(path, name=XSS, password="x"),
    ]
    for answer in answers:
        body = answer.body.decode()
        assert "<script>" not in body
        assert "<img" not in body
        assert "49" not in re.findall(r"\{\{ 7|>49<", body)


@pytest.mark.parametrize("path", ["/sign-in", "/forgot", "/invitation", "/sign-in/code"])
async def test_no_page_can_be_framed_kept_or_made_to_run_anything(client: HttpClient, path: str) -> None:
    answer = await client.get(path)
    if answer.status != 303:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script>", answer.body.decode())
