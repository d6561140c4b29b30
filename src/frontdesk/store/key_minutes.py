"""How much of a key's minute its processes have taken together. Called by `web/pace`.

Processes take what they need in batches, which get smaller towards the end of the minute's requests: what one of them
took and nobody asked for is lost with the minute, and that is a 64th of what was left at most.
"""

from dataclasses import dataclass

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store

MINUTE_S = 60

# The batch for what was left before: $3 is the limit. A minute begins with the first request after the one before.
_TAKE = """
    INSERT INTO api_key_minutes AS m (workspace_id, key_id, ends_at, taken, last_batch)
    VALUES ($1, $2, now() + interval '60 seconds', greatest(1, $3::integer / 64), greatest(1, $3::integer / 64))
    ON CONFLICT (workspace_id, key_id) DO UPDATE SET
        ends_at = CASE WHEN m.ends_at <= now() THEN EXCLUDED.ends_at ELSE m.ends_at END,
        taken = CASE WHEN m.ends_at <= now() THEN EXCLUDED.taken
                     ELSE m.taken + least(greatest(1, ($3 - m.taken) / 64), greatest(0, $3 - m.taken)) END,
        last_batch = CASE WHEN m.ends_at <= now() THEN EXCLUDED.last_batch
                          ELSE least(greatest(1, ($3 - m.taken) / 64), greatest(0, $3 - m.taken)) END
    RETURNING last_batch, greatest(0, $3 - taken) AS left_over,
              extract(epoch FROM ends_at - now())::double precision AS ends_in_s"""


@dataclass(frozen=True, slots=True)
class Batch:
    """`count` requests are the caller's; `left_over` are nobody's yet, until the minute ends."""

    count: int
    left_over: int
    ends_in_s: float


async def take(workspace: WorkspaceId, store: Store, key_id: str, limit: int) -> Batch:
    """Some of the minute's requests; none when all are taken."""
    async with store.turn_work(workspace) as connection:
        (row,) = await connection.fetch(_TAKE, workspace, key_id, limit)
    return Batch(row["last_batch"], row["left_over"], row["ends_in_s"])
