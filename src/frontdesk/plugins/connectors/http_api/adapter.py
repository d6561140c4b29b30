"""API integrations over plain HTTP: a bot's `call` becomes a request, the answer an outcome.

An attempt is repeated only if the call may be (`idempotent`), allows it (`attempts`) and asks for it (`retry_on`).
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable

from frontdesk.core import strict_json
from frontdesk.core.action import (
    MAX_ATTEMPTS,
    Basic,
    Call,
    ClientCredentials,
    Fetched,
    HttpCall,
    Literal,
    Pieces,
    QueryKey,
    Signature,
)
from frontdesk.core.errors import Refused
from frontdesk.kit.outside import Outside
from frontdesk.plugins.connectors.http_api.breaker import FAILURES, Breaker
from frontdesk.plugins.connectors.http_api.tokens import Client, NoToken, Tokens
from frontdesk.ports.action import Secrets
from frontdesk.ports.http import HttpFailed, HttpReply, HttpRequest, HttpTimeout

_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 2.0
_UNAUTHORIZED = 401
_SERVER_ERROR = 500
_LINE_BREAK = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class _Unsendable(Exception):
    """The call cannot become a request; the message names headers and secrets, never their values."""


class HttpApi:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._tokens = Tokens(outside)
        self._breaker = Breaker(outside.clock)

    async def run(self, call: Call, secrets: Secrets) -> Fetched:
        key = (call.owner, call.action)
        if self._breaker.refuses(key):
            return Fetched(call.key, "error", reason=f"not asked: it failed {FAILURES} times in a row")
        try:
            fetched = await self._run(call, secrets)
        except _Unsendable as error:
            return Fetched(call.key, "error", reason=str(error))
        if fetched.outcome == "ok" or 0 < fetched.status < _SERVER_ERROR:
            self._breaker.worked(key)
        else:
            self._breaker.failed(key)
        return fetched

    async def _run(self, call: Call, secrets: Secrets) -> Fetched:
        client = await _client(call, secrets)
        request = await self._request(call, secrets, client)
        fetched = await self._attempts(call, request)
        if fetched.status != _UNAUTHORIZED or client is None:
            return fetched
        # The token was good by its time and is not any more; nothing was carried out.
        self._tokens.forget(client)
        return await self._attempts(call, await self._request(call, secrets, client))

    async def _attempts(self, call: Call, request: HttpRequest) -> Fetched:
        attempts = min(call.attempts, MAX_ATTEMPTS) if call.idempotent else 1
        pause_s = _FIRST_PAUSE_S
        while True:
            attempts -= 1
            fetched, trouble = await self._attempt(call.key, request)
            if attempts < 1 or trouble not in call.retry_on:
                return fetched
            await self._outside.wait(pause_s * (0.5 + self._outside.chance() / 2))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _attempt(self, key: str, request: HttpRequest) -> tuple[Fetched, str]:
        """The outcome, and what `retry_on` would call it: empty when there is nothing to repeat for."""
        try:
            reply = await self._outside.http.send(request)
        except HttpTimeout as error:
            return Fetched(key, "timeout", reason=str(error)), "timeout"
        except HttpFailed as error:
            return Fetched(key, "error", reason=str(error)), "connection"
        except Refused as error:
            return Fetched(key, "error", reason=error.message), ""
        body, reason = _decode(reply)
        if reply.ok:
            return Fetched(key, "ok", reply.status, body, reason), ""
        return Fetched(key, "error", reply.status, body, f"status {reply.status}"), str(reply.status)

    async def _request(self, call: Call, secrets: Secrets, client: Client | None) -> HttpRequest:
        http = call.request
        body = _encode(http.json) if http.has_json else None
        headers = [
            (name, await _value(f"the header {name}", pieces, secrets)) for name, pieces in http.headers
        ]
        query = http.query
        match http.auth:
            case Basic(user, password):
                named = await _value("the user name", user, secrets)
                who = f"{named}:{await _value('the password', password, secrets)}"
                headers.append(("Authorization", f"Basic {base64.b64encode(who.encode()).decode()}"))
            case QueryKey(name, value):
                query = (*query, (name, await _value("the key", value, secrets)))
            case Signature(header, secret, prefix):
                key = await _value("the secret", secret, secrets)
                signed = hmac.new(key.encode(), body or b"", hashlib.sha256).hexdigest()
                headers.append((header, f"{prefix}{signed}"))
            case _:
                pass
        if client is not None:
            headers.append(("Authorization", f"Bearer {await self._token(client, call)}"))
        given = {name.lower() for name, _ in headers}
        headers += [(name, value) for name, value in self._usual(http) if name.lower() not in given]
        return HttpRequest(
            method=http.method.upper(),
            url=http.url,
            query=query,
            headers=tuple(headers),
            body=body,
            timeout_s=call.timeout_s,
            purpose="action",
        )

    async def _token(self, client: Client, call: Call) -> str:
        try:
            return await self._tokens.of(client, timeout_s=call.timeout_s)
        except NoToken as error:
            raise _Unsendable(str(error)) from None

    def _usual(self, http: HttpCall) -> Iterable[tuple[str, str]]:
        yield "Accept", "application/json"
        yield "User-Agent", self._outside.user_agent
        if http.has_json:
            yield "Content-Type", "application/json"


async def _client(call: Call, secrets: Secrets) -> Client | None:
    auth = call.request.auth
    if not isinstance(auth, ClientCredentials):
        return None
    return Client(
        call.owner,
        auth.token_url,
        await _value("the client id", auth.client_id, secrets),
        await _value("the client secret", auth.client_secret, secrets),
        auth.scope,
    )


async def _value(what: str, pieces: Pieces, secrets: Secrets) -> str:
    found: list[str] = []
    for piece in pieces:
        if isinstance(piece, Literal):
            found.append(piece.text)
            continue
        secret = await secrets.reveal(piece.name)
        if secret is None:
            raise _Unsendable(f"the secret {piece.name} is not set")
        found.append(secret)
    value = "".join(found)
    if _LINE_BREAK.search(value):
        raise _Unsendable(f"the value of {what} has a line break or control character in it")
    return value


def _encode(value: object) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except ValueError:
        raise _Unsendable("the JSON body has a number or text that JSON cannot hold") from None


def _decode(reply: HttpReply) -> tuple[object, str]:
    if reply.truncated:
        return None, "the answer is too long"
    if not reply.body.strip():
        return None, "the answer is empty"
    try:
        return strict_json.loads(reply.body), ""
    except strict_json.NotJson as error:
        return None, f"the answer is not JSON: {error}"
