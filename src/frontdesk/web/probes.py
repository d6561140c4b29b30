"""For load balancers and supervisors: `/healthz` says that the process runs, `/readyz` that it can work."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.errors import Unavailable
from frontdesk.core.permission import PUBLIC
from frontdesk.store.probe import probe
from frontdesk.store.revision import newest_revision
from frontdesk.web.exchange import exchange_of
from frontdesk.web.route import Route, route

READY_WITHIN_S = 2.0
READY = b'{"status":"ready"}'
READY_WITHOUT_ROOM = b'{"status":"ready","takes_messages":false}'
_NEEDED = newest_revision()

ROUTES: list[Route] = []


@route(ROUTES, "GET", "/healthz", permission=PUBLIC, summary="The process runs.", raw=True, quiet=True)
async def healthz(_: Request) -> Response:
    return Response(b'{"status":"ok"}', media_type="application/json")


@route(
    ROUTES,
    "GET",
    "/readyz",
    permission=PUBLIC,
    summary="The database answers, with the tables of this release.",
    raw=True,
    quiet=True,
)
async def readyz(request: Request) -> Response:
    program = exchange_of(request).program
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            found = await probe(program.store)
    except TimeoutError:
        raise Unavailable("The database does not answer.") from None
    if found < _NEEDED:
        raise Unavailable(
            f"The database has the tables of an older release: {found}, and {_NEEDED} is needed."
        )
    # Without room new messages are refused one by one; people still read, answer and make room through here.
    return Response(READY if program.has_room() else READY_WITHOUT_ROOM, media_type="application/json")
