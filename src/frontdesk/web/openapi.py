"""The OpenAPI 3.1 document of everything in the table: typed operations by FastAPI, raw ones as they say."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.errors import CODES
from frontdesk.core.permission import PERMISSIONS, PUBLIC
from frontdesk.web.errors import problem_json
from frontdesk.web.openapi_examples import show_examples
from frontdesk.web.openapi_names import plain_names, require_what_is_answered
from frontdesk.web.openapi_tags import put_tags
from frontdesk.web.route import Route, Table
from frontdesk.web.session_ring import COOKIE

PATH = "/api/openapi.json"

_PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": sorted(CODES)},
        "request_id": {"type": "string"},
        "field": {"type": "string"},
        "details": {
            "type": "object",
            "description": "What a program needs to go on: with `already_taken` and `changed_hands` who has it, with "
            "`conversation_moved_on` what was written meanwhile.",
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "description": "Fields of the body, or with `bot_invalid` places in the bot's files.",
                "required": ["message"],
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "file": {"type": "string"},
                    "line": {"type": "integer"},
                    "fix": {"type": "string"},
                    "severity": {"type": "string", "enum": ["error", "warning"]},
                },
            },
        },
    },
}
_SECURITY_SCHEMES = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "Of a signed-in person; what changes something also sends `X-CSRF-Token`.",
    },
    "key": {"type": "http", "scheme": "bearer", "description": "A key: `fd_...`"},
    "token": {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "A key, on these routes only.",
    },
}
_PROBLEM = {
    "description": "What went wrong (RFC 9457)",
    "content": {
        "application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": {
                "type": "/docs/errors#not_found",
                "title": "Not found",
                "status": 404,
                "detail": "There is no such conversation.",
                "code": "not_found",
                "request_id": "req_01jd6r2x9cf8pbx5z0m3t7w4qa",
            },
        }
    },
}


_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Any text of your own; the same request with the same key has one effect and one answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


def document(table: Table, *, version: str, public_url: str) -> dict[str, Any]:
    made: dict[str, Any] = get_openapi(
        title="Frontdesk",
        version=version,
        openapi_version="3.1.0",
        routes=table.typed,
        servers=[{"url": public_url}],
    )
    components = made.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM_SCHEMA
    components["responses"] = {"Problem": _PROBLEM}
    components["parameters"] = {"IdempotencyKey": _IDEMPOTENCY_KEY}
    components["securitySchemes"] = _SECURITY_SCHEMES
    for route in table.routes:
        _describe(route, made["paths"])
    put_tags(made)
    made = plain_names(made)
    require_what_is_answered(made)
    show_examples(made)
    return made


def _describe(route: Route, paths: dict[str, Any]) -> None:
    if route.raw and route.operation is None:
        return
    operations = paths.setdefault(_plain(route.path), {})
    method = route.method.lower()
    if route.operation is not None:
        operations[method] = {"operationId": route.name, "summary": route.summary, **route.operation}
    operation = operations[method]
    for parameter in operation.get("parameters", []):
        if parameter.get("schema", {}).pop("x-needed", False):
            parameter |= {"name": "If-Match", "required": True, "schema": {"type": "string"}}
    if route.method == "POST" and not route.raw:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    if route.error_shape is problem_json:
        operation.setdefault("responses", {})["default"] = {"$ref": "#/components/responses/Problem"}
    if route.permission != PUBLIC:
        operation["security"] = [
            {"key": []},
            {"session": []},
            *([{"token": []}] if route.token_in_query else []),
        ]
        operation["x-permission"] = route.permission
        operation["x-scopes"] = sorted(PERMISSIONS[route.permission].scopes)


def _plain(path: str) -> str:
    """`{sender:path}` is `{sender}` in the document."""
    return "/".join(part.partition(":")[0] + "}" if ":" in part else part for part in path.split("/"))


def openapi_route(read: Callable[[], Mapping[str, Any]]) -> Route:
    """The route that serves the document; it is made when first asked for."""
    made: list[bytes] = []

    async def openapi(_: Request) -> Response:
        if not made:
            made.append(msgspec.json.encode(read()))
        return Response(made[0], media_type="application/json")

    return Route(
        method="GET",
        path=PATH,
        handler=openapi,
        permission=PUBLIC,
        summary="This document.",
        raw=True,
    )
