"""A typed endpoint: FastAPI validates its parameters and body; the rest of its ground is laid here.

It runs inside one unit of work of the asking workspace, which commits when the endpoint returns and rolls back
when it raises; the answer to an Idempotency-Key is kept in that same transaction. So it calls nobody outside:
what takes long or leaves the house is a job. A JSON body is read by the one strict reader, not by FastAPI.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.actor import Actor
from frontdesk.core.ids import WorkspaceId
from frontdesk.store import audit
from frontdesk.store.idempotency import claim, keep
from frontdesk.store.tx import Tx
from frontdesk.web.body import MAX_BODY_BYTES, decode, read_body, require_json
from frontdesk.web.exchange import exchange_of
from frontdesk.web.idempotency import Lanes, answer_again, answer_to_keep, asked_once
from frontdesk.web.program import Program

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_ASK = "frontdesk.ask"


@dataclass(frozen=True, slots=True)
class Ask:
    """What a typed endpoint works with.

    Attributes:
        tx: The unit of work; the endpoint neither commits nor rolls back.
        address: The caller's network address, for the audit log.
    """

    program: Program
    actor: Actor
    tx: Tx
    address: str | None

    @property
    def workspace(self) -> WorkspaceId:
        return self.actor.workspace

    async def record(
        self,
        action: str,
        target: str,
        *,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Put what was done into the audit log; the last thing an endpoint does."""
        entry = audit.Entry(
            self.program.clock.now(), self.actor.name, action, target, before, after, self.address
        )
        await audit.append(self.workspace, self.tx, entry)


# `async`, though it awaits nothing: FastAPI sends plain functions to a thread.
async def _asked(request: Request) -> Ask:
    found: Ask = request.scope[_ASK]
    return found


Asked = Annotated[Ask, Depends(_asked)]


class _ReadRequest(Request):
    """A request whose body has been read and decoded already."""

    def __init__(self, request: Request, body: bytes, value: object) -> None:
        super().__init__(request.scope, request.receive)
        self._read = body
        self._value = value

    async def body(self) -> bytes:
        return self._read

    async def json(self) -> object:
        return self._value


class TypedEndpoint(APIRoute):
    """FastAPI's route, used for what it knows of types; the registrar finds and admits."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        method: str,
        status: int,
        summary: str,
        name: str,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._max_body_bytes = max_body_bytes
        super().__init__(
            path,
            endpoint,
            methods=[method],
            status_code=status,
            summary=summary,
            operation_id=name,
            responses={"default": {"description": "A problem"}},
        )
        self._lanes = Lanes()
        self.serve = AsyncExitStackMiddleware(self.app)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            read = await _read(request, self._max_body_bytes)
            exchange = exchange_of(request)
            workspace = exchange.actor.workspace
            asked = asked_once(request, exchange.actor, self.path, await read.body())
            async with (
                self._lanes.hold(asked),
                exchange.program.store.unit_of_work(workspace) as tx,
            ):
                if asked is not None and (kept := await claim(workspace, tx, asked)) is not None:
                    return answer_again(kept)
                address = request.client.host if request.client else None
                request.scope[_ASK] = Ask(exchange.program, exchange.actor, tx, address)
                response = await answer(read)
                if asked is not None:
                    await keep(workspace, tx, asked, answer_to_keep(response))
                return response

        return handle


async def _read(request: Request, limit: int) -> _ReadRequest:
    body = await read_body(request, limit) if request.method in _WITH_BODY else b""
    if not body:
        return _ReadRequest(request, b"", None)
    require_json(request.headers)
    return _ReadRequest(request, body, await decode(body))
