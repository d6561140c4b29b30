"""A typed endpoint: FastAPI validates its parameters and body; the rest of its ground is laid here.

It runs inside one unit of work of the asking workspace, which commits when the endpoint returns and rolls back
when it raises; the answer to an Idempotency-Key is kept in that same transaction. So it calls nobody outside:
what leaves the house is a job, and what takes long is awaited `aside`. A JSON body is read by the one strict
reader, not by FastAPI.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Annotated, Any, Self, TypeVar

from fastapi import Depends
from fastapi.dependencies.utils import get_flat_params
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.params import Cookie, Header, Path
from fastapi.routing import APIRoute
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Bug, Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.store import audit
from frontdesk.store.account_sessions import SessionRow
from frontdesk.store.idempotency import AskedOnce, KeptAnswer, claim, keep
from frontdesk.store.tx import Tx
from frontdesk.web.body import MAX_BODY_BYTES, decode, read_body, require_json
from frontdesk.web.etag import tag_contents
from frontdesk.web.exchange import exchange_of
from frontdesk.web.idempotency import Lanes, answer_again, answer_to_keep, asked_once
from frontdesk.web.program import Program
from frontdesk.web.streamed import MEDIA_TYPE, TELL, Streamed, is_wanted

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_READING = frozenset({"GET", "HEAD"})
_ASK = "frontdesk.ask"
Described = dict[int | str, dict[str, Any]]
"""Answers as the OpenAPI document has them, by status."""
T = TypeVar("T")


class _Answered(Exception):
    """The answer to this Idempotency-Key is there already."""

    def __init__(self, kept: KeptAnswer, asked: AskedOnce) -> None:
        super().__init__()
        self.kept = kept
        self.asked = asked


class _Leave(Exception):
    """Nothing of this unit of work stays."""


class _Work:
    """The unit of work of one request, which begins with the claim on its Idempotency-Key.

    `after`: what is called once it is committed; of whatever changes something, every process hears.
    """

    def __init__(self, request: Request, asked: AskedOnce | None) -> None:
        exchange = exchange_of(request)
        self._store = exchange.program.store
        self._workspace = exchange.actor.workspace
        self.asked = asked
        self._open = AsyncExitStack()
        self._tx: Tx | None = None
        tell = partial(exchange.program.touch, self._workspace)
        self.after: list[Callable[[], None]] = [] if request.method == "GET" else [tell]

    @property
    def tx(self) -> Tx:
        if self._tx is None:
            raise Bug("the unit of work is used while something is awaited aside")
        return self._tx

    async def __aenter__(self) -> Self:
        return self

    async def begin(self) -> None:
        self._tx = await self._open.enter_async_context(self._store.unit_of_work(self._workspace))
        if self.asked is not None:
            kept = await claim(self._workspace, self._tx, self.asked)
            if kept is not None:
                raise _Answered(kept, self.asked)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tx = None
        await self._open.__aexit__(kind, error, trace)
        if kind is None:
            for tell in self.after:
                tell()

    async def aside(self, slow: Awaitable[T]) -> T:
        with suppress(_Leave):
            await self.__aexit__(_Leave, _Leave(), None)
        found = await slow
        self._open = AsyncExitStack()
        await self.begin()
        return found


@dataclass(frozen=True, slots=True)
class Ask:
    """What a typed endpoint works with.

    Attributes:
        address: The caller's network address, for the audit log.
        tell: What hears an answer while it is written; None where the caller takes no stream.
    """

    program: Program
    actor: Actor
    work: _Work
    address: str | None
    session: SessionRow | None = None
    tell: Callable[[str], None] | None = None

    @property
    def workspace(self) -> WorkspaceId:
        return self.actor.workspace

    @property
    def session_id(self) -> str:
        """The session that was asked in; empty for a key."""
        return self.session.id if self.session is not None else ""

    @property
    def tx(self) -> Tx:
        """The unit of work; the endpoint neither commits nor rolls back."""
        return self.work.tx

    @property
    def after(self) -> list[Callable[[], None]]:
        """What is called once the unit of work is committed, and not at all when it is not."""
        return self.work.after

    async def aside(self, slow: Awaitable[T]) -> T:
        """Await what takes long while no transaction and no connection is held.

        The unit of work ends without its effects, so nothing may have been written in it; another one begins
        afterwards, in which what was read before may have changed.
        """
        return await self.work.aside(slow)

    def after_commit(self, word: str) -> None:
        """Have every process hear this word, once what was written is committed."""
        self.after.append(partial(self.program.touch, word))

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


def _ask(request: Request, work: _Work) -> Ask:
    exchange = exchange_of(request)
    address = request.client.host if request.client else None
    session = exchange.session.row if exchange.session is not None else None
    return Ask(exchange.program, exchange.actor, work, address, session, request.scope.get(TELL))


# `async`, though it awaits nothing: FastAPI sends plain functions to a thread.
async def _asked(request: Request) -> Ask:
    found: Ask = request.scope[_ASK]
    return found


Asked = Annotated[Ask, Depends(_asked)]


@asynccontextmanager
async def asking(request: Request) -> AsyncIterator[Ask]:
    """The same ground for a page, which does what typed endpoints do by calling them."""
    work = _Work(request, None)
    async with work:
        await work.begin()
        yield _ask(request, work)


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
        responses: Described,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._max_body_bytes = max_body_bytes
        self._streams = MEDIA_TYPE in responses.get(200, {}).get("content", {})
        super().__init__(
            path,
            endpoint,
            methods=[method],
            status_code=status,
            summary=summary,
            operation_id=name,
            responses={"default": {"description": "A problem"}, **responses},
        )
        elsewhere = (Path, Header, Cookie)
        taken = get_flat_params(self.dependant)
        self._asked_for = frozenset(
            each.alias for each in taken if not isinstance(each.field_info, elsewhere)
        )
        self._lanes = Lanes()
        self.serve = AsyncExitStackMiddleware(self.app)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if self._streams and is_wanted(request.headers):
                return Streamed(request, partial(once, request))
            return await once(request)

        async def once(request: Request) -> Response:
            refuse_odd(request.query_params, self._asked_for)
            read = await _read(request, self._max_body_bytes)
            exchange = exchange_of(request)
            workspace = exchange.actor.workspace
            asked = asked_once(request, exchange.actor, self.path, await read.body())
            work = _Work(request, asked)
            request.scope[_ASK] = _ask(request, work)
            async with self._lanes.hold(asked):
                try:
                    async with work:
                        await work.begin()
                        response = await answer(read)
                        if request.method in _READING:
                            tag_contents(response)
                        if asked is not None:
                            kept = answer_to_keep(response, exchange.program.vault, workspace, asked)
                            await keep(workspace, work.tx, asked, kept)
                except _Answered as found:
                    return answer_again(found.kept, exchange.program.vault, workspace, found.asked)
            return response

        return handle


def refuse_odd(asked: QueryParams, known: Collection[str]) -> None:
    """A filter that is not there would be one that lets everything through; no text of ours holds NUL."""
    unknown = next((name for name in asked if name not in known), None)
    if unknown is not None:
        takes = f"it takes {', '.join(sorted(known))}" if known else "it takes none"
        raise Refused("invalid", f"This address has no such parameter; {takes}.", field=unknown)
    refuse_nul(asked)


def refuse_nul(asked: QueryParams, but: Collection[str] = ()) -> None:
    """No text of ours holds NUL, and the database takes none."""
    pairs = asked.multi_items()
    broken = next((name for name, value in pairs if "\x00" in name + value and name not in but), None)
    if broken is not None:
        raise Refused("invalid", "A parameter holds a NUL character.", field=broken)


async def _read(request: Request, limit: int) -> _ReadRequest:
    body = await read_body(request, limit) if request.method in _WITH_BODY else b""
    if not body:
        return _ReadRequest(request, b"", None)
    require_json(request.headers)
    return _ReadRequest(request, body, await decode(body))
