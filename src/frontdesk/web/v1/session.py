"""`/api/v1/session`: sign in with JSON, and out. Pages do the same with forms; both end up in `access.signing_in`."""

from typing import Annotated, Any

import msgspec
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.access import sessions, signing_in
from frontdesk.access.door import Caller, Door
from frontdesk.access.signing_in import SignedIn
from frontdesk.core.errors import Refused
from frontdesk.core.permission import PUBLIC
from frontdesk.store import account_sessions
from frontdesk.store.accounts import read_account
from frontdesk.web.body import parse_json, read_body, require_json
from frontdesk.web.exchange import exchange_of
from frontdesk.web.origin import is_from_here, keeps_secrets
from frontdesk.web.route import Route, route
from frontdesk.web.session_ring import address_of, cookie_gone, cookie_with, shown_secret

ROUTES: list[Route] = []
PATH = "/api/v1/session"
MOST_BYTES = 4_000


class Shown(BaseModel):
    """What somebody signs in with; `code` where their account wants one."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, Field(max_length=320)]
    password: Annotated[str, Field(max_length=1000)]
    code: Annotated[str, Field(max_length=40)] = ""


class _Begun(msgspec.Struct):
    account_id: str
    name: str
    role: str
    workspace_id: str
    csrf: str


_SIGNED_IN = {
    "description": "Signed in: the cookie is the session, and `csrf` goes along as X-CSRF-Token with every change.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["account_id", "name", "role", "workspace_id", "csrf"],
                "properties": {
                    name: {"type": "string"}
                    for name in ("account_id", "name", "role", "workspace_id", "csrf")
                },
            }
        }
    },
}
_OPERATION: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["email", "password"],
                    "additionalProperties": False,
                    "properties": {
                        "email": {"type": "string", "maxLength": 320},
                        "password": {"type": "string", "maxLength": 1000},
                        "code": {
                            "type": "string",
                            "maxLength": 40,
                            "description": "Of the account's app, or a recovery code.",
                        },
                    },
                }
            }
        },
    },
    "responses": {"201": _SIGNED_IN, "default": {"$ref": "#/components/responses/Problem"}},
}


def refuse_unsafe_place(request: Request, public_url: str) -> None:
    """Where others can listen nobody signs in, and a browser would not keep the cookie."""
    if not keeps_secrets(request, public_url):
        raise Refused(
            "forbidden",
            "Passwords are not taken over plain http: open Frontdesk by https (a proxy that speaks TLS in front, and "
            "PUBLIC_URL set to its address), or on the machine itself by http://localhost.",
        )


@route(
    ROUTES,
    "POST",
    PATH,
    permission=PUBLIC,
    summary="Sign in.",
    raw=True,
    operation=_OPERATION,
    operation_id="sign_in",
)
async def sign_in(request: Request) -> Response:
    program = exchange_of(request).program
    require_json(request.headers)
    refuse_unsafe_place(request, program.public_url)
    if "origin" in request.headers and not is_from_here(request, program.public_url):
        raise Refused("forbidden", "The request was sent from another address than this one (Origin).")
    shown, caller = (
        _shown(await read_body(request, MOST_BYTES)),
        Caller(address_of(request.scope), request.headers.get("user-agent", "")),
    )
    found = await signing_in.sign_in(program.door, shown.email, shown.password, caller)
    if found.session.stage == "code":
        found = await _with_code(program.door, found, shown.code, caller)
    await sessions.end_held(program.door, shown_secret(request.scope))
    return await _begun(program.door, found)


def _shown(body: bytes) -> Shown:
    given = parse_json(body)
    try:
        return Shown.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False, include_input=False)) from None


async def _with_code(door: Door, found: SignedIn, code: str, caller: Caller) -> SignedIn:
    """The open session; the one that waits for a code is not left behind."""
    if not code:
        await _end(door, found)
        raise Refused("code_needed", "Send `code` as well: of the account's app, or a recovery code.")
    try:
        return await signing_in.show_code(door, found.waiting, code, caller)
    except Refused:
        await _end(door, found)
        raise


async def _end(door: Door, found: SignedIn) -> None:
    async with door.store.unit_of_work(found.workspace) as tx:
        await account_sessions.end_session(found.workspace, tx, found.account_id, found.session.id)


async def _begun(door: Door, found: SignedIn) -> Response:
    async with door.store.unit_of_work(found.workspace) as tx:
        account = await read_account(found.workspace, tx, found.account_id)
    csrf = sessions.csrf_of(door, found.session.id)
    body = _Begun(account.id, account.name, account.role, found.workspace, csrf)
    headers = {"set-cookie": cookie_with(found.session.secret), "cache-control": "no-store"}
    return Response(msgspec.json.encode(body), 201, headers, "application/json")


@route(
    ROUTES,
    "DELETE",
    PATH,
    permission="account.self",
    summary="Sign out.",
    raw=True,
    operation={
        "responses": {
            "204": {"description": "Signed out."},
            "default": {"$ref": "#/components/responses/Problem"},
        }
    },
    operation_id="sign_out",
)
async def sign_out(request: Request) -> Response:
    exchange = exchange_of(request)
    if exchange.session is None:
        raise Refused("forbidden", "Only a session signs out; a key is revoked instead.")
    await signing_in.sign_out(
        exchange.program.door,
        exchange.session.row,
        Caller(address_of(request.scope), request.headers.get("user-agent", "")),
    )
    return Response(status_code=204, headers={"set-cookie": cookie_gone()})
