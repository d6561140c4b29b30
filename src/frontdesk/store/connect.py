"""The only door to the database: two kinds of transaction, each bound to one workspace.

`unit_of_work(workspace)` is SQLAlchemy Core, for everything but the turn. `turn_work(workspace)` hands out an
asyncpg connection for the hot statements of the line; each statement there is a transaction of its own unless
`transaction()` is entered. Driver errors leave here as `Unavailable`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar, cast

import asyncpg
import msgspec
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

F = TypeVar("F", bound=Callable[..., object])

log = structlog.get_logger()

RETRY_AFTER_S = 2.0
REQUESTS_AT_ONCE = REQUESTS_MORE = 5
"""Connections of units of work: as many stay open, and as many come beside them for a while."""
CLOSE_S = 3.0
CLAIMING, SCHEDULES = 6, 16
"""Connections at most: for claiming work, and for locks that are held while a schedule runs, one for each schedule."""
LEASE_S = 60
"""A connection with a lock that says nothing for so long is taken for one of a process that hangs: its lock is free."""
STATEMENT_WITHIN_S = 30
CONNECT_WITHIN_S = 10
AWAY = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.PostgresIOError,
    # What the server ended to let another go on is whole again at the next try.
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    # Nor does whoever sets a `lock_timeout` wait for long: what is held now is free at a later try.
    asyncpg.LockNotAvailableError,
    # A server that was made a standby meanwhile; see `_demoted`.
    asyncpg.ReadOnlySQLTransactionError,
    # A connection that broke in the middle of a statement says this until it notices that it is closed.
    asyncpg.InternalClientError,
)
"""What the driver raises while the database cannot be reached, starts, stops or is being replaced."""


class Stale(Exception):
    """What the transaction was based on has changed meanwhile; load again and run again."""


class Duplicate(Exception):
    """A unique key of what came in is there already: the same thing came twice."""


def across_workspaces(reason: str) -> Callable[[F], F]:
    """Marks a function of `store` that looks across workspaces; the lint wants the reason in words."""

    def mark(function: F) -> F:
        function.__dict__["across_workspaces"] = reason
        return function

    return mark


def json_text(value: object) -> str:
    """The one way in which values become JSON for the database."""
    return msgspec.json.encode(value).decode()


class _Pooled(asyncpg.Connection):
    """A connection that remembers which workspace it is set to; see `turn_work`."""

    workspace: str | None = None

    async def enter(self, workspace: str) -> None:
        self.workspace = None
        await self.execute("SELECT set_config('frontdesk.workspace', $1, false)", workspace)
        self.workspace = workspace


_INSIDE = text("SELECT set_config('frontdesk.workspace', :workspace, true)")
_QUICK = text(
    "SELECT set_config('frontdesk.workspace', :workspace, true), set_config('lock_timeout', :held, true)"
)


def _settings(workspace: WorkspaceId, held_s: float) -> dict[str, str]:
    return {"workspace": workspace, "held": f"{held_s * 1000:.0f}"} if held_s else {"workspace": workspace}


@dataclass
class Store:
    """Open pools. Built once by `open_store`, closed by `close`."""

    pool: asyncpg.Pool
    claim_pool: asyncpg.Pool
    lock_pool: asyncpg.Pool
    engine: AsyncEngine
    free_within_s: float

    def turn_work(self, workspace: WorkspaceId) -> "TurnWork":
        """An asyncpg connection whose row security lets it see `workspace` only."""
        return TurnWork(self.pool, workspace, self.free_within_s)

    @asynccontextmanager
    async def unit_of_work(
        self, workspace: WorkspaceId, *, held_s: float = 0.0
    ) -> AsyncIterator[AsyncConnection]:
        """One SQLAlchemy Core transaction inside `workspace`: commits at the end, rolls back on any error.

        With `held_s` what others hold for longer is not waited for: it breaks off as if the database were away.
        Its first act is a real statement: SQLAlchemy sends BEGIN with the first one, and what went to the raw
        connection before that would survive a rollback.
        """
        async with away_is_unavailable():
            try:
                async with self.engine.begin() as connection:
                    await connection.execute(_QUICK if held_s else _INSIDE, _settings(workspace, held_s))
                    yield connection
            except BaseException as error:
                if _demoted(error):
                    await self.engine.dispose()
                raise

    @asynccontextmanager
    async def claim_work(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection under the claiming role: jobs, deliveries and inbound of every workspace, nothing else."""
        async with self._claiming(self.claim_pool) as connection:
            yield connection

    @asynccontextmanager
    async def lock_work(self) -> AsyncIterator[asyncpg.Connection]:
        """One that holds an advisory lock for as long as a schedule runs, beside those that its work takes."""
        async with self._claiming(self.lock_pool) as connection:
            yield connection

    @asynccontextmanager
    async def _claiming(self, pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
        async with away_is_unavailable(), pool.acquire(timeout=self.free_within_s) as borrowed:
            try:
                yield cast("asyncpg.Connection", borrowed)
            except BaseException as error:
                if _demoted(error):
                    await pool.expire_connections()
                raise

    async def close(self) -> None:
        """Within `CLOSE_S`, whatever state the database is in: what it committed, it has."""
        pools = (self.pool, self.claim_pool, self.lock_pool)
        await asyncio.gather(_let_go(self.engine.dispose()), *(_let_go(pool.close()) for pool in pools))


async def _let_go(closing: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(CLOSE_S):
            await closing
    except AWAY as error:
        log.warning("database.not_closed", error=type(error).__name__)


class TurnWork:
    """`async with` one pooled connection, set to one workspace; a class, since a generator costs more a turn.

    The setting stays on the session and is compared before each use: the pool hands connections out here and
    nowhere else, so none is ever used under another workspace's name.
    """

    __slots__ = ("_borrowed", "_free_within_s", "_pool", "_workspace")

    def __init__(self, pool: asyncpg.Pool, workspace: WorkspaceId, free_within_s: float) -> None:
        self._pool = pool
        self._free_within_s = free_within_s
        self._workspace = workspace
        self._borrowed: PoolConnectionProxy | None = None

    async def __aenter__(self) -> asyncpg.Connection:
        try:
            self._borrowed = await self._pool.acquire(timeout=self._free_within_s)
        except AWAY as error:
            raise _away() from error
        connection = cast("_Pooled", self._borrowed)
        if connection.workspace != self._workspace:
            try:
                await connection.enter(self._workspace)
            except BaseException as error:
                await self.__aexit__(type(error), error, None)
                raise
        return connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._borrowed is not None:
            if _demoted(error):
                await self._pool.expire_connections()
            try:
                await self._pool.release(self._borrowed)
            except AWAY as broken:
                raise _away() from broken
        if isinstance(error, AWAY):
            raise _away() from error


def _away() -> Unavailable:
    return Unavailable("The database is away.", retry_after_s=RETRY_AFTER_S)


def _demoted(error: BaseException | None) -> bool:
    """Whether a connection leads to a server that only reads by now: those at hand have to be opened anew."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig.__cause__
    return isinstance(error, asyncpg.ReadOnlySQLTransactionError)


@asynccontextmanager
async def away_is_unavailable() -> AsyncIterator[None]:
    try:
        yield
    except (*AWAY, PoolTimeoutError) as error:
        raise _away() from error
    except DBAPIError as error:
        # SQLAlchemy wraps the driver's error in one of its own, and that in another.
        cause = error.orig.__cause__ if error.orig is not None else None
        if error.connection_invalidated or isinstance(error.orig, AWAY) or isinstance(cause, AWAY):
            raise _away() from error
        raise


async def raw(connection: AsyncConnection) -> asyncpg.Connection:
    """The asyncpg connection under a unit of work, already inside its transaction."""
    return cast("asyncpg.Connection", (await connection.get_raw_connection()).driver_connection)


async def open_store(url: str, *, pool_size: int = 10, free_within_s: float = 10.0) -> Store:
    """Open the pools under the program's login; its two roles are taken on at connect.

    Whoever finds no connection free `free_within_s` later is told that the database is away.
    """

    async def keep_session(_: asyncpg.Connection) -> None:
        """No RESET on release: nothing but `turn_work` changes a session, and it costs a round trip a turn."""

    async def pool(
        role: str, size: int, kept: int = 2, idle_s: float = 300.0, **session: str
    ) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            url,
            min_size=kept,
            max_size=size,
            max_inactive_connection_lifetime=idle_s,
            reset=keep_session,
            connection_class=_Pooled,
            server_settings={"role": role, "application_name": "frontdesk", **session},
            command_timeout=STATEMENT_WITHIN_S,
            timeout=CONNECT_WITHIN_S,
        )

    async with away_is_unavailable():
        turn_pool = await pool("frontdesk_app", pool_size)
        claim_pool = await pool("frontdesk_claim", CLAIMING)
        lease = {"idle_session_timeout": f"{LEASE_S}s"}
        lock_pool = await pool("frontdesk_claim", SCHEDULES, kept=0, idle_s=LEASE_S / 2, **lease)
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=REQUESTS_AT_ONCE,
        max_overflow=REQUESTS_MORE,
        # Else each connection of before a restart of the database would fail once more after it.
        pool_pre_ping=True,
        pool_timeout=free_within_s,
        # Errors are logged, and the values are customers' texts and secrets.
        hide_parameters=True,
        json_serializer=json_text,
        json_deserializer=msgspec.json.decode,
        connect_args={
            "server_settings": {"role": "frontdesk_app", "application_name": "frontdesk"},
            "command_timeout": STATEMENT_WITHIN_S,
            "timeout": CONNECT_WITHIN_S,
        },
    )
    return Store(turn_pool, claim_pool, lock_pool, engine, free_within_s)
