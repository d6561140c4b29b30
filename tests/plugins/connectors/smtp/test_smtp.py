"""One mail to a real mail server: what arrives, and what each answer means."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from tests.doubles.mail_server import Certificate, MailServer, certificate
from tests.doubles.outside import FixedClock

from frontdesk.egress.allow import EgressSettings, parse_allow
from frontdesk.egress.dial import GuardedDial
from frontdesk.egress.http import GuardedHttp
from frontdesk.kit.outside import Outside
from frontdesk.plugins.connectors.smtp.adapter import Smtp
from frontdesk.plugins.connectors.smtp.settings import SmtpSettings
from frontdesk.ports.mailer import Mail, encode
from frontdesk.ports.outlet import Outgoing, Sent

USER = ("robot@northwind.example", "s3cr3t pässword")
MAIL = Mail(
    to="jo@example.com",
    subject="Приглашение — Northwind",
    text="Hello,\n.\nLine two\n",
    html="<!doctype html><p>Hello &lt;Jo&gt;</p>",
    language="ru",
    written_at=1_772_366_400.0,
)


@pytest.fixture
def signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    made = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    return made


@asynccontextmanager
async def mailer(*rules: str) -> AsyncIterator[Smtp]:
    settings = EgressSettings(tuple(parse_allow(rule) for rule in rules))
    http, dial = GuardedHttp(settings), GuardedDial(settings)
    try:
        yield Smtp(Outside(http, FixedClock(), "Frontdesk/0.1.0", dial=dial))
    finally:
        dial.close()
        await http.close()


def outgoing(server: MailServer, mail: Mail = MAIL, **settings: object) -> Outgoing:
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "encryption": "none",
        "from_address": "support@northwind.example",
        "from_name": "Northwind",
        **settings,
    }
    return Outgoing("dlv_1", given, encode(mail), seq=1)


async def sent(server: MailServer, **settings: Any) -> Sent:
    async with mailer(f"mail=127.0.0.1:{server.port}") as smtp:
        return await smtp.send(outgoing(server, **settings))


async def test_a_mail_arrives_as_text_and_html_with_its_headers() -> None:
    async with MailServer() as server:
        assert await sent(server) == Sent(ok=True, detail="250 Ok: taken as 1")
    (got,) = server.received
    assert (got.sender, got.recipients) == ("support@northwind.example", ("jo@example.com",))
    assert got.message["From"] == "Northwind <support@northwind.example>"
    assert got.message["Subject"] == MAIL.subject
    assert got.message["Date"] == "Sun, 01 Mar 2026 12:00:00 +0000"
    assert got.message["Message-ID"] == "<dlv_1@northwind.example>"
    assert got.message["Auto-Submitted"] == "auto-generated"
    assert got.text() == MAIL.text.replace("\n", "\r\n") or got.text() == MAIL.text
    assert "Hello &lt;Jo&gt;" in got.text("html")


async def test_every_attempt_is_the_same() -> None:
    async with MailServer() as server:
        for _ in range(2):
            await sent(server)
    assert len({got.raw for got in server.received}) == 1


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
async def test_a_password_goes_over_tls_only(
    encryption: Literal["starttls", "tls"], signed: Certificate
) -> None:
    async with MailServer(encryption=encryption, user=USER, certificate=signed) as server:
        answer = await sent(server, encryption=encryption, user_name=USER[0], password=USER[1])
    assert answer.ok, answer
    assert [(got.user, got.encrypted) for got in server.received] == [(USER[0], True)]


async def test_a_wrong_password_is_told_and_not_tried_again(signed: Certificate) -> None:
    async with MailServer(encryption="starttls", user=USER, certificate=signed) as server:
        answer = await sent(server, encryption="starttls", user_name=USER[0], password="wr0ng")
    assert (answer.ok, answer.retry) == (False, False)
    assert answer.detail.startswith("535 ")
    assert "wr0ng" not in answer.detail


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
async def test_a_certificate_that_is_not_trusted_ends_it_before_anything_is_said(
    encryption: Literal["starttls", "tls"], tmp_path: Path
) -> None:
    untrusted = certificate(tmp_path, "127.0.0.1")
    async with MailServer(encryption=encryption, user=USER, certificate=untrusted) as server:
        answer = await sent(server, encryption=encryption, user_name=USER[0], password=USER[1])
    assert (answer.ok, answer.retry) == (False, True)
    assert answer.detail.startswith("the certificate is not valid for this host")
    assert server.received == []


async def test_a_certificate_for_another_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = certificate(tmp_path, "mail.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.authority))
    async with MailServer(encryption="starttls", certificate=other) as server:
        answer = await sent(server, encryption="starttls")
    assert answer.detail.startswith("the certificate is not valid for this host")


async def test_a_server_without_starttls_gets_nothing() -> None:
    async with MailServer() as server:
        answer = await sent(server, encryption="starttls")
    assert (answer.ok, answer.retry) == (False, False)
    assert "STARTTLS" in answer.detail
    assert server.received == []


async def test_tls_on_a_port_that_speaks_in_the_clear_says_what_may_be_wrong() -> None:
    async with MailServer() as server:
        answer = await sent(server, encryption="tls")
    assert (answer.ok, answer.retry) == (False, True)
    assert "kind of encryption" in answer.detail


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("line", "retry"), [("451 4.7.1 Greylisted", True), ("550 5.1.1 No such user", False)]
)
async def test_the_servers_no_is_an_outcome_in_its_own_words(
    command: Literal["MAIL", "RCPT", "DATA"], line: str, *, retry: bool
) -> None:
    async with MailServer() as server:
        server.answers(command, line)
        assert await sent(server) == Sent(ok=False, retry=retry, detail=line)
    assert server.received == []


async def test_nobody_listening_is_worth_another_try() -> None:
    async with MailServer() as server:
        pass
    answer = await sent(server)
    assert answer == Sent(ok=False, retry=True, detail="no connection could be made")


async def test_an_inside_address_has_to_be_opened() -> None:
    async with MailServer() as server, mailer() as smtp:
        answer = await smtp.send(outgoing(server))
        assert (answer.ok, answer.retry) == (False, False)
        assert f"FRONTDESK_EGRESS_ALLOW=mail=127.0.0.1:{server.port}" in answer.detail
        assert server.connections == 0


@pytest.mark.parametrize("port", [25, 465, 587, 2525])
async def test_the_ports_of_mail_servers_are_open_for_mail_alone(port: int) -> None:
    async with mailer() as smtp:
        server = MailServer()
        server.port = port
        answer = await smtp.send(outgoing(server))
    assert "a loopback address" in answer.detail


async def test_a_line_break_in_a_subject_makes_no_header() -> None:
    mail = Mail("jo@example.com", "Hi\r\nBcc: eve@example.com", "x", "x", "en", 0.0)
    async with MailServer() as server, mailer(f"mail=127.0.0.1:{server.port}") as smtp:
        assert (await smtp.send(outgoing(server, mail))).ok
    assert server.received[0].message["Bcc"] is None
    assert server.received[0].message["Subject"] == "Hi Bcc: eve@example.com"


async def test_settings_that_are_wrong_are_named_without_what_was_typed() -> None:
    async with mailer() as smtp:
        answer = await smtp.send(outgoing(MailServer(), port="s3cr3t", password=7))
    assert answer.detail == "the mail settings are wrong: password, port"


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": ""},
        {"port": 0},
        {"from_address": ""},
        {"from_address": "nobody"},
        {"from_address": "a b@example.com"},
        {"from_name": "A\nB"},
        {"user_name": "jo"},
        {"user_name": "jo", "password": "pw", "encryption": "none"},
        {"other": 1},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    good = {"host": "mail.example.com", "from_address": "support@Пример.example"}
    assert SmtpSettings.model_validate(good).from_address == "support@xn--e1afmkfd.example"
    with pytest.raises(ValueError, match=next(iter(wrong)).partition("_")[0] + r"|password|address"):
        SmtpSettings.model_validate({**good, **wrong})
