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
    """A delivery that was sent or given up under `token`; `more`: claim the next of its lane under the same."""

    workspace: WorkspaceId
    id: DeliveryId
    token: str
    ok: bool
    detail: str
    more: bool


# A head that another process is claiming just now is left to it: waiting for each other's would be a deadlock.
_SETTLE = """
    WITH done AS (
        UPDATE deliveries d
        SET status = CASE WHEN f.ok THEN 'sent' ELSE 'failed' END, detail = left(f.detail, 2000),
            finished_at = now(), claim_token = NULL
        FROM unnest($1::text[], $2::text[], $3::text[], $4::bool[], $5::text[], $6::bool[])
             AS f (workspace_id, id, token, ok, detail, more)
        WHERE d.workspace_id = f.workspace_id AND d.id = f.id AND d.claim_token = f.token
        RETURNING d.workspace_id, d.lane, f.token, d.seq, f.more),
    wanted AS (
        SELECT workspace_id, lane, token, 0 AS after
        FROM unnest($7::text[], $8::text[], $9::text[]) AS w (workspace_id, lane, token)
        UNION ALL SELECT workspace_id, lane, token, seq FROM done WHERE more),
    head AS (
        SELECT w.workspace_id, w.token, h.id
        FROM wanted w CROSS JOIN LATERAL (
            SELECT n.id FROM deliveries n
            WHERE n.workspace_id = w.workspace_id AND n.lane = w.lane AND n.status IN ('waiting', 'sending')
              AND n.seq > w.after
            ORDER BY n.seq LIMIT 1) h),
    free AS MATERIALIZED (
        SELECT d.workspace_id, d.id, head.token
        FROM deliveries d JOIN head ON d.workspace_id = head.workspace_id AND d.id = head.id
        WHERE (d.status = 'waiting' AND d.due_at <= now()) OR (d.status = 'sending' AND d.claimed_until < now())
        FOR UPDATE OF d SKIP LOCKED)
    UPDATE deliveries d
    SET status = 'sending', tries = d.tries + 1, claim_token = free.token,
        claimed_until = now() + make_interval(secs => $10)
    FROM free
    WHERE d.workspace_id = free.workspace_id AND d.id = free.id
    RETURNING free.token, d.id, d.seq, d.kind, d.body, d.tries"""


@across_workspaces(
    "who sends claims and finishes deliveries of all lanes together; what is sent stays per workspace"
)
async def settle(store: Store, done: Sequence[Finished], wanted: Sequence[Wanted]) -> dict[str, Claimed]:
    """Finish and claim, in one transaction; what was claimed, by token.

    A claim counts the try. Without one there is nothing due, or somebody else is at it. What was `done` under a
    token that lost its claim meanwhile is not written, and nothing more is claimed for it.
    """
    finishing = [list(column) for column in zip(*done, strict=True)] or [[]] * 6
    claiming = [list(column) for column in zip(*wanted, strict=True)] or [[]] * 3
    async with store.claim_work() as connection:
        rows = await connection.fetch(_SETTLE, *finishing, *claiming, CLAIM_S)
    return {token: Claimed(*claimed) for token, *claimed in rows}


async def postpone(
    workspace: WorkspaceId,
    connection: asyncpg.Connection,
    delivery_id: DeliveryId,
    *,
    token: str,
    wait_s: float,
    detail: str,
    counted: bool = True,
) -> bool:
    """Put a delivery back for later, or for now; without the try unless `counted`.

    False when the claim was lost meanwhile.
    """
    done = await connection.fetchval(
        """UPDATE deliveries
           SET status = 'waiting', due_at = now() + make_interval(secs => $4), detail = left($5, 2000),
               claim_token = NULL, tries = tries - $6::int
           WHERE workspace_id = $1 AND id = $2 AND claim_token = $3 RETURNING true""",
        workspace,
        delivery_id,
        token,
        wait_s,
        detail,
        0 if counted else 1,
    )
    return done is not None


@across_workspaces("finds lanes whose wake-up was lost or whose sender died; the sending is per workspace")
async def overdue(
    store: Store, *, by_s: float, limit: int = 500, a_target: int = 20
) -> list[tuple[WorkspaceId, str]]:
    """Workspace and lane of heads that should have left `by_s` seconds ago and have no wake-up any more.

    About 1 us for each delivery that waits, in the order of the index of lanes.

    None while wake-ups of that age wait: then the jobs are behind, and more of them would not help. Few of each
    target, so that lanes which wait for a slow one do not hide others.
    """
    async with store.claim_work() as connection:
        rows = await connection.fetch(
            """SELECT workspace_id, lane FROM (
                   SELECT workspace_id, lane, due_at,
                          row_number() OVER (PARTITION BY workspace_id, target_id ORDER BY due_at) AS place
                   FROM (
                       SELECT DISTINCT ON (workspace_id, lane)
                              workspace_id, lane, target_id, status, due_at, claimed_until
                       FROM deliveries WHERE status IN ('waiting', 'sending')
                       ORDER BY workspace_id, lane, seq) heads
                   WHERE (status = 'waiting' AND due_at < now() - make_interval(secs => $1))
                      OR (status = 'sending' AND claimed_until < now())) ranked
               WHERE place <= $3
                 AND NOT EXISTS (
                     SELECT FROM pgqueuer
                     WHERE entrypoint = 'deliver' AND status = 'queued'
                       AND execute_after < now() - make_interval(secs => $1))
               ORDER BY place, due_at LIMIT $2""",
            by_s,
            limit,
            a_target,
        )
    return [(row["workspace_id"], row["lane"]) for row in rows]
