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


_DUE = """((d.status = 'waiting' AND d.due_at <= now())
           OR (d.status = 'sending' AND d.claimed_until < now()))"""


async def due_head(workspace: WorkspaceId, store: Store, lane: str) -> str | None:
    """The target of a lane's oldest unfinished delivery, when that is due and nobody is sending it."""
    async with store.turn_work(workspace) as connection:
        target: str | None = await connection.fetchval(
            f"""WITH d AS (
                    SELECT target_id, status, due_at, claimed_until FROM deliveries
                    WHERE workspace_id = $1 AND lane = $2 AND status IN ('waiting', 'sending')
                    ORDER BY seq LIMIT 1)
                SELECT target_id FROM d WHERE {_DUE}""",
            workspace,
            lane,
        )
    return target


async def put_off(workspace: WorkspaceId, store: Store, lane: str, *, wait_s: float) -> None:
    """Leave a lane's due head for later without a try, with the wake-up that goes with it."""
    async with store.turn_work(workspace) as connection:
        await connection.execute(
            """WITH head AS (
                   SELECT id FROM deliveries
                   WHERE workspace_id = $1 AND lane = $2 AND status IN ('waiting', 'sending')
                   ORDER BY seq LIMIT 1),
               put AS (
                   UPDATE deliveries d SET due_at = now() + make_interval(secs => $3)
                   FROM head
                   WHERE d.workspace_id = $1 AND d.id = head.id AND d.status = 'waiting' AND d.due_at <= now()
                   RETURNING d.id)
               SELECT enqueue_job('deliver',
                   convert_to(json_build_object('workspace', $1::text, 'lane', $2::text)::text, 'UTF8'),
                   make_interval(secs => $3))
               FROM put""",
            workspace,
            lane,
            wait_s,
        )


async def claim_head(workspace: WorkspaceId, store: Store, lane: str, token: str) -> Claimed | None:
    """The oldest unfinished delivery of a lane, when it is due and nobody is sending it; counts the try."""
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(
            f"""WITH head AS (
                   SELECT id FROM deliveries
                   WHERE workspace_id = $1 AND lane = $2 AND status IN ('waiting', 'sending')
                   ORDER BY seq LIMIT 1)
               UPDATE deliveries d
               SET status = 'sending', tries = tries + 1, claim_token = $3,
                   claimed_until = now() + make_interval(secs => $4)
               FROM head
               WHERE d.workspace_id = $1 AND d.id = head.id AND {_DUE}
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
    """Workspace and lane of heads that should have left `by_s` seconds ago and have no wake-up any more."""
    async with store.claim_work() as connection:
        rows = await connection.fetch(
            """SELECT d.workspace_id, d.lane FROM deliveries d
               WHERE ((d.status = 'waiting' AND d.due_at < now() - make_interval(secs => $1))
                      OR (d.status = 'sending' AND d.claimed_until < now()))
                 AND NOT EXISTS (
                     SELECT FROM deliveries before
                     WHERE before.workspace_id = d.workspace_id AND before.lane = d.lane AND before.seq < d.seq
                       AND before.status IN ('waiting', 'sending'))
                 AND NOT EXISTS (
                     SELECT FROM pgqueuer job
                     WHERE job.entrypoint = 'deliver' AND job.status = 'queued' AND job.execute_after <= now()
                       AND convert_from(job.payload, 'UTF8')::json ->> 'lane' = d.lane)
               ORDER BY d.due_at LIMIT $2""",
            by_s,
            limit,
        )
    return [(row["workspace_id"], row["lane"]) for row in rows]
