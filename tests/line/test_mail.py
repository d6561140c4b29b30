"""Mail of a workspace, from its settings over the API to what a real mail server takes."""

import string
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from tests.doubles.http_client import Answer
from tests.doubles.mail_server import MailServer, certificate
from tests.program import Program, until
from tests.web.people import PASSWORD, signed_in

from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.store import workspaces
from frontdesk.store.ids import mint
from frontdesk.store.keys import create_key
from frontdesk.turn import letters, mails
from frontdesk.turn.letters import Entry, Letter

PATH = "/api/v1/settings/mail"
LETTER = Letter(
    "invitation",
    {"inviter": "Ann <b>", "role": "operator {workspace}", "until": "tomorrow"},
    link="https://desk.example/join?token=abc&x=1",
)


class Office:
    """A workspace with a key that may change its settings."""

    def __init__(self, program: Program, workspace: WorkspaceId, key: str) -> None:
        self.program = program
        self.workspace = workspace
        self.key = key
        self.version = "*"

    async def get(self) -> dict[str, Any]:
        answer = await self.program.client.get(PATH, key=self.key)
        assert answer.status == 200, answer.body
        self.version = answer.headers["ETag"]
        found: dict[str, Any] = answer.json()
        return found

    async def patch(self, settings: Mapping[str, object], *, if_match: str = "*") -> Answer:
        return await self.program.client.send(
            "PATCH", PATH, key=self.key, json={"settings": settings}, headers={"If-Match": if_match}
        )

    async def test(self, **given: object) -> Answer:
        return await self.program.client.post(PATH + "/test", key=self.key, json=given)

    async def post(self, letter: Letter = LETTER, *, to: str = "jo@example.com", language: str = "") -> str:
        running = self.program.running
        async with running.store.unit_of_work(self.workspace) as tx:
            made = await mails.post(running.mailing, self.workspace, tx, letter, to=to, language=language)
        assert made is not None
        return made

    async def ended(self, delivery_id: str) -> dict[str, Any]:
        async def row() -> dict[str, Any] | None:
            found = await self.program.query(
                "SELECT * FROM deliveries WHERE workspace_id = $1 AND id = $2", self.workspace, delivery_id
            )
            return found[0] if found[0]["detail"] else None

        found: dict[str, Any] = await until(row)
        return found


@pytest.fixture
async def office(program: Program) -> Office:
    return await office_of(program)


async def office_of(program: Program, *scopes: str) -> Office:
    workspace = WorkspaceId(mint("ws"))
    async with program.running.store.unit_of_work(workspace) as tx:
        await workspaces.create(workspace, tx, name="Northwind & Sons")
        _, key = await create_key(
            workspace, tx, kind="api", name="Settings", scopes=frozenset(scopes or {"admin"})
        )
    return Office(program, workspace, key.reveal())


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with MailServer() as running:
        yield running


def plain(mail_server: MailServer) -> dict[str, object]:
    return {
        "host": "127.0.0.1",
        "port": mail_server.port,
        "encryption": "none",
        "from_address": "desk@northwind.example",
    }


async def test_at_first_nothing_is_set_up_and_the_caller_is_told(office: Office) -> None:
    found = await office.get()
    assert (found["configured"], found["kinds"], found["recent"]) == (False, ["smtp"], [])
    running = office.program.running
    async with running.store.unit_of_work(office.workspace) as tx:
        assert not await mails.can_send(office.workspace, tx)
        assert await mails.post(running.mailing, office.workspace, tx, LETTER, to="jo@example.com") is None


async def test_settings_are_kept_and_the_password_never_comes_out(office: Office) -> None:
    given = {
        "host": "mail.example.com",
        "from_address": "a@example.com",
        "user_name": "jo",
        "password": "s3cr3t",
    }
    answer = await office.patch(given)
    assert answer.status == 200, answer.body
    assert b"s3cr3t" not in answer.body
    found = await office.get()
    assert found["settings"]["host"] == "mail.example.com"
    assert (found["kind"], found["secret_names"]) == ("smtp", ["password"])
    for table in (
        "SELECT * FROM mail_settings WHERE workspace_id = $1",
        "SELECT * FROM audit WHERE workspace_id = $1",
        "SELECT * FROM secrets WHERE workspace_id = $1",
    ):
        rows = await office.program.query(table, office.workspace)
        assert rows
        assert "s3cr3t" not in repr(rows)


