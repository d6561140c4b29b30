"""`/panel/push_worker.js`: the service worker that shows notices, at an address from which it may serve the whole panel."""

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.permission import PUBLIC
from frontdesk.web import static_files
from frontdesk.web.route import Route

FILE = "push_worker.js"
PATH = f"/panel/{FILE}"
_HEADERS = {
    # A browser looks for a newer one by itself, and would be told for good that there is none.
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; connect-src 'self'",
    "service-worker-allowed": "/panel",
    "x-content-type-options": "nosniff",
}


async def _serve(_request: Request) -> Response:
    return Response(static_files.FILES[FILE], headers=_HEADERS, media_type=static_files.MEDIA_TYPES["js"])


ROUTES: list[Route] = [
    Route(
        method="GET",
        path=PATH,
        handler=_serve,
        permission=PUBLIC,
        summary="The service worker that shows notices.",
        operation_id="push_worker",
        raw=True,
        quiet=True,
    )
]
