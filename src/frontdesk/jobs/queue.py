"""Background jobs: a thin port around pgqueuer. A job carries ids only; what is to be done stands in its own table.

`enqueue` joins the caller's transaction, of either kind; `Workers.run` works jobs off in this process. Handlers
are plain functions of their rooms, registered by `app`; doing a job twice does no harm, for a killed process's is begun anew.

waiting --taken--> at work --done--> gone
   `--some time later--| handler raised |--for the last time--> failed: kept and told by `doctor`
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import msgspec
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import PgqException, RetryRequested
from pgqueuer.domain.models import Job
from pgqueuer.ports.driver import NotifyCallback
from sqlalchemy.ext.asyncio import AsyncConnection

from frontdesk.core import spans
from frontdesk.core.errors import Unavailable
from frontdesk.core.meter import JOB_SECONDS, JOBS
from frontdesk.core.spans import CARRIED
from frontdesk.store.connect import Store, away_is_unavailable, raw

Payload = dict[str, str]
Handler = Callable[[Payload], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Few:
    """A handler of long jobs, and how many of its kind may be at work at once, in all processes together.

    The others wait in the queue: one that waited inside its handler would hold a place that deliveries need.
    """

    run: Handler
    at_once: int


POLL_S = 3.0
RESTART_S = 1.0
AT_ONCE = 40
BATCH = 20
"""Jobs taken per look into the queue, and marked as done together; at most half of `AT_ONCE`."""
AGAIN_S = (5.0, 60.0, 600.0)
"""How long after each try that went wrong a job is tried again; after the last of them it has failed."""
PROBE = "probe"
"""A job that does nothing: `doctor` sees from it whether jobs are worked off."""

_ENQUEUE_ALL = "SELECT enqueue_job($1, payload, make_interval()) FROM unnest($2::bytea[]) AS new (payload)"
_DROP = """DELETE FROM pgqueuer WHERE entrypoint = $1 AND status = 'queued' AND execute_after <= now()
    AND convert_from(payload, 'UTF8')::jsonb - $3 = convert_from($2, 'UTF8')::jsonb"""

log = structlog.get_logger()


async def enqueue(
    work: AsyncConnection | asyncpg.Connection, name: str, payload: Payload, *, delay_s: float = 0.0
) -> int:
    """Add a job to the caller's transaction: it exists when that commits, and never otherwise. Gives its number."""
    connection = await raw(work) if isinstance(work, AsyncConnection) else work
    number: int = await connection.fetchval(
        "SELECT enqueue_job($1, $2, make_interval(secs => $3))", name, _body(payload), delay_s
    )
    return number


async def enqueue_all(work: AsyncConnection, name: str, payloads: Sequence[Payload]) -> None:
    """Add jobs of one kind to the caller's transaction, in one statement."""
    if payloads:
        bodies = [_body(payload) for payload in payloads]
        await (await raw(work)).execute(_ENQUEUE_ALL, name, bodies)


async def drop_queued(store: Store, name: str, payload: Payload) -> None:
    """Jobs like this that wait are not needed any more: the caller does now what each of them asks for."""
    async with store.claim_work() as connection:
        await connection.execute(_DROP, name, msgspec.json.encode(payload), CARRIED)


def _body(payload: Payload) -> bytes:
    """With what the job belongs to, where traces are made: its span goes on with that trace, in whatever process."""
    parent = spans.here()
    return msgspec.json.encode({**payload, CARRIED: parent} if parent else payload)


async def nothing(_: Payload) -> None:
    """The handler of `PROBE`."""


class _Driver(AsyncpgPoolDriver):
    """Says when the connection that listens is lost: without it jobs would be found by polling alone, for good."""

    def __init__(self, pool: asyncpg.Pool, lost: Callable[[], None]) -> None:
        super().__init__(pool)
        self._lost = lost

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        await super().add_listener(channel, callback)
        if self._listener_connection is not None:
            self._listener_connection.add_termination_listener(lambda _: self._lost())


class Workers:
    """Works jobs off until told to stop; comes back by itself after the database was away."""

    def __init__(
        self,
        store: Store,
        handlers: Mapping[str, Handler | Few],
        *,
        again_s: Sequence[float] = AGAIN_S,
        poll_s: float = POLL_S,
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._again_s = again_s
        self._poll_s = poll_s
        self._current: QueueManager | None = None
        self._stopping = asyncio.Event()

    def _manager(self) -> QueueManager:
        def again() -> None:
            manager.shutdown.set()

        manager = QueueManager(Queries(_Driver(self._store.claim_pool, again)))
        for name, handler in self._handlers.items():
            # 0 is as many as there is room for.
            few = handler if isinstance(handler, Few) else Few(handler, 0)

            async def run(job: Job, handler: Handler = few.run) -> None:
                await self._try(job, handler)

            manager.entrypoint(name, concurrency_limit=few.at_once, on_failure="hold")(run)
        return manager

    async def _try(self, job: Job, handler: Handler) -> None:
        began, outcome = time.perf_counter(), "failed"
        payload = msgspec.json.decode(job.payload or b"{}", type=Payload)
        parent = payload.pop(CARRIED, "")
        try:
            with spans.span(f"job {job.entrypoint}", span_kind="consumer", parent=parent, job=job.entrypoint):
                await handler(payload)
            outcome = "done"
        except Exception as error:
            if job.attempts < len(self._again_s):
                again_s, outcome = self._again_s[job.attempts], "again"
                if isinstance(error, Unavailable):
                    log.warning("job.postponed", job=job.entrypoint, again_s=again_s, error=error.message)
                else:
                    log.exception("job.broke", job=job.entrypoint, again_s=again_s)
                raise RetryRequested(timedelta(seconds=again_s), type(error).__name__) from error
            log.exception("job.failed", job=job.entrypoint, tries=job.attempts + 1)
            raise
        finally:
            JOBS.add(job.entrypoint, outcome)
            JOB_SECONDS.took(job.entrypoint, seconds=time.perf_counter() - began)

    async def run(self) -> None:
        while not self._stopping.is_set():
            self._current = self._manager()
            try:
                async with away_is_unavailable():
                    await self._current.run(
                        dequeue_timeout=timedelta(seconds=self._poll_s),
                        batch_size=BATCH,
                        max_concurrent_tasks=AT_ONCE,
                        log_aggregation_interval=timedelta(0),
                        # Its first probe may be sent before the listener listens; polling is our net.
                        shutdown_on_listener_failure=False,
                    )
            except (Unavailable, PgqException) as error:
                # What was lost meanwhile, the listening connection say, may show only when a stop gives it back.
                if not self._stopping.is_set():
                    log.warning("jobs.restart", error=type(error).__name__)
            except Exception:
                # One of the program's loops: without it nothing is delivered any more.
                log.exception("jobs.broke")
            else:
                continue
            if not self._stopping.is_set():
                await asyncio.sleep(RESTART_S)

    def stop(self) -> None:
        """Take no further job; `run` returns when those at work are done."""
        self._stopping.set()
        if self._current is not None:
            self._current.shutdown.set()