async def test_two_people_change_it_and_the_second_is_told(office: Office, mail_server: MailServer) -> None:
    await office.get()
    assert (await office.patch(plain(mail_server), if_match=office.version)).status == 200
    late = await office.patch({"from_name": "Late"}, if_match=office.version)
    assert (late.status, late.json()["code"]) == (412, "conflict")
    assert (await office.get())["settings"]["from_name"] == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"port": 70000}, "settings.port"),
        ({"from_address": "nobody"}, "settings.from_address"),
        ({"from_adress": "a@example.com"}, "settings.from_adress"),
        ({"host": "10.0.0.7"}, "settings.host"),
        ({"host": "no host"}, "settings.host"),
        ({"user_name": "jo", "password": "s3cr3t"}, "settings"),
    ],
)
async def test_settings_that_cannot_be_are_refused_at_their_field(
    office: Office, mail_server: MailServer, wrong: dict[str, object], field: str
) -> None:
    answer = await office.patch({**plain(mail_server), **wrong})
    assert answer.status in {400, 403, 422}, answer.body
    assert answer.json()["field"] == field
    assert b"s3cr3t" not in answer.body
    assert not (await office.get())["configured"]


async def test_a_stored_password_is_sent_to_no_other_server(office: Office) -> None:
    given = {
        "host": "mail.example.com",
        "from_address": "a@example.com",
        "user_name": "jo",
        "password": "s3cr3t",
    }
    await office.patch(given)
    for attempt in (
        await office.patch({"host": "mail.evil.example"}),
        await office.test(to="jo@example.com", settings={"host": "mail.evil.example"}),
    ):
        assert attempt.json()["field"] == "settings.password", attempt.body


async def test_a_mail_is_sent_by_way_of_deliveries(office: Office, mail_server: MailServer) -> None:
    await office.patch(plain(mail_server))
    row = await office.ended(await office.post())
    assert (row["status"], row["tries"], row["detail"]) == ("sent", 1, "250 Ok: taken as 1")
    (got,) = mail_server.received
    assert got.recipients == ("jo@example.com",)
    assert got.message["Subject"] == "Ann <b> invites you to Northwind & Sons"
    assert "Ann <b> invites you to Northwind & Sons as operator {workspace}." in got.text()
    assert LETTER.link in got.text()
    html = got.text("html")
    assert "Ann &lt;b&gt;" in html
    assert "<b>" not in html
    assert 'href="https://desk.example/join?token=abc&amp;x=1"' in html
    recent = (await office.get())["recent"]
    assert [(mail["status"], mail["detail"]) for mail in recent] == [("sent", "250 Ok: taken as 1")]


async def test_the_address_of_before_gets_the_news_of_another(
    office: Office, mail_server: MailServer
) -> None:
    assert (await office.patch(plain(mail_server))).status == 200
    browser, account = await signed_in(
        office.program.running.store, office.workspace, office.program.client, role="operator"
    )
    body = {"email": f"new-{account.email}", "password": PASSWORD}
    assert (await browser.put("/api/v1/me/email", json=body)).status == 200

    async def arrived() -> bool:
        return bool(mail_server.received)

    await until(arrived)
    (got,) = mail_server.received
    assert got.recipients == (account.email,)
    assert got.message["Subject"] == "Another e-mail address for Northwind & Sons"
    assert f"new-{account.email}" in got.text()


async def test_links_do_not_lie_open_in_the_database(office: Office, mail_server: MailServer) -> None:
    await office.patch(plain(mail_server))
    row = await office.ended(await office.post())
    assert b"token=abc" not in row["body"]
    assert b"jo@example.com" not in row["body"]


@pytest.mark.parametrize(
    ("language", "subject"), [("ru", "Новый пароль"), ("uz", "yangi parol"), ("de", "A new password")]
)
async def test_a_mail_is_in_the_readers_language(
    office: Office, mail_server: MailServer, language: str, subject: str
) -> None:
    await office.patch(plain(mail_server))
    await office.ended(await office.post(Letter("reset", {"until": "12:00"}), language=language))
    assert subject in mail_server.received[0].message["Subject"]
    assert mail_server.received[0].message["Content-Language"] == ("en" if language == "de" else language)


async def test_what_people_said_is_text_in_a_transcript(office: Office, mail_server: MailServer) -> None:
    await office.patch(plain(mail_server))
    entries = (Entry("Jo", "<script>alert(1)</script>\nsecond", "12:00"), Entry("Nora", "{link}"))
    await office.ended(await office.post(Letter("transcript", {"date": "1 March"}, entries=entries)))
    assert "Jo, 12:00:\n  <script>alert(1)</script>\n  second" in mail_server.received[0].text().replace(
        "\r", ""
    )
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in mail_server.received[0].text("html")


