"""The socket channel in Rasa's wire form: Socket.IO at `/socket.io/`, and at `/a/{assistant}/socket.io/`.

Bot lines and people's arrive on the open connection. Deviations from Rasa are listed in docs/integrate/socket-channel.md.
"""

import asyncio
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.file_link import FileLinks
from frontdesk.core.permission import PUBLIC
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.web.rasa import error_shape
from frontdesk.web.rasa_socket_customer import Customer, Outage, Serving
from frontdesk.web.rasa_socket_gate import Gate
from frontdesk.web.route import Route

if TYPE_CHECKING:
    from frontdesk.web.rasa_socket_server import Server

MOST_BYTES = 100_000
"""Of one message from a customer's side."""
_LIBRARY = "frontdesk.web.rasa_socket_server"

log = structlog.get_logger()


class Sockets:
    """One a process; `running` is entered with the server."""

    def __init__(self, line: Line, lanes: Lanes, file_links: FileLinks, *, token_needed: bool) -> None:
        self._gate = Gate(line, token_needed=token_needed)
        self._serving = Serving(line, lanes, self._gate, file_links, Outage())
        self._customers: dict[str, Customer] = {}
        self._making = asyncio.Lock()
        self._server: Server | None = None
        self._group: asyncio.TaskGroup | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                yield
            finally:
                self._group = None
                for customer in list(self._customers.values()):
                    await customer.leave(goodbye=False)
                if self._server is not None:
                    await self._server.shutdown()

    def close(self) -> None:
        """End every connection: the program stops, and customers come back to the next one."""
        group = self._group
        if group is not None and self._server is not None:
            group.create_task(self._server.close_all())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        server = await self._ready()
        await server.handle_request(scope, receive, send)

    async def http(self, _: Request) -> ASGIApp:
        return self

    async def _ready(self) -> "Server":
        async with self._making:
            if self._server is None:
                library = await asyncio.to_thread(importlib.import_module, _LIBRARY)
                self._server = library.made(
                    self._gate, MOST_BYTES, connected=self._connected, asked=self._asked, left=self._left
                )
            return self._server

    async def _connected(self, sid: str, connection: HTTPConnection, auth: object) -> tuple[str, str] | None:
        """Why the connection is turned away: a code and a sentence."""
        try:
            rules = await self._gate.admit(connection, auth)
        except (Refused, Unavailable) as error:
            code = error.code if isinstance(error, Refused) else "unavailable"
            return code, error.message
        group = self._group
        if group is None or self._server is None:
            return "unavailable", "The program is stopping."
        if not self._server.may_open(sid):
            return "too_many_tries", "Open a new connection: this one has had its socket."
        emit, arrived = partial(self._server.emit, to=sid), partial(self._server.arrived, sid)
        customer = self._customers[sid] = Customer(self._serving, connection, rules, emit, arrived)
        self._server.keep(sid, group.create_task(self._run(sid, customer)))
        return None

    async def _run(self, sid: str, customer: Customer) -> None:
        try:
            await customer.run()
        except Exception:
            log.exception("socket.failed")
            if self._server is not None:
                await self._server.disconnect(sid)

    def _asked(self, sid: str, event: str, data: object) -> str:
        customer = self._customers.get(sid)
        return "" if customer is None else customer.ask(event, data)

    async def _left(self, sid: str, goodbye: bool) -> None:  # noqa: FBT001
        customer = self._customers.pop(sid, None)
        if customer is not None:
            await customer.leave(goodbye=goodbye)


def routes(sockets: Sockets) -> list[Route]:
    return [
        Route(
            method=method,
            path=f"{prefix}/socket.io/",
            handler=sockets.http,
            permission=PUBLIC,
            summary="Talk over a socket",
            operation_id=f"socket_{method.lower()}{suffix}",
            raw=True,
            error_shape=error_shape,
            quiet=True,
            socket=sockets,
        )
        for prefix, suffix in (("", ""), ("/a/{assistant}", "_of_assistant"))
        for method in ("GET", "POST", "OPTIONS")
    ]
