"""A real mail server on loopback (aiosmtpd) that refuses on order, with and without TLS and a sign-in.

async with MailServer(encryption="starttls", user=("jo", "pw"), certificate=certificate) as server:
    server.answers("RCPT", "451 greylisted", None)     # one each, the last one stays; None: as usual
    ... server.received[0].message["Subject"]
"""

import asyncio
import email
import email.policy
import ssl
import warnings
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    """`authority` is what a client has to trust; `chain` is the server's own with its key."""

    authority: Path
    chain: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        return context


def certificate(folder: Path, *names: str) -> Certificate:
    """A certificate for host names and addresses, signed by an authority of its own."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    now = datetime.now(UTC)

    def begun(name: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(authority)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    root = (
        begun(authority, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    known: list[x509.GeneralName] = []
    for name in names:
        try:
            known.append(x509.IPAddress(ip_address(name)))
        except ValueError:
            known.append(x509.DNSName(name))
    own = (
        begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])]), key.public_key())
        .add_extension(x509.SubjectAlternativeName(known), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    made = Certificate(folder / "authority.pem", folder / "server.pem")
    made.authority.write_bytes(root.public_bytes(pem))
    made.chain.write_bytes(
        own.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


@dataclass(frozen=True)
class Received:
    """One mail as it was taken; `user` signed in for it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    user: str
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    def text(self, kind: Literal["plain", "html"] = "plain") -> str:
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content())


class MailServer:
    def __init__(
        self,
        *,
        encryption: Literal["none", "starttls", "tls"] = "none",
        user: tuple[str, str] | None = None,
        certificate: Certificate | None = None,
    ) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.port = 0
        self._encryption = encryption
        self._user = user
        self._context = certificate.context() if certificate is not None else None
        self._answers: defaultdict[str, deque[str | None]] = defaultdict(deque)
        self._server: asyncio.Server | None = None

    def answers(self, command: Literal["MAIL", "RCPT", "DATA"], *lines: str | None) -> None:
        self._answers[command] = deque(lines)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        tls = self._context if self._encryption == "tls" else None
        self._server = await loop.create_server(self._connected, "127.0.0.1", 0, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    def _connected(self) -> SMTP:
        self.connections += 1
        starttls = self._encryption == "starttls"
        with warnings.catch_warnings():
            # The library knows nothing of a connection's own TLS, and warns of a sign-in without.
            warnings.simplefilter("ignore")
            return SMTP(
                self,
                hostname="mail.test",
                tls_context=self._context if starttls else None,
                require_starttls=starttls,
                auth_required=self._user is not None,
                auth_require_tls=starttls,
                authenticator=self._authenticate,
                loop=asyncio.get_running_loop(),
            )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        if (given.login.decode(), given.password.decode()) == self._user:
            return AuthResult(success=True, auth_data=given)
        return AuthResult(success=False, handled=False)

    def _next(self, command: str) -> str | None:
        waiting = self._answers[command]
        return waiting.popleft() if len(waiting) > 1 else waiting[0] if waiting else None

    async def handle_MAIL(  # noqa: N802 - the library's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if line := self._next("MAIL"):
            return line
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if line := self._next("RCPT"):
            return line
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if line := self._next("DATA"):
            return line
        signed_in: LoginPassword | None = session.auth_data
        user = "" if signed_in is None else signed_in.login.decode()
        raw = envelope.content
        assert isinstance(raw, bytes)
        self.received.append(
            Received(
                envelope.mail_from or "",
                tuple(envelope.rcpt_tos),
                raw,
                user,
                encrypted=self._encryption == "tls" or session.ssl is not None,
            )
        )
        return f"250 Ok: taken as {len(self.received)}"
