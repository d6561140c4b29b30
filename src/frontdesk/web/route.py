"""The one registrar: every HTTP endpoint is declared as a `Route`, with its permission, and served from a `Table`.

Two ways to write an endpoint:
- typed (the default): a FastAPI endpoint; parameters and body are validated, it runs inside one unit of work
- raw: `async (Request) -> Response`; for hot wires, streams, files. It says its OpenAPI operation by hand

Nothing else answers HTTP: the table takes `Route`s only, checks each permission against the one table of
`core.permission` and enforces it here, before the endpoint sees the request.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar, Unpack

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from frontdesk.core.errors import Bug, Refused
from frontdesk.core.permission import PERMISSIONS, PUBLIC
from frontdesk.store.alerts import whose
from frontdesk.store.audit import asked_from
from frontdesk.web.auth import KeyRing, hold_to, presented_key
from frontdesk.web.body import MAX_BODY_BYTES
from frontdesk.web.cross_origin import BELOW
from frontdesk.web.errors import ErrorShape, WrongMethod, explain, problem_json
from frontdesk.web.exchange import Exchange
from frontdesk.web.forgery import refuse_forged
from frontdesk.web.told_page import NAMES
from frontdesk.web.typed import Described, TypedEndpoint, refuse_nul, refuse_odd

log = structlog.get_logger("frontdesk.web")

H = TypeVar("H", bound=Callable[..., Awaitable[Any]])
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, kw_only=True)
class Route:
    """One declared endpoint.

    Attributes:
        method: One of `METHODS`; GET answers HEAD as well.
        path: With parameters as Starlette writes them: `{channel_id}`, `{sender:path}`.
        handler: A FastAPI endpoint, or when `raw` an `async (Request) -> Response`.
        permission: A key of `PERMISSIONS`, or `PUBLIC`.
        summary: A few words for the OpenAPI document.
        operation_id: Its stable name there; the handler's name unless given.
        raw: See the head of this file.
        operation: OpenAPI operation of a raw route, summary and ids left out; None keeps it out of the document.
        status: Of a typed endpoint's good answer.
        token_in_query: Whether `?token=` is taken as the key; logs never show it.
        error_shape: The envelope of its errors.
        max_body_bytes: Of a typed endpoint; a longer body is refused.
        responses: Of a typed endpoint: answers that do not follow from its types, as the document has them. With
            `STREAMED` it answers as server-sent events where the caller takes them.
        quiet: Good answers leave no log line (hot wires, probes).
        key_may: Of a public route: the permission that a key needs which comes all the same.
        socket: Of a public GET: what answers a WebSocket at the same address.
    """

    method: str
    path: str
    handler: Callable[..., Awaitable[Any]]
    permission: str
    summary: str
    operation_id: str = ""
    raw: bool = False
    operation: Mapping[str, Any] | None = None
    status: int = 200
    token_in_query: bool = False
    error_shape: ErrorShape = problem_json
    max_body_bytes: int = MAX_BODY_BYTES
    responses: Described | None = None
    quiet: bool = False
    key_may: str = ""
    socket: ASGIApp | None = None

    @property
    def name(self) -> str:
        return self.operation_id or self.handler.__name__


class _Options(TypedDict, total=False):
    operation_id: str
    raw: bool
    operation: Mapping[str, Any] | None
    status: int
    token_in_query: bool
    error_shape: ErrorShape
    max_body_bytes: int
    responses: Described | None
    quiet: bool


def route(
    into: list[Route],
    method: str,
    path: str,
    *,
    permission: str,
    summary: str,
    **options: Unpack[_Options],
) -> Callable[[H], H]:
    """Declare the decorated handler; `options` are the further fields of `Route`."""

    def declare(handler: H) -> H:
        into.append(
            Route(
                method=method, path=path, handler=handler, permission=permission, summary=summary, **options
            )
        )
        return handler

    return declare


class Endpoint:
    """What serves one route: admits, runs, and puts errors into the route's shape."""

    __slots__ = ("_keys", "_run", "route")

    def __init__(self, route: Route, run: ASGIApp, keys: KeyRing) -> None:
        self.route = route
        self._run = run
        self._keys = keys

    async def serve(self, exchange: Exchange, scope: Scope, receive: Receive) -> None:
        route = self.route
        client = scope.get("client")
        asked_from.set(client[0] if client else None)
        try:
            if route.permission != PUBLIC:
                receive = await self._admit(exchange, scope, receive)
            elif route.key_may and presented_key(scope, token_in_query=False) is not None:
                exchange.actor, _ = await self._keys.known(scope, beside=exchange.beside)
                hold_to(exchange.actor, route.key_may)
            await self._run(scope, receive, exchange.send)
        except ClientDisconnect:
            exchange.status = exchange.status or 499
        except Exception as error:  # noqa: BLE001  # the loop of the web room; `refuse` logs what is ours
            await refuse(error, exchange, scope, receive, route.error_shape)

    async def _admit(self, exchange: Exchange, scope: Scope, receive: Receive) -> Receive:
        route, ring = self.route, self._keys.sessions
        exchange.actor, exchange.session = await self._keys.known(
            scope, token_in_query=route.token_in_query, beside=exchange.beside
        )
        # Known before they are judged: the log and the page that says no are about somebody.
        structlog.contextvars.bind_contextvars(workspace=exchange.actor.workspace)
        hold_to(exchange.actor, route.permission)
        whose.set(exchange.actor.workspace)
        if exchange.session is None:
            return receive
        exchange.cookie = exchange.session.cookie
        public_url = exchange.program.public_url
        return await refuse_forged(
            ring.door,
            exchange.session,
            scope,
            receive,
            public_url=public_url,
            max_body_bytes=route.max_body_bytes,
        )


