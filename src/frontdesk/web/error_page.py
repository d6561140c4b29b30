"""`/docs/errors`: where the `type` of a problem document leads, a list of every code and what it means."""

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.errors import CODES
from frontdesk.core.permission import PUBLIC
from frontdesk.web.errors import DOCS, STATUS
from frontdesk.web.route import Route, route

ROUTES: list[Route] = []

_ENTRIES = "".join(
    f'<dt id="{code}">{code} ({STATUS[code]})</dt><dd>{escape(meaning)}</dd>'
    for code, meaning in CODES.items()
)
_PAGE = (
    f'<!doctype html><html lang="en"><title>Error codes</title><h1>Error codes</h1><dl>{_ENTRIES}</dl></html>'
)


@route(ROUTES, "GET", DOCS.rstrip("#"), permission=PUBLIC, summary="Every error code.", raw=True, quiet=True)
async def error_codes(_: Request) -> Response:
    headers = {"content-security-policy": "default-src 'none'", "x-content-type-options": "nosniff"}
    return Response(_PAGE, headers=headers, media_type="text/html")
