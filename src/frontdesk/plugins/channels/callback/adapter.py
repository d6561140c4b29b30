"""Posts stored bubbles to the address that the operator named; whether and when again is for `turn/deliver`.

2xx: done. 410: never again. Everything else, redirects included: again, later.
"""

from pydantic import ValidationError

from frontdesk.core.errors import Refused
from frontdesk.core.message import Part
from frontdesk.kit import retry_after
from frontdesk.kit.outside import Outside
from frontdesk.plugins.channels.callback import wire
from frontdesk.plugins.channels.callback.settings import CallbackSettings
from frontdesk.ports.http import HttpFailed, HttpReply, HttpRequest, HttpTimeout
from frontdesk.ports.outlet import Outgoing, Sent

_TIMEOUT_S = 15.0
_READ_BYTES = 20_000
_DETAIL_CHARS = 200
_GONE = 410
_ASKS_TO_WAIT = frozenset({429, 503})


class Callback:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def bodies(self, recipient: str, parts: tuple[Part, ...]) -> tuple[bytes, ...]:
        return wire.bodies(recipient, parts)

    async def send(self, outgoing: Outgoing) -> Sent:
        try:
            settings = CallbackSettings.model_validate(outgoing.settings)
        except ValidationError as error:
            # Names of fields only: an error's own text may quote a secret.
            fields = {".".join(map(str, found["loc"])) for found in error.errors(include_input=False)}
            return Sent(
                ok=False, detail=f"the channel's settings are wrong: {', '.join(sorted(fields - {''}))}"
            )
        try:
            reply = await self._outside.http.send(self._request(outgoing, settings))
        except (HttpTimeout, HttpFailed) as error:
            return Sent(ok=False, retry=True, detail=str(error))
        except Refused as error:
            return Sent(ok=False, detail=error.message)
        return self._judge(reply)

    def _request(self, outgoing: Outgoing, settings: CallbackSettings) -> HttpRequest:
        headers = [
            ("content-type", "application/json"),
            ("user-agent", self._outside.user_agent),
            ("webhook-id", outgoing.delivery_id),
        ]
        if settings.secret_header:
            headers.append((settings.secret_header, settings.secret_value.get_secret_value()))
        return HttpRequest(
            method="POST",
            url=settings.url,
            headers=tuple(headers),
            body=outgoing.body,
            timeout_s=_TIMEOUT_S,
            max_bytes=_READ_BYTES,
            purpose="callback",
        )

    def _judge(self, reply: HttpReply) -> Sent:
        detail = f"{reply.status} {_head(reply.body)}".rstrip()
        if reply.ok:
            return Sent(ok=True, detail=detail)
        wait_s = None
        if reply.status in _ASKS_TO_WAIT:
            wait_s = retry_after.seconds(reply.headers.get("retry-after", ""), self._outside.clock.now())
        return Sent(ok=False, retry=reply.status != _GONE, detail=detail, retry_after_s=wait_s)


def _head(body: bytes) -> str:
    # Control characters would break a log line, and NUL the row that keeps it.
    text = body[: 4 * _DETAIL_CHARS].decode("utf-8", "replace")
    return "".join(char if char.isprintable() else " " for char in text)[:_DETAIL_CHARS]
