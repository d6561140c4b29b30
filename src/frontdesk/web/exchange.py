"""One request under way: its id, who asks, what was answered, and the log line at its end.

Every answer carries the id as `X-Request-Id`, every log line of the request as `request`. An id that comes in
is ignored: it would let a caller write into our logs. Bodies and tokens are never logged.
"""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import Scope, Send

from frontdesk.core.actor import ANONYMOUS, Actor
from frontdesk.core.errors import Bug
from frontdesk.core.meter import HTTP_OPEN, HTTP_REQUESTS, HTTP_SECONDS
from frontdesk.store.ids import mint
from frontdesk.web.log_target import target
from frontdesk.web.program import Program

if TYPE_CHECKING:
    from frontdesk.web.errors import Problem
    from frontdesk.web.session_ring import Session

KEY = "frontdesk"
EVENTS = b"text/event-stream"
SENDS_EVENTS = "frontdesk.sends_events"
"""The key of the scope under which what is called stands, if the server wants to know that an answer is made of events."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

TellProblem = Callable[["Problem", str, Send], Awaitable[None]]

log = structlog.get_logger("frontdesk.web")


class Exchange:
    """Made by the application for each request, found again with `exchange_of`.

    `session`: of a signed-in person. `cookie`: goes along with the answer, unless that brings one itself.
    `beside`: further headers that go along with it. `problem`: of an answer that is half out, how a problem is told in it.
    """

    __slots__ = (
        "_scope",
        "_send",
        "_started_at",
        "_streams",
        "actor",
        "beside",
        "cookie",
        "problem",
        "program",
        "request_id",
        "session",
        "status",
    )

    def __init__(self, program: Program, scope: Scope, send: Send) -> None:
        self.program = program
        self.request_id = mint("req")
        self.actor: Actor = ANONYMOUS
        self.session: Session | None = None
        self.cookie = ""
        self.beside: list[tuple[bytes, bytes]] = []
        self.problem: TellProblem | None = None
        self.status = 0
        self._scope = scope
        self._send = send
        self._streams = False
        self._started_at = time.perf_counter()
        structlog.contextvars.bind_contextvars(request=self.request_id)

    @property
    def answering(self) -> bool:
        return self.status != 0

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """
        Raises:
            ClientDisconnect: The head was all that was asked for, and what would follow goes on and on.
        """
        if message["type"] == "http.response.start":
            self.status = message["status"]
            # A new list: an answer that is kept and sent again must not collect ids.
            headers = [*message["headers"], *self.beside, (b"x-request-id", self.request_id.encode())]
            if self.status == HTTPStatus.NO_CONTENT:
                # FastAPI says that even nothing is JSON.
                headers = [each for each in headers if each[0] != b"content-type"]
            self._streams = any(
                name == b"content-type" and value.startswith(EVENTS) for name, value in headers
            )
            if self._streams:
                HTTP_OPEN.more("events")
                self._scope.get(SENDS_EVENTS, _nothing)()
            if self.cookie and not any(name == b"set-cookie" for name, _ in headers):
                headers.append((b"set-cookie", self.cookie.encode()))
            message = {**message, "headers": headers}
        await self._send(message)
        if self._streams and self._scope["method"] == "HEAD":
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            raise ClientDisconnect

    def count_end(self, scope: Scope, path: str) -> None:
        if self._streams:
            HTTP_OPEN.less("events")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = path or "none"
        HTTP_REQUESTS.add(method, route, str(self.status))
        HTTP_SECONDS.took(method, route, seconds=time.perf_counter() - self._started_at)

    def log_end(self, scope: Scope, path: str) -> None:
        """`path` is the declared one, with its parameters' names."""
        log.info(
            "http.request",
            method=scope["method"],
            path=path,
            target=target(path, scope.get("path_params", {}), scope["query_string"].decode("latin-1")),
            status=self.status,
            actor=self.actor.name,
            duration_ms=round((time.perf_counter() - self._started_at) * 1000, 1),
        )


def _nothing() -> None:
    """Another server may not want to know."""


async def send_event(send: Send, event: bytes) -> None:
    """More of an answer that goes on."""
    await send({"type": "http.response.body", "body": event, "more_body": True})


def exchange_of(connection: HTTPConnection) -> Exchange:
    found = connection.scope.get(KEY)
    if not isinstance(found, Exchange):
        raise Bug("a request outside the application")
    return found
