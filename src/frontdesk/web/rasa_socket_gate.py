"""Who may open a socket: the assistant it is for, the pages it is taken from, its token, and how many are open.

Called by `web/rasa_socket.py` when a connection begins. What a channel asks for is read from its settings each time.
"""

import base64
import binascii
import hashlib
import hmac
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from frontdesk.access.throttling import network_of
from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.strict_json import NotJson, loads
from frontdesk.store.directory import Entrance
from frontdesk.turn.line import Line
from frontdesk.web import rasa
from frontdesk.web.cross_origin import origin_of
from frontdesk.web.session_ring import address_of

TYPE = "socketio"
MOST_OPEN = 2_000
RETRY_S = 5.0
PING_INTERVAL_S, PING_TIMEOUT_S = 25, 20
MOST_TOKEN = 4_000
_DIGESTS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


@dataclass(frozen=True, slots=True)
class Rules:
    """What the channel's settings say."""

    origins: frozenset[str]
    jwt_key: str
    jwt_method: str
    keeps_sessions: bool


class Gate:
    """One a process. `token_needed`: only who proves who they are may write."""

    def __init__(self, line: Line, *, token_needed: bool) -> None:
        self._line = line
        self._token_needed = token_needed
        self._open: Counter[str] = Counter()

    async def entrance(self, connection: HTTPConnection) -> Entrance:
        """
        Raises:
            Refused: No assistant is here, or it has no such channel that is switched on.
        """
        return await rasa.entrance(self._line, connection, TYPE)

    async def admit(self, connection: HTTPConnection, auth: object) -> Rules:
        """
        Raises:
            Refused: The page or the token is not one that the channel takes.
        """
        at = await self.entrance(connection)
        settings = await self._line.outlet_settings(at.workspace, at.channel_id) or {}
        rules = Rules(
            frozenset(str(settings.get("origins", "")).split()),
            str(settings.get("jwt_key", "")),
            str(settings.get("jwt_method", "HS256")),
            keeps_sessions=bool(settings.get("session_persistence", True)),
        )
        origin = origin_of(connection.scope)
        if rules.origins and origin and origin not in rules.origins:
            raise Refused("forbidden", "The channel is not open to pages of that origin.")
        if rules.jwt_key:
            token = auth.get("token") if isinstance(auth, dict) else None
            if not isinstance(token, str) or not is_signed(token, rules.jwt_key, rules.jwt_method):
                raise Refused("unauthenticated", "Send a token that is signed with the channel's key.")
        elif self._token_needed:
            raise Refused("unauthenticated", "Messages need a key here: set jwt_key of the channel.")
        return rules

    @contextmanager
    def counted(self, connection: HTTPConnection) -> Iterator[None]:
        """
        Raises:
            Unavailable: Too many are open already, here or from the caller's address.
        """
        address = network_of(address_of(connection.scope))
        if self._open.total() >= MOST_OPEN or self._open[address] >= self._line.settings.waits_per_address:
            raise Unavailable("Too many connections are open already.", retry_after_s=RETRY_S)
        self._open[address] += 1
        try:
            yield
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


def is_signed(token: str, key: str, method: str) -> bool:
    """Whether this is a JSON Web Token with a signature of that method and key, and not over yet."""
    parts = token.split(".")
    digest = _DIGESTS.get(method)
    if digest is None or len(parts) != 3 or len(token) > MOST_TOKEN or not token.isascii():  # noqa: PLR2004  # RFC 7519
        return False
    try:
        header, claims = (loads(_decoded(part)) for part in parts[:2])
        given = _decoded(parts[2])
    except (NotJson, binascii.Error, ValueError):
        return False
    signed = hmac.new(key.encode(), f"{parts[0]}.{parts[1]}".encode(), digest).digest()
    if not hmac.compare_digest(signed, given) or not isinstance(header, dict) or not isinstance(claims, dict):
        return False
    return header.get("alg") == method and _is_current(claims)


def _is_current(claims: dict[str, object]) -> bool:
    now = time.time()
    ends, begins = claims.get("exp", now + 1), claims.get("nbf", now)
    if not isinstance(ends, int | float) or not isinstance(begins, int | float):
        return False
    return begins <= now < ends


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
