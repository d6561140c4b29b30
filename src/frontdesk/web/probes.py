"""For load balancers and supervisors: `/healthz` says that the process runs, `/readyz` that it can work."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.errors import Unavailable
from frontdesk.core.permission import PUBLIC
from frontdesk.store.probe import probe
from frontdesk.web.exchange import exchange_of
from frontdesk.web.route import Route, route

READY_WITHIN_S = 2.0

ROUTES: list[Route] = []


@route(ROUTES, "GET", "/healthz", permission=PUBLIC, summary="The process runs.", raw=True, quiet=True)
async def healthz(_: Request) -> Response:
    return Response(b'{"status":"ok"}', media_type="application/json")


@route(ROUTES, "GET", "/readyz", permission=PUBLIC, summary="The database answers.", raw=True, quiet=True)
async def readyz(request: Request) -> Response:
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            await probe(exchange_of(request).program.store)
    except TimeoutError:
        raise Unavailable("The database does not answer.") from None
    return Response(b'{"status":"ready"}', media_type="application/json")
