"""`/docs/errors`: where the `type` of a problem document leads, a list of every code and what it means."""

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.errors import CODES
from frontdesk.core.permission import PUBLIC
from frontdesk.web.errors import DOCS, STATUS
from frontdesk.web.panel.pages import page
from frontdesk.web.route import Route, route

ROUTES: list[Route] = []


@route(ROUTES, "GET", DOCS.rstrip("#"), permission=PUBLIC, summary="Every error code.", raw=True, quiet=True)
async def error_codes(_: Request) -> Response:
    entries = [{"code": code, "status": STATUS[code], "meaning": meaning} for code, meaning in CODES.items()]
    return page("errors.html", {"entries": entries})
