"""Hands one mail to the mail server; whether and when again is for `turn/deliver`.

Each mail has a connection of its own, made through the guard. 2xx: accepted. 4xx, and a server that cannot be reached
or breaks off: again, later. 5xx: never again.
"""

import asyncio
import socket
import ssl

import aiosmtplib
from pydantic import ValidationError

from frontdesk.core.errors import LedAstray, Refused
from frontdesk.kit.outside import Outside
from frontdesk.plugins.connectors.smtp import wire
from frontdesk.plugins.connectors.smtp.settings import SmtpSettings
from frontdesk.ports import mailer
from frontdesk.ports.dial import DialFailed, DialTimeout
from frontdesk.ports.mailer import Mail
from frontdesk.ports.outlet import Outgoing, Sent

_CONNECT_S = 10.0
_TIMEOUT_S = 30.0
_QUIT_S = 2.0


class Smtp:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def send(self, outgoing: Outgoing) -> Sent:
        try:
            settings = SmtpSettings.model_validate(outgoing.settings)
        except ValidationError as error:
            # Names of fields only: an error's own text may quote a secret.
            fields = {".".join(map(str, found["loc"])) for found in error.errors(include_input=False)}
            return Sent(ok=False, detail=f"the mail settings are wrong: {', '.join(sorted(fields - {''}))}")
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                return await self._hand_over(mailer.decode(outgoing.body), settings, outgoing.delivery_id)
        except Refused as error:
            return Sent(ok=False, retry=isinstance(error, LedAstray), detail=error.message)
        except (DialFailed, DialTimeout) as error:
            return Sent(ok=False, retry=True, detail=str(error))
        except TimeoutError:
            return Sent(
                ok=False, retry=True, detail=f"the mail server did not answer within {_TIMEOUT_S:g} s"
            )

    async def _hand_over(self, mail: Mail, settings: SmtpSettings, delivery_id: str) -> Sent:
        dialled = await self._outside.dial.connect(
            settings.host, settings.port, purpose="mail", timeout_s=_CONNECT_S
        )
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            sock=socket.socket(fileno=dialled.detach()),
            local_hostname=wire.domain(settings),
            use_tls=settings.encryption == "tls",
            start_tls=settings.encryption == "starttls",
            tls_context=None if settings.encryption == "none" else ssl.create_default_context(),
            username=settings.user_name or None,
            password=settings.password.get_secret_value() or None,
            timeout=_TIMEOUT_S,
        )
        try:
            await client.connect()
            _, words = await client.sendmail(
                settings.from_address, [mail.to], wire.message(mail, settings, delivery_id)
            )
            await _say_goodbye(client)
        except (aiosmtplib.SMTPException, OSError) as error:
            return _explained(error)
        finally:
            client.close()
        return wire.judged(250, words)


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit(timeout=_QUIT_S)
    except (aiosmtplib.SMTPException, OSError):
        return  # the mail was accepted already


def _explained(error: Exception) -> Sent:
    """What went wrong in words that may be shown: the server's own, or ours."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return wire.judged(error.code, error.message)
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return Sent(ok=False, detail="the mail server does not take addresses with such letters")
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        words = f"the certificate is not valid for this host: {cause.verify_message}"
    elif isinstance(cause, ssl.SSLError):
        words = "no TLS connection could be made: is the kind of encryption right for this port?"
    elif isinstance(error, aiosmtplib.SMTPTimeoutError):
        words = "the mail server did not answer in time"
    elif type(error) is aiosmtplib.SMTPException:
        # Its own sentences: no STARTTLS, no AUTH, no way to sign in that both know.
        return Sent(ok=False, detail=str(error))
    else:
        words = "the mail server closed the connection without an answer"
    return Sent(ok=False, retry=True, detail=words)
