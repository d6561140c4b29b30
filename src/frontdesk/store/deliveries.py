"""What has to reach somebody outside: the truth about it, whatever the jobs say. Called by `turn/deliver.py`.

waiting --claim--> sending --ok--> sent
                      |--worth another try--> waiting (later)
                      |--otherwise--> failed (the lane moves on)
                      `--claim runs out (sender died)--> may be claimed again
Within a lane (one target, one conversation) rows leave in the order of `seq`, one at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import asyncpg

from frontdesk.core.ids import DeliveryId, WorkspaceId
from frontdesk.ports.outlet import Sent
from frontdesk.store.connect import Store, across_workspaces

CLAIM_S = 60.0
"""How long a claimed delivery is left to its sender; longer than any attempt may take."""


@dataclass(frozen=True, slots=True)
class Claimed:
    id: DeliveryId
    seq: int
    kind: str
    body: bytes
    tries: int


class Wanted(NamedTuple):
    """A lane whose oldest unfinished delivery is to be claimed under `token`, no two at once under the same."""

    workspace: WorkspaceId
    lane: str
    token: str


class Finished(NamedTuple):
    """A delivery that was sent or given up under `token`; `more`: claim the next of its lane under the same.

    `took_ms`, `status` and `answer` are those of the attempt, where one was made; kept of attempts to reach endpoints.
    """

    workspace: WorkspaceId
    id: DeliveryId
    token: str
    ok: bool
    detail: str
    more: bool
    took_ms: int | None = None
    status: int | None = None
    answer: bytes = b""


class Settled(NamedTuple):
    """What was claimed, by token, and the tokens of what was finished."""

    claimed: dict[str, Claimed]
    finished: frozenset[str]


# Rows that somebody else has locked are left out: waiting for one would hold up every lane, and two processes that
# wait for each other's would be a deadlock. Each row is found by its key, one by one: left to choose, the planner
# compares every lane with everything that is due. The same where a few rows were counted before a burst came: then
# sorting what it finds by workspace looks as cheap as reading a lane in its order.
IN_ORDER = "SET LOCAL enable_sort = off"
SETTLE = """
    WITH own AS MATERIALIZED (
        SELECT d.workspace_id, d.id, d.kind, d.target_id, f.token, f.ok, f.detail, f.more, f.took_ms, f.status, f.answer
        FROM unnest($1::text[], $2::text[], $3::text[], $4::bool[], $5::text[], $6::bool[], $7::int[], $8::int[],
                    $9::bytea[])
             AS f (workspace_id, id, token, ok, detail, more, took_ms, status, answer)
        CROSS JOIN LATERAL (
            SELECT workspace_id, id, kind, target_id FROM deliveries
            WHERE workspace_id = f.workspace_id AND id = f.id AND claim_token = f.token
            FOR UPDATE SKIP LOCKED) d),
    done AS (
        UPDATE deliveries d
        SET status = CASE WHEN f.ok THEN 'sent' ELSE 'failed' END, detail = left(f.detail, 2000),
            finished_at = now(), claim_token = NULL
        FROM own f
        WHERE d.workspace_id = f.workspace_id AND d.id = f.id
        RETURNING d.workspace_id, d.lane, f.token, d.seq, f.more),
    noted AS (
        INSERT INTO webhook_attempts (workspace_id, webhook_id, delivery_id, took_ms, ok, status, detail, answer)
        SELECT workspace_id, target_id, id, took_ms, ok, status, left(detail, 2000), answer
        FROM own WHERE kind = 'webhook' AND took_ms IS NOT NULL),
    wanted AS (
        SELECT workspace_id, lane, token, 0 AS after
        FROM unnest($10::text[], $11::text[], $12::text[]) AS w (workspace_id, lane, token)
        UNION ALL SELECT workspace_id, lane, token, seq FROM done WHERE more),
    head AS MATERIALIZED (
        SELECT w.workspace_id, w.token, h.id
        FROM wanted w CROSS JOIN LATERAL (
            SELECT n.id FROM deliveries n
            WHERE n.workspace_id = w.workspace_id AND n.lane = w.lane AND n.status IN ('waiting', 'sending')
              AND n.seq > w.after
            ORDER BY n.seq LIMIT 1) h),
    free AS MATERIALIZED (
        SELECT d.workspace_id, d.id, head.token
        FROM head CROSS JOIN LATERAL (
            SELECT workspace_id, id FROM deliveries
            WHERE workspace_id = head.workspace_id AND id = head.id
              AND CASE status WHEN 'waiting' THEN due_at <= now() WHEN 'sending' THEN claimed_until < now() END
            FOR UPDATE SKIP LOCKED) d),
    claimed AS (
        UPDATE deliveries d
        SET status = 'sending', tries = d.tries + 1, claim_token = free.token,
            claimed_until = now() + make_interval(secs => $13)
        FROM free
        WHERE d.workspace_id = free.workspace_id AND d.id = free.id
        RETURNING free.token, d.id, d.seq, d.kind, d.body, d.tries)
    SELECT token, id, seq, kind, body, tries FROM claimed
    UNION ALL SELECT token, NULL, NULL, NULL, NULL, NULL FROM done"""


@across_workspaces(
    "who sends claims and finishes deliveries of all lanes together; what is sent stays per workspace"
)
async def settle(store: Store, done: Sequence[Finished], wanted: Sequence[Wanted]) -> Settled:
    """Finish and claim, in one transaction.

    A claim counts the try. Without one there is nothing due, or somebody else is at it. What was `done` under a
    token that lost its claim meanwhile, or whose row is locked just now, is not written, and nothing is claimed
    for it.
    """
    finishing = [list(column) for column in zip(*done, strict=True)] or [[]] * 9
    claiming = [list(column) for column in zip(*wanted, strict=True)] or [[]] * 3
    async with store.claim_work() as connection, connection.transaction():
        await connection.execute(IN_ORDER)
        rows = await connection.fetch(SETTLE, *finishing, *claiming, CLAIM_S)
    claimed = {token: Claimed(*row) for token, *row in rows if row[0] is not None}
    return Settled(claimed, frozenset(token for token, *row in rows if row[0] is None))


async def postpone(
    workspace: WorkspaceId,
    connection: asyncpg.Connection,
    delivery_id: DeliveryId,
    *,
    token: str,
    wait_s: float,
    detail: str,
    counted: bool = True,
    lane: str | None = None,
) -> bool:
    """Put a delivery back for later, or for now, into its lane or another; without the try unless `counted`.

    False when the claim was lost meanwhile.
    """
    done = await connection.fetchval(
        """UPDATE deliveries
           SET status = 'waiting', due_at = now() + make_interval(secs => $4), detail = left($5, 2000),
               claim_token = NULL, tries = tries - $6::int, lane = coalesce($7, lane)
           WHERE workspace_id = $1 AND id = $2 AND claim_token = $3 RETURNING true""",
        workspace,
        delivery_id,
        token,
        wait_s,
        detail,
        0 if counted else 1,
        lane,
    )
    return done is not None


async def note_attempt(
    workspace: WorkspaceId,
    connection: asyncpg.Connection,
    webhook_id: str,
    delivery_id: DeliveryId,
    sent: Sent,
) -> None:
    """Keep in the log how an attempt to reach an endpoint ended."""
    await connection.execute(
        """INSERT INTO webhook_attempts (workspace_id, webhook_id, delivery_id, took_ms, ok, status, detail, answer)
           VALUES ($1, $2, $3, $4, $5, $6, left($7, 2000), $8)""",
        workspace,
        webhook_id,
        delivery_id,
        sent.took_ms,
        sent.ok,
        sent.status,
        sent.detail,
        sent.answer,
    )


@across_workspaces("finds lanes whose wake-up was lost or whose sender died; the sending is per workspace")
async def overdue(
    store: Store, *, by_s: float, limit: int = 2_000, a_target: int = 200, a_taker: int = 1_500
) -> list[tuple[WorkspaceId, str]]:
    """Workspace and lane of heads that should have left `by_s` seconds ago and have no wake-up any more.

    About 1 us for each delivery that waits, in the order of the index of lanes.

    None while wake-ups of that age wait: then the jobs are behind, and more of them would not help. Targets take
    turns, and have so many each, so that lanes which wait for a slow one neither hide others nor are woken without end.
    One that takes what it is sent has more, `a_taker`: what waited while it was away goes as fast as it takes it.
    """
    async with store.claim_work() as connection:
        rows = await connection.fetch(
            """WITH takers AS MATERIALIZED (
                   SELECT DISTINCT workspace_id, target_id FROM deliveries
                   WHERE finished_at > now() - 3 * make_interval(secs => $1) AND status = 'sent')
               SELECT workspace_id, lane FROM (
                   SELECT workspace_id, target_id, lane, due_at,
                          row_number() OVER (PARTITION BY workspace_id, target_id ORDER BY due_at) AS place
                   FROM (
                       SELECT DISTINCT ON (workspace_id, lane)
                              workspace_id, lane, target_id, status, due_at, claimed_until
                       FROM deliveries WHERE status IN ('waiting', 'sending')
                       ORDER BY workspace_id, lane, seq) heads
                   WHERE (status = 'waiting' AND due_at < now() - make_interval(secs => $1))
                      OR (status = 'sending' AND claimed_until < now())) ranked
               WHERE place <= CASE WHEN (workspace_id, target_id) IN (SELECT * FROM takers) THEN $4::bigint ELSE $3::bigint END
                 AND NOT EXISTS (
                     SELECT FROM pgqueuer
                     WHERE entrypoint = 'deliver' AND status = 'queued'
                       AND execute_after < now() - make_interval(secs => $1))
               ORDER BY place, due_at LIMIT $2""",
            by_s,
            limit,
            a_target,
            a_taker,
        )
    return [(row["workspace_id"], row["lane"]) for row in rows]
