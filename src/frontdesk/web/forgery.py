"""That a change asked for in somebody's session was asked for on a page of ours: by its origin, and by a token.

Called by the registrar for every unsafe request of a session, before the endpoint sees it. The token stands in each
page and comes back as a header, or from plain forms as a field; another site can neither read nor guess it.
"""

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Message, Receive, Scope

from frontdesk.access.door import Door
from frontdesk.access.sessions import is_csrf
from frontdesk.core.errors import Refused
from frontdesk.web.body import read_body
from frontdesk.web.origin import is_from_here
from frontdesk.web.session_ring import Session

HEADER = "x-csrf-token"
FIELD = "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = "application/x-www-form-urlencoded"


async def refuse_forged(
    door: Door, session: Session, scope: Scope, receive: Receive, *, public_url: str, max_body_bytes: int
) -> Receive:
    """From where the endpoint reads the body on; anything that may be another site's doing is refused."""
    if scope["method"] in SAFE:
        return receive
    request = Request(scope, receive)
    if not is_from_here(request, public_url):
        raise Refused("forbidden", "The request was sent from another address than this one (Origin).")
    sent = request.headers.get(HEADER)
    if sent is None and request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
        body = await read_body(request, max_body_bytes)
        sent, receive = _field_of(body), _again(body, receive)
    if sent is None or not is_csrf(door, session.row.id, sent):
        raise Refused(
            "forbidden",
            "Send X-CSRF-Token with the session's token; a page that was open for long: load it anew.",
        )
    return receive


def _field_of(body: bytes) -> str | None:
    pairs = parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True)
    return next((value for name, value in pairs if name == FIELD), None)


def _again(body: bytes, receive: Receive) -> Receive:
    given = False

    async def read() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read
