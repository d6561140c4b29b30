"""Every endpoint came through the registrar and says who may call it."""

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.routing import Route as ForeignRoute
from starlette.staticfiles import StaticFiles
from tests.doubles.http_client import HttpClient

from frontdesk.core.errors import Bug
from frontdesk.core.permission import PERMISSIONS, PUBLIC
from frontdesk.web.app import WebApplication, build
from frontdesk.web.program import Program
from frontdesk.web.route import Endpoint, Route, route
from frontdesk.web.static_files import FILES


async def answer(_: Request) -> Response:
    return Response("here")


def declared(**changes: Any) -> Route:
    given: dict[str, Any] = {
        "method": "GET",
        "path": "/x",
        "handler": answer,
        "permission": PUBLIC,
        "summary": "X",
        "raw": True,
    }
    return Route(**{**given, **changes})


OPEN_TO_ANYBODY = {
    "GET /api/openapi.json",
    "GET /docs",
    "GET /docs/errors",
    "GET /embed.js",
    "GET /favicon.ico",
    "GET /files/{file_id}",
    "GET /healthz",
    "GET /metrics",  # to networks alone; tests/web/test_metrics.py
    "GET /panel/push_worker.js",
    "GET /readyz",
    "GET /share",
    *(f"GET /static/{name}" for name in FILES),
    "GET /static/embed.{version}.js",
    "POST /api/v1/session",
    *(f"{method} {path}" for method in ("GET", "POST") for path in ("/forgot", "/invitation", "/reset")),
    *(f"{method} {path}" for method in ("GET", "POST") for path in ("/sign-in", "/sign-in/code")),
    # Of these tests:
    "POST /echo",
    "GET /break",
}


def test_every_endpoint_of_the_application_is_a_declared_route(application: WebApplication) -> None:
    places = application.table.places.values()
    endpoints = [endpoint for place in places for endpoint in place.endpoints.values()]
    assert len(endpoints) > 5
    for endpoint in endpoints:
        assert type(endpoint) is Endpoint
        assert endpoint.route.permission == PUBLIC or endpoint.route.permission in PERMISSIONS
        assert endpoint.route.summary.endswith(".")


def test_what_is_open_to_anybody_is_on_the_list(application: WebApplication) -> None:
    open_routes = {f"{r.method} {r.path}" for r in application.table.routes if r.permission == PUBLIC}
    assert open_routes == OPEN_TO_ANYBODY


@pytest.mark.parametrize(
    "foreign",
    [
        Mount("/plugin", app=StaticFiles(directory=".")),
        ForeignRoute("/plugin", answer),
        lambda scope, receive, send: None,
    ],
)
def test_nothing_but_a_route_gets_into_the_application(web_program: Program, foreign: object) -> None:
    with pytest.raises(Bug, match="registrar"):
        build(web_program, [foreign])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"permission": "channels.paint"}, "no permission 'channels.paint'"),
        ({"permission": ""}, "no permission ''"),
        ({"method": "FETCH"}, "no method 'FETCH'"),
        ({"raw": False, "operation": {"responses": {}}}, "made from its types"),
    ],
)
def test_a_badly_declared_route_stops_the_start(
    web_program: Program, changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(Bug, match=complaint):
        build(web_program, [declared(**changes)])


def test_the_same_address_or_name_twice_stops_the_start(web_program: Program) -> None:
    with pytest.raises(Bug, match="twice"):
        build(web_program, [declared(), declared(operation_id="other")])
    with pytest.raises(Bug, match="twice"):
        build(web_program, [declared(), declared(path="/y")])


def test_a_route_cannot_be_declared_without_a_permission() -> None:
    with pytest.raises(TypeError, match="permission"):
        route([], "GET", "/x", summary="X.")  # type: ignore[call-arg]


def test_the_table_cannot_be_added_to_from_outside(application: WebApplication) -> None:
    application.table.routes.append(declared(path="/late"))  # type: ignore[attr-defined]
    assert application.table.find({"type": "http", "path": "/late"}) is None


@pytest.mark.parametrize("path", ["/docs/oauth2-redirect", "/redoc", "/openapi.json"])
async def test_fastapi_brings_no_pages_of_its_own(client: HttpClient, path: str) -> None:
    assert (await client.get(path)).status == 404


async def test_another_method_is_answered_with_every_allowed_one(client: HttpClient) -> None:
    answer = await client.send("DELETE", "/healthz")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert answer.json()["code"] == "method_not_allowed"


async def test_head_is_answered_as_get_without_a_body(client: HttpClient) -> None:
    answer = await client.send("HEAD", "/healthz")
    assert (answer.status, answer.body) == (200, b"")


def test_paths_are_found_by_their_parameters(web_program: Program) -> None:
    table = build(
        web_program, [declared(path="/c/{id}/end"), declared(path="/c/{id:path}/tail", operation_id="t")]
    ).table
    scope: dict[str, object] = {"path": "/c/a/b/tail"}
    place = table.find(scope)
    assert place is not None
    assert place.path == "/c/{id:path}/tail"
    assert scope["path_params"] == {"id": "a/b"}
    assert table.find({"path": "/c/a/b/end"}) is None
    assert table.find({"path": "/c/a/end\n"}) is None
