"""`/docs`: where people look for the reference of an API. Says where ours is, and what is open to anybody."""

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.permission import PUBLIC
from frontdesk.web import openapi
from frontdesk.web.errors import DOCS
from frontdesk.web.panel import api_reference
from frontdesk.web.panel.alone import alone, language_of
from frontdesk.web.route import Route, route

PATH = "/docs"
ROUTES: list[Route] = []


@route(ROUTES, "GET", PATH, permission=PUBLIC, summary="Where the API is described.", raw=True, quiet=True)
async def docs(request: Request) -> Response:
    places = {"reference": api_reference.PATH, "document": openapi.PATH, "errors": DOCS.rstrip("#")}
    return alone(request, "docs.html", {"places": places}, language=language_of(request))
