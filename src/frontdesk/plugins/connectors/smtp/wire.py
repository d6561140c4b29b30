"""A mail in the format of RFC 5322, and what a mail server's answers mean."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from frontdesk.plugins.connectors.smtp.settings import SmtpSettings
from frontdesk.ports.mailer import Mail
from frontdesk.ports.outlet import Sent

_DETAIL_CHARS = 300
_TAKEN, _LATER = 2, 4


def domain(settings: SmtpSettings) -> str:
    """What the sender calls itself."""
    return settings.from_address.rpartition("@")[2]


def message(mail: Mail, settings: SmtpSettings, delivery_id: str) -> bytes:
    """The same bytes on every attempt."""
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(settings.from_address, settings.from_name)
    made["To"] = _address(mail.to)
    made["Subject"] = _one_line(mail.subject)
    if reply_to := mail.reply_to or settings.reply_to:
        made["Reply-To"] = _address(reply_to)
    made["Date"] = format_datetime(datetime.fromtimestamp(mail.written_at, UTC))
    made["Message-ID"] = f"<{delivery_id}@{domain(settings)}>"
    # So that an absence notice does not come back to us (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text, cte="quoted-printable")
    made.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    made["Content-Language"] = mail.language  # after the content, which clears such headers
    # The library draws one at random, and attempts have to be alike.
    made.set_boundary(f"=_{delivery_id}")
    return made.as_bytes()


def judged(code: int, words: str) -> Sent:
    """An answer: 2xx is accepted, 4xx worth another try, everything else is no."""
    detail = f"{code} {_one_line(words)}"[:_DETAIL_CHARS]
    return Sent(ok=code // 100 == _TAKEN, retry=code // 100 == _LATER, detail=detail)


def _address(text: str, name: str = "") -> Address:
    user, _, host = text.rpartition("@")
    return Address(_one_line(name), user, host)


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
