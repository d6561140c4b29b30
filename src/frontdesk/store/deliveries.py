"""What has to reach somebody outside: the truth about it, whatever the jobs say. Called by `turn/deliver.py`.

waiting --claim--> sending --ok--> sent
                      |--worth another try--> waiting (later)
                      |--otherwise--> failed (the lane moves on)
                      `--claim runs out (sender died)--> may be claimed again
Within a lane (one target, one conversation) rows leave in the order of `seq`, one at a time.
"""

from dataclasses import dataclass

from frontdesk.core.ids import DeliveryId, WorkspaceId
from frontdesk.store.connect import Store, across_workspaces

CLAIM_S = 60.0
"""How long a claimed delivery is left to its sender; longer than any attempt may take."""


@dataclass(frozen=True, slots=True)
class Claimed:
    id: DeliveryId
    seq: int
    kind: str
    target_id: str
    body: bytes
    tries: int


async def claim_head(workspace: WorkspaceId, store: Store, lane: str, token: str) -> Claimed | None:
    """The oldest unfinished delivery of a lane, when it is due and nobody is sending it; counts the try."""
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(
            """WITH head AS (
                   SELECT id FROM deliveries
                   WHERE workspace_id = $1 AND lane = $2 AND status IN ('waiting', 'sending')
                   ORDER BY seq LIMIT 1)
               UPDATE deliveries d
               SET status = 'sending', tries = tries + 1, claim_token = $3,
                   claimed_until = now() + make_interval(secs => $4)
               FROM head
               WHERE d.workspace_id = $1 AND d.id = head.id
                 AND ((d.status = 'waiting' AND d.due_at <= now())
                      OR (d.status = 'sending' AND d.claimed_until < now()))
               RETURNING d.id, d.seq, d.kind, d.target_id, d.body, d.tries""",
            workspace,
            lane,
            token,
            CLAIM_S,
        )
    return None if row is None else Claimed(*row)


async def finish(
    workspace: WorkspaceId, store: Store, delivery_id: DeliveryId, *, token: str, ok: bool, detail: str
) -> bool:
    """Close a delivery as sent or failed; False when the claim was lost meanwhile."""
    async with store.turn_work(workspace) as connection:
        done = await connection.fetchval(
            """UPDATE deliveries SET status = $4, detail = left($5, 2000), finished_at = now(), claim_token = NULL
               WHERE workspace_id = $1 AND id = $2 AND claim_token = $3 RETURNING true""",
            workspace,
            delivery_id,
            token,
            "sent" if ok else "failed",
            detail,
        )
    return done is not None


async def postpone(
    workspace: WorkspaceId,
    store: Store,
    claimed: Claimed,
    *,
    lane: str,
    token: str,
    wait_s: float,
    detail: str,
) -> bool:
    """Put a delivery back for later, with the wake-up that goes with it, in one transaction."""
    async with store.turn_work(workspace) as connection:
        done = await connection.fetchval(
            """WITH put AS (
                   UPDATE deliveries
                   SET status = 'waiting', due_at = now() + make_interval(secs => $4), detail = left($5, 2000),
                       claim_token = NULL
                   WHERE workspace_id = $1 AND id = $2 AND claim_token = $3 RETURNING id)
               SELECT enqueue_job('deliver',
                   convert_to(json_build_object('workspace', $1::text, 'lane', $6::text)::text, 'UTF8'),
                   make_interval(secs => $4))
               FROM put""",
            workspace,
            claimed.id,
            token,
            wait_s,
            detail,
            lane,
        )
    return done is not None


@across_workspaces("finds lanes whose wake-up was lost or whose sender died; the sending is per workspace")
async def overdue(store: Store, *, by_s: float, limit: int = 500) -> list[tuple[WorkspaceId, str]]:
    """Workspace and lane of deliveries at the head of their lanes that should have left `by_s` seconds ago."""
    async with store.claim_work() as connection:
        rows = await connection.fetch(
            """SELECT workspace_id, lane FROM deliveries d
               WHERE ((status = 'waiting' AND due_at < now() - make_interval(secs => $1))
                      OR (status = 'sending' AND claimed_until < now()))
                 AND NOT EXISTS (
                     SELECT FROM deliveries h
                     WHERE h.workspace_id = d.workspace_id AND h.lane = d.lane AND h.seq < d.seq
                       AND h.status IN ('waiting', 'sending'))
               ORDER BY due_at LIMIT $2""",
            by_s,
            limit,
        )
    return [(row["workspace_id"], row["lane"]) for row in rows]
