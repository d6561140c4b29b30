"""How the widget's answers are written, and its numbers read."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.errors import Refused

_encode = msgspec.json.Encoder().encode


def json_of(value: object, status: int = 200) -> Response:
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(_encode(value), status, headers, "application/json")


def number(request: Request, name: str) -> int | None:
    given = request.query_params.get(name, "")
    if not given:
        return None
    if not given.isascii() or not given.isdecimal() or len(given) > 15:  # noqa: PLR2004  # below 2**53
        raise Refused("invalid", f"{name} has to be the number of a line.", field=name)
    return int(given)