async def refuse(
    error: Exception, exchange: Exchange, scope: Scope, receive: Receive, shape: ErrorShape
) -> None:
    """Answer with the error; one that is ours goes to the log with its stack."""
    problem = explain(error)
    if problem.code == "internal":
        # How it is written out, without what the frames held and what the database quotes, is `app.logs`' affair.
        log.error("http.failed", exc_info=error)
    if exchange.answering:
        # Half an answer is out: unless it is a stream, only breaking the connection tells the other side.
        if exchange.problem is None:
            raise error
        await exchange.problem(problem, exchange.request_id, exchange.send)
    else:
        await shape(problem, exchange.request_id)(scope, receive, exchange.send)


class Place:
    """One path with its endpoints by method."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.endpoints: dict[str, Endpoint] = {}
        self._pattern, _, self._convertors = compile_path(path)

    @property
    def is_exact(self) -> bool:
        return not self._convertors

    @property
    def error_shape(self) -> ErrorShape:
        return next(iter(self.endpoints.values())).route.error_shape

    def parameters(self, path: str) -> dict[str, Any] | None:
        """The path's parameters, or None when it is another path."""
        match = self._pattern.fullmatch(path)
        if match is None:
            return None
        return {name: self._convertors[name].convert(value) for name, value in match.groupdict().items()}

    def endpoint(self, method: str) -> Endpoint:
        found = self.endpoints.get("GET" if method == "HEAD" else method)
        if found is None:
            raise WrongMethod(self.methods())
        return found

    def methods(self) -> list[str]:
        return [*self.endpoints, *(["HEAD"] if "GET" in self.endpoints else [])]


class Table:
    """Every place there is. Paths without parameters are found in one step, whatever their number."""

    def __init__(self, routes: Iterable[Route], keys: KeyRing) -> None:
        self.places: dict[str, Place] = {}
        self.typed: list[TypedEndpoint] = []
        names: set[str] = set()
        for declared in routes:
            self._add(declared, keys, names)
        self._exact = {place.path: place for place in self.places.values() if place.is_exact}
        self._patterns = [place for place in self.places.values() if not place.is_exact]

    @property
    def routes(self) -> Sequence[Route]:
        return [endpoint.route for place in self.places.values() for endpoint in place.endpoints.values()]

    def find(self, scope: Scope) -> Place | None:
        path = scope["path"]
        if (place := self._exact.get(path)) is not None:
            scope["path_params"] = {}
            return place
        for place in self._patterns:
            parameters = place.parameters(path)
            if parameters is not None:
                scope["path_params"] = parameters
                return place
        return None

    def _add(self, declared: Route, keys: KeyRing, names: set[str]) -> None:
        _check(declared)
        place = self.places.setdefault(declared.path, Place(declared.path))
        if declared.method in place.endpoints or declared.name in names:
            raise Bug(f"{declared.method} {declared.path} ({declared.name}) is declared twice")
        names.add(declared.name)
        place.endpoints[declared.method] = Endpoint(declared, self._runner(declared), keys)

    def _runner(self, declared: Route) -> ASGIApp:
        if declared.raw:
            return _raw(declared)
        typed = TypedEndpoint(
            declared.path,
            declared.handler,
            method=declared.method,
            status=declared.status,
            summary=declared.summary,
            name=declared.name,
            max_body_bytes=declared.max_body_bytes,
            responses=declared.responses or {},
        )
        self.typed.append(typed)
        return typed.serve


def _check(declared: Route) -> None:
    where = f"{getattr(declared, 'path', declared)!r}"
    if not isinstance(declared, Route):
        raise Bug(f"{where} did not come through the registrar")
    if declared.method not in METHODS:
        raise Bug(f"{where}: there is no method {declared.method!r}")
    if declared.permission != PUBLIC and declared.permission not in PERMISSIONS:
        raise Bug(f"{where}: there is no permission {declared.permission!r}")
    if declared.key_may and (declared.permission != PUBLIC or declared.key_may not in PERMISSIONS):
        raise Bug(f"{where}: a key may {declared.key_may!r} where nobody needs one, and only what there is")
    if declared.socket is not None and declared.permission != PUBLIC:
        raise Bug(f"{where}: who opens a socket is not asked for a permission here")
    if declared.raw is False and declared.operation is not None:
        raise Bug(f"{where}: a typed endpoint's operation is made from its types")


def _raw(declared: Route) -> ASGIApp:
    told = (declared.operation or {}).get("parameters", [])
    known = frozenset(each["name"] for each in told if each.get("in") == "query")
    # Other addresses are wires of other systems, which send along what they like.
    is_ours = declared.path.startswith(BELOW)

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        if is_ours:
            refuse_odd(request.query_params, known)
        else:
            # What a page tells of itself is left out where it is no text.
            refuse_nul(request.query_params, but=NAMES)
        response: ASGIApp = await declared.handler(request)
        await response(scope, receive, send)

    return run


def not_found() -> Refused:
    return Refused("not_found", "There is nothing at this address.")
