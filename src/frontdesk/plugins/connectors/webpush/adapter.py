"""Hands one notice to a push service; whether and when again is for `turn/deliver`.

2xx: taken. 404, 410: the browser is gone. 429, 5xx and no answer: again, later. Everything else: never again.
"""

import os
from http import HTTPStatus

from cryptography.hazmat.primitives.asymmetric import ec

from frontdesk.core.errors import LedAstray, Refused
from frontdesk.core.redacted import Redacted
from frontdesk.kit import retry_after
from frontdesk.kit.outside import Outside
from frontdesk.plugins.connectors.webpush import wire
from frontdesk.ports.http import HttpFailed, HttpReply, HttpRequest, HttpTimeout
from frontdesk.ports.outlet import Sent
from frontdesk.ports.pusher import Device, Push, Pushed

TIMEOUT_S = 15.0
_READ_BYTES = 2_000
_DETAIL_CHARS = 200
_SALT_BYTES = 16
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_SERVER = 500


class WebPush:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def new_key(self) -> Redacted:
        return wire.key_text(ec.generate_private_key(wire.CURVE))

    def public_key(self, key: Redacted) -> str:
        return wire.b64(wire.point_of(wire.key_of(key)))

    def is_device(self, device: Device) -> bool:
        try:
            wire.Reader.of(device.p256dh, device.auth)
        except ValueError:
            return False
        return True

    async def push(self, push: Push) -> Pushed:
        if len(push.body) > wire.MOST_BYTES:
            return Pushed(Sent(ok=False, detail=f"the notice has more than {wire.MOST_BYTES} bytes"))
        try:
            reply = await self._outside.http.send(self._request(push))
        except (HttpTimeout, HttpFailed) as error:
            return Pushed(Sent(ok=False, retry=True, detail=str(error)))
        except Refused as error:
            return Pushed(Sent(ok=False, retry=isinstance(error, LedAstray), detail=error.message))
        except ValueError:
            return Pushed(Sent(ok=False, detail="the keys of the device are no keys"))
        return self._judged(reply)

    def _request(self, push: Push) -> HttpRequest:
        device = push.device
        reader = wire.Reader.of(device.p256dh, device.auth)
        once = ec.generate_private_key(wire.CURVE)
        body = wire.sealed(wire.filled(push.body), reader, once, os.urandom(_SALT_BYTES))
        now_s = self._outside.clock.now().timestamp()
        return HttpRequest(
            method="POST",
            url=device.endpoint,
            headers=(
                ("content-type", "application/octet-stream"),
                ("content-encoding", "aes128gcm"),
                ("ttl", str(push.ttl_s)),
                ("urgency", push.urgency),
                ("topic", wire.topic(device.auth, push.topic)),
                ("user-agent", self._outside.user_agent),
                wire.signature(device.endpoint, wire.key_of(push.key), now_s=now_s, subject=push.subject),
            ),
            body=body,
            timeout_s=TIMEOUT_S,
            max_bytes=_READ_BYTES,
            purpose="push",
        )

    def _judged(self, reply: HttpReply) -> Pushed:
        detail = f"{reply.status} {_head(reply.body)}".rstrip()
        if reply.ok:
            return Pushed(Sent(ok=True, detail=detail))
        if reply.status in _GONE:
            return Pushed(Sent(ok=False, detail=detail), is_gone=True)
        later = reply.status == HTTPStatus.TOO_MANY_REQUESTS or reply.status >= _SERVER
        wait_s = retry_after.seconds(reply.headers.get("retry-after", ""), self._outside.clock.now())
        return Pushed(Sent(ok=False, retry=later, detail=detail, retry_after_s=wait_s if later else None))


def _head(body: bytes) -> str:
    # Control characters would break a log line, and NUL the row that keeps it.
    text = body[: 4 * _DETAIL_CHARS].decode("utf-8", "replace")
    return "".join(char if char.isprintable() else " " for char in text)[:_DETAIL_CHARS]
