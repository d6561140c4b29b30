"""What has to reach somebody outside: the truth about it, whatever the jobs say. Called by `turn/deliver.py`.

waiting --claim--> sending --ok--> sent
                      |--worth another try--> waiting (later)
                      |--otherwise--> failed (the lane moves on)
                      `--claim runs out (sender died)--> may be claimed again
Within a lane (one target, one conversation) rows leave in the order of `seq`, one at a time.
"""

from dataclasses import dataclass

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


_CLAIM = """UPDATE deliveries d
    SET status = 'sending', tries = d.tries + 1, claim_token = $3, claimed_until = now() + make_interval(secs => $4)
    FROM head
    WHERE d.workspace_id = $1 AND d.id = head.id
      AND ((d.status = 'waiting' AND d.due_at <= now()) OR (d.status = 'sending' AND d.claimed_until < now()))
    RETURNING d.id, d.seq, d.kind, d.body, d.tries"""

_CLAIM_HEAD = f"""
    WITH head AS (
        SELECT id FROM deliveries
        WHERE workspace_id = $1 AND lane = $2 AND status IN ('waiting', 'sending')
        ORDER BY seq LIMIT 1)
    {_CLAIM}"""

# One round trip instead of two for each delivery but a lane's first.
_FINISH_AND_CLAIM = f"""
    WITH finished AS (
        UPDATE deliveries
        SET status = $6, detail = left($7, 2000), finished_at = now(), claim_token = NULL
        WHERE workspace_id = $1 AND id = $5 AND claim_token = $3 RETURNING seq),
    head AS (
        SELECT n.id FROM deliveries n, finished
        WHERE n.workspace_id = $1 AND n.lane = $2 AND n.status IN ('waiting', 'sending') AND n.seq > finished.seq
          AND $8
        ORDER BY n.seq LIMIT 1)
    {_CLAIM}"""


async def claim_head(workspace: WorkspaceId, store: Store, lane: str, token: str) -> Claimed | None:
    """The oldest unfinished delivery of a lane, when it is due and nobody is sending it; counts the try."""
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_CLAIM_HEAD, workspace, lane, token, CLAIM_S)
    return None if row is None else Claimed(*row)


async def finish(
    workspace: WorkspaceId,
    store: Store,
    delivery_id: DeliveryId,
    *,
    lane: str,
    token: str,
    ok: bool,
    detail: str,
    more: bool,
) -> Claimed | None:
    """Close a delivery as sent or failed, and claim the next of its lane when `more` are wanted.

    None when nothing more is due, or when the claim was lost meanwhile: then nothing is written.
    """
    status = "sent" if ok else "failed"
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(
            _FINISH_AND_CLAIM, workspace, lane, token, CLAIM_S, delivery_id, status, detail, more
        )
    return None if row is None else Claimed(*row)


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