async def test_a_server_that_says_later_is_asked_again(office: Office, mail_server: MailServer) -> None:
    await office.patch(plain(mail_server))
    mail_server.answers("RCPT", "451 4.7.1 Greylisted", None)
    posted = await office.post()
    row = await office.ended(posted)
    assert (row["status"], row["detail"]) == ("waiting", "451 4.7.1 Greylisted")

    async def sent() -> bool:
        return bool((await office.ended(posted))["status"] == "sent")

    await until(sent)
    assert (await office.ended(posted))["tries"] == 2


async def test_a_recipient_that_is_refused_is_told_and_given_up(
    office: Office, mail_server: MailServer
) -> None:
    await office.patch(plain(mail_server))
    mail_server.answers("RCPT", "550 5.1.1 No such user", None)
    refused = await office.ended(await office.post(to="gone@example.com"))
    assert (refused["status"], refused["detail"]) == ("failed", "550 5.1.1 No such user")
    assert (await office.ended(await office.post()))["status"] == "sent"


async def test_mails_that_wait_are_given_up_when_the_server_is_taken_away(
    office: Office, mail_server: MailServer
) -> None:
    await office.patch(plain(mail_server))
    answer = await office.program.client.send("DELETE", PATH, key=office.key)
    assert answer.status == 204
    assert not (await office.get())["configured"]
    again = await office.program.client.send("DELETE", PATH, key=office.key)
    assert again.status == 404
    secrets = await office.program.query("SELECT 1 FROM secrets WHERE workspace_id = $1", office.workspace)
    assert secrets == []


async def test_a_test_mail_says_what_came_back_and_keeps_nothing(
    office: Office, mail_server: MailServer
) -> None:
    answer = await office.test(to="jo@example.com", settings=plain(mail_server))
    tried = answer.json()
    assert (tried["ok"], tried["detail"], tried["to"]) == (True, "250 Ok: taken as 1", "jo@example.com")
    assert tried["took_ms"] >= 0
    assert mail_server.received[0].message["Subject"] == tried["subject"] == "Test mail of Northwind & Sons"
    mail_server.answers("RCPT", "550 5.1.1 No such user")
    failed = (await office.test(to="jo@example.com", settings=plain(mail_server))).json()
    assert (failed["ok"], failed["detail"]) == (False, "550 5.1.1 No such user")
    assert not (await office.get())["configured"]
    assert (
        await office.program.query("SELECT 1 FROM deliveries WHERE workspace_id = $1", office.workspace) == []
    )


async def test_the_password_signs_in_over_tls(
    office: Office, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(signed.authority))
    async with MailServer(encryption="starttls", user=("jo", "s3cr3t"), certificate=signed) as mail_server:
        await office.patch(
            {**plain(mail_server), "encryption": "starttls", "user_name": "jo", "password": "s3cr3t"}
        )
        row = await office.ended(await office.post())
    assert row["status"] == "sent", row["detail"]
    assert mail_server.received[0].user == "jo"


async def test_only_who_may_change_settings_can(program: Program) -> None:
    reader = await office_of(program, "read:workspace")
    assert not (await reader.get())["configured"]
    assert (await reader.patch({"host": "mail.example.com"})).status == 403
    assert (await reader.test(to="jo@example.com")).status == 403


@pytest.mark.parametrize(
    "to", ["", "jo", "jo@", "jo@example.com, eve@example.com", "jo@example.com\nBcc: x@y.z"]
)
async def test_a_mail_goes_to_one_plain_address(office: Office, mail_server: MailServer, to: str) -> None:
    await office.patch(plain(mail_server))
    with pytest.raises(Refused):
        await office.post(to=to)
    assert (await office.test(to=to)).status == 422
    assert mail_server.connections == 0


def test_every_language_has_every_letter_with_the_same_values() -> None:
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    found = letters.catalogues()
    english = found["en"]
    assert {"ru", "uz"} <= found.keys()
    for language, catalogue in found.items():
        assert catalogue.letters.keys() == english.letters.keys(), language
        for kind, wording in catalogue.letters.items():
            same = english.letters[kind]
            assert bool(wording.button) == bool(same.button)
            whole = " ".join((wording.subject, *wording.body, *wording.after))
            assert places(whole) == places(" ".join((same.subject, *same.body, *same.after))), (
                language,
                kind,
            )
