"""How much waits, in all workspaces together, for `/metrics`: numbers alone, each from a small index."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from frontdesk.store.connect import REQUESTS_AT_ONCE, REQUESTS_MORE, Store, across_workspaces

if TYPE_CHECKING:
    from sqlalchemy.pool import QueuePool


@dataclass(frozen=True, slots=True)
class Backlog:
    """`waiting_s`: how long the message that has waited longest does; `overdue_s`: by how much the latest of the waiting
    deliveries is past its time; `oldest_s`: how old the oldest of them is.

    `jobs`: kind and state -> how many.
    """

    waiting: int
    waiting_s: float
    deliveries: int
    sending: int
    overdue_s: float
    oldest_s: float
    jobs: dict[tuple[str, str], int]


DELIVERIES = """
    SELECT count(*), greatest(coalesce(extract(epoch FROM now() - min(due_at)), 0), 0)::float8,
           coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8
    FROM deliveries WHERE status = 'waiting'"""


@across_workspaces("counts what waits in the whole installation; no row is shown")
async def backlog(store: Store) -> Backlog:
    async with store.claim_work() as connection:
        counted = await connection.fetch(
            f"""SELECT count(*), coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8, 0::float8
                FROM inbound WHERE status = 'waiting'
                UNION ALL {DELIVERIES}"""
        )
        sending = await connection.fetchval("SELECT count(*) FROM deliveries WHERE status = 'sending'")
        jobs = await connection.fetch(
            "SELECT entrypoint, status::text, count(*) FROM pgqueuer GROUP BY entrypoint, status"
        )
    (lanes, waiting_s, _), (deliveries, overdue_s, oldest_s) = counted
    kinds = {(row[0], row[1]): row[2] for row in jobs}
    return Backlog(lanes, waiting_s, deliveries, sending, overdue_s, oldest_s, kinds)


@dataclass(frozen=True, slots=True)
class Pool:
    name: str
    open: int
    idle: int
    most: int


def pools(store: Store) -> tuple[Pool, ...]:
    """The connections of this process to the database."""
    own = (("turns", store.pool), ("claims", store.claim_pool), ("locks", store.lock_pool))
    found = [Pool(name, pool.get_size(), pool.get_idle_size(), pool.get_max_size()) for name, pool in own]
    requests = cast("QueuePool", store.engine.pool)
    idle = requests.checkedin()
    found.append(Pool("requests", idle + requests.checkedout(), idle, REQUESTS_AT_ONCE + REQUESTS_MORE))
    return tuple(found)
