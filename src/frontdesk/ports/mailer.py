"""Mail: what one is made of, and who hands it to a mail server. `turn.mails` writes them, a plug-in sends them."""

from typing import Protocol

import msgspec

from frontdesk.ports.outlet import Outlet


class Mail(msgspec.Struct, frozen=True, omit_defaults=True):
    """One mail to one recipient, the same on every attempt. Who it is from stands in the mailer's settings.

    Attributes:
        to: A plain address, `name@host`.
        subject: One line.
        text: The whole mail for readers that show no HTML.
        html: The same as a document, with everything that people wrote escaped.
        language: Of the text, ISO 639-1.
        written_at: Seconds since 1970, for the `Date` line.
        reply_to: An address for answers; empty for the one in the settings.
    """

    to: str
    subject: str
    text: str
    html: str
    language: str
    written_at: float
    reply_to: str = ""


class Mailer(Outlet, Protocol):
    """An outlet whose bodies are mails, as `encode` writes them.

    Its settings have `from_address`. A refused recipient is an outcome like any other: `Sent.detail` has the
    server's own words, `retry` is for answers that say "later" (4xx), and for servers that cannot be reached.
    """


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Mail)


def encode(mail: Mail) -> bytes:
    """Write a mail as the body of a delivery.

    Returns:
        JSON.
    """
    return _ENCODER.encode(mail)


def decode(body: bytes) -> Mail:
    """Read the body of a delivery.

    Returns:
        The mail that `encode` wrote.
    """
    return _DECODER.decode(body)
