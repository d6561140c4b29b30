"""What in a workspace waits for somebody to act: shown beside the menus. Called by the frame of the panel's pages."""

from dataclasses import dataclass

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.bots import IS_NO_PREVIEW
from frontdesk.store.tx import Tx

MOST = 1000
_READ = text(f"""
    SELECT w.name,
           (SELECT count(*) FROM (
                SELECT FROM conversations c
                WHERE c.workspace_id = :w AND c.owner = 'queued' AND {IS_NO_PREVIEW} LIMIT :most) AS queued) AS queued,
           (SELECT count(*) FROM alerts a
            WHERE a.workspace_id = :w AND a.over_at IS NULL AND a.acknowledged_at IS NULL) AS alerts,
           (SELECT count(*) FROM integrations i CROSS JOIN LATERAL (
                SELECT d.status FROM deliveries d
                WHERE d.workspace_id = :w AND d.target_id = i.id AND d.target_id LIKE 'intg%'
                  AND d.status IN ('sent', 'failed')
                ORDER BY d.seq DESC LIMIT 1) AS last
            WHERE i.workspace_id = :w AND i.enabled AND i.deleted_at IS NULL AND last.status = 'failed') AS failing
    FROM workspaces w WHERE w.workspace_id = :w""")


@dataclass(frozen=True, slots=True)
class Attention:
    """`queued`: conversations that wait for a person, no more than `MOST`; `failing`: integrations that gave up last.

    `alerts`: those that last and that nobody has seen.
    """

    workspace_name: str
    queued: int
    failing: int
    alerts: int


async def attention(workspace: WorkspaceId, tx: Tx) -> Attention:
    row = (await tx.execute(_READ, {"w": workspace, "most": MOST})).one()
    return Attention(row.name, row.queued, row.failing, row.alerts)
