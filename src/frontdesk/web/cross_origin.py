"""Pages of other sites that use the API with a key (CORS): which may ask, and which may read the answer.

A browser asks first (the preflight), without the key: it may go on when some key lists the page's origin. Whether it may
read the answer is said by the key that came then. Nothing of this concerns sessions: no answer allows credentials, and
one that was given for a session allows no origin. Called by the application and by `auth`.
"""

import time

from starlette.requests import HTTPConnection
from starlette.types import Scope

from frontdesk.core.errors import Refused
from frontdesk.store.connect import Store
from frontdesk.store.directory import KeyRow, is_listed
from frontdesk.web.origin import is_from_here

BELOW = "/api/v1/"
REMEMBER_S = 0.8
MOST_REMEMBERED = 10_000
MOST_CHARACTERS = 300
METHODS = "GET, POST, PUT, PATCH, DELETE"
TAKEN = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID"
SHOWN = "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replayed, X-Request-Id"
MAX_AGE_S = 600

Headers = list[tuple[bytes, bytes]]


def origin_of(scope: Scope) -> str:
    """Where the page is that asks; empty when no page does."""
    found = next((value for name, value in scope["headers"] if name == b"origin"), b"")
    return str(found.decode("latin-1")) if len(found) <= MOST_CHARACTERS else "null"


def read_by(scope: Scope, row: KeyRow, public_url: str) -> Headers:
    """The headers of an answer to this key, with which the page that asked may read it.

    Raises:
        Refused: The key lists origins, and this is none of them.
    """
    origin = origin_of(scope)
    if not origin or not scope["path"].startswith(BELOW):
        return []
    if origin in row.origins:
        return [*_allowed(origin), (b"access-control-expose-headers", SHOWN.encode())]
    if row.origins and not is_from_here(HTTPConnection(scope), public_url):
        raise Refused("forbidden", "The key is not taken from pages of that origin.")
    return []


def _allowed(origin: str) -> Headers:
    return [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]


class Preflights:
    """Answers what browsers ask before a request. One a process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listed: dict[str, tuple[float, bool]] = {}

    async def answer(self, scope: Scope) -> Headers | None:
        """The headers of the answer; None when this is no preflight, or of an origin that no key lists."""
        if scope["method"] != "OPTIONS" or not scope["path"].startswith(BELOW):
            return None
        asked = {name for name, _ in scope["headers"]}
        origin = origin_of(scope)
        if b"access-control-request-method" not in asked or not await self._is_listed(origin):
            return None
        return [
            *_allowed(origin),
            (b"access-control-allow-methods", METHODS.encode()),
            (b"access-control-allow-headers", TAKEN.encode()),
            (b"access-control-max-age", str(MAX_AGE_S).encode()),
        ]

    async def _is_listed(self, origin: str) -> bool:
        if not origin.startswith(("http://", "https://")) or not origin.isascii():
            return False
        now = time.monotonic()
        remembered = self._listed.get(origin)
        if remembered is not None and now - remembered[0] < REMEMBER_S:
            return remembered[1]
        found = await is_listed(self._store, origin)
        if len(self._listed) >= MOST_REMEMBERED:
            self._listed.clear()
        self._listed[origin] = (now, found)
        return found
