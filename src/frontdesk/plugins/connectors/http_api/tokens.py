"""Tokens of OAuth 2.0 client credentials: fetched when needed, kept until shortly before they run out."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from frontdesk.core import strict_json
from frontdesk.core.errors import Refused
from frontdesk.kit.outside import Outside
from frontdesk.ports.http import HttpFailed, HttpReply, HttpRequest, HttpTimeout

USUAL_S = 300.0
EARLY_S = 30.0
LONGEST_S = 86_400.0
MOST_KEPT = 1_000
_LONGEST_TOKEN = 6_000

Key = tuple[str, str, str, str]


class NoToken(Exception):
    """The service gave none; the message says why, and holds nothing secret."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks which service for what; `owner` is the assistant, so that no other is given the token."""

    owner: str
    token_url: str
    client_id: str
    client_secret: str
    scope: str

    @property
    def key(self) -> Key:
        secret = hashlib.sha256(f"{self.client_id}\0{self.client_secret}".encode()).hexdigest()
        return self.owner, self.token_url, secret, self.scope


class Tokens:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._kept: dict[Key, tuple[str, datetime]] = {}

    async def of(self, client: Client, *, timeout_s: float) -> str:
        """A token that is still good.

        Raises:
            NoToken: The service gave none.
        """
        kept = self._kept.get(client.key)
        if kept is not None and self._outside.clock.now() < kept[1]:
            return kept[0]
        token, good_s = await self._fetch(client, timeout_s)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[client.key] = token, self._outside.clock.now() + timedelta(seconds=good_s)
        return token

    def forget(self, client: Client) -> None:
        """It was refused: the next one is fetched anew."""
        self._kept.pop(client.key, None)

    async def _fetch(self, client: Client, timeout_s: float) -> tuple[str, float]:
        form = {"grant_type": "client_credentials", **({"scope": client.scope} if client.scope else {})}
        # Both are form-encoded before they are put together (RFC 6749, section 2.3.1).
        who = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
        request = HttpRequest(
            method="POST",
            url=client.token_url,
            headers=(
                ("Accept", "application/json"),
                ("Authorization", f"Basic {base64.b64encode(who.encode()).decode()}"),
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("User-Agent", self._outside.user_agent),
            ),
            body=urlencode(form).encode(),
            timeout_s=timeout_s,
            max_bytes=100_000,
            purpose="action",
        )
        try:
            reply = await self._outside.http.send(request)
        except (HttpTimeout, HttpFailed) as error:
            raise NoToken(f"the token service did not answer: {error}") from None
        except Refused as error:
            raise NoToken(error.message) from None
        return _read(reply)


def _read(reply: HttpReply) -> tuple[str, float]:
    if not reply.ok or reply.truncated:
        raise NoToken(f"the token service answered {reply.status}")
    try:
        body = strict_json.loads(reply.body)
    except strict_json.NotJson:
        raise NoToken("the token service did not answer in JSON") from None
    fields = body if isinstance(body, dict) else {}
    token, good_s = fields.get("access_token"), fields.get("expires_in", USUAL_S)
    if not isinstance(token, str) or not 0 < len(token) <= _LONGEST_TOKEN or not token.isprintable():
        raise NoToken("the token service gave no token")
    if isinstance(good_s, bool) or not isinstance(good_s, int | float):
        good_s = USUAL_S
    return token, min(max(good_s - EARLY_S, 0.0), LONGEST_S)
